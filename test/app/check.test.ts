/** `check` judges what lies beside the blueprint too. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../src/app/check.ts';
import { shop } from '../plan/shop.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-check-'));
  writeFileSync(join(folder, 'blueprint.yaml'), JSON.stringify(shop));
  mkdirSync(join(folder, 'scenarios'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scenario = (name: string, text: string) => writeFileSync(join(folder, 'scenarios', `${name}.yaml`), text);

test('a blueprint without scenarios', () => {
  expect(check(imaginedToolbox().toolbox, folder).scenarios).toEqual([]);
});

test('scenarios are named, and their mistakes are told with their lines, all at once', () => {
  scenario('one', 'trafic: {}\n');
  expect(() => check(imaginedToolbox().toolbox, folder)).toThrow(/one\.yaml:1:1/);
  scenario('two', '[]\n');
  expect(() => check(imaginedToolbox().toolbox, folder)).toThrow(/one\.yaml:1:1[^]*two\.yaml:1:1/);
});
