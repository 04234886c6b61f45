/** A controller in the background is started again when it ends or hangs, and ends with its keeper and its platform. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Background } from '../../src/app/toolbox.ts';
import { createBackground } from '../../src/cli/background.ts';
import { startTicks } from '../../src/cli/process-start.ts';
import type { PlatformName } from '../../src/model/ids.ts';

const shop = 'shop' as PlatformName;
const repository = join(import.meta.dirname, '../..');
let folder: string;
let state: string;
let background: Background;

const keeper = () => join(folder, 'libexec/keep-controller');
const keeperText = readFileSync(join(repository, 'libexec/keep-controller'), 'utf8');

/** In place of Spillway: it writes down who it is and with which words, and stays until it is ended. */
const controller = `#!/bin/bash
echo "$$ $*" >>"$(dirname "$0")/began"
echo 'a complaint' >&2
trap 'echo $$ >>"$(dirname "$0")/ended"; exit 0' TERM
while :; do sleep 0.05; done
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-background-'));
  state = join(folder, 'state');
  mkdirSync(state);
  mkdirSync(join(folder, 'libexec'));
  writeFileSync(join(folder, 'spillway'), controller);
  writeFileSync(keeper(), keeperText);
  for (const file of ['spillway', 'libexec/keep-controller']) chmodSync(join(folder, file), 0o755);
  background = createBackground({ home: folder, folderOf: () => state, startTicks });
});

afterEach(async () => {
  await background.stop(shop);
  rmSync(folder, { recursive: true, force: true });
});

const linesOf = (file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : [];
const began = () => linesOf('began').map((line) => Number(line.split(' ')[0]));
const until = <Answer>(ask: () => Answer, wanted: (answer: Answer) => boolean) =>
  vi.waitUntil(
    () => {
      const answer = ask();
      return wanted(answer) && { answer };
    },
    { timeout: 60_000 },
  );
const isThere = (pid: number) => startTicks(pid) !== undefined;

test('one is started, and no second one beside it', async () => {
  expect(background.runs(shop)).toBe(false);
  background.start(shop);
  background.start(shop);
  await until(began, (pids) => pids.length === 1);
  expect(background.runs(shop)).toBe(true);
  expect(linesOf('began')[0]).toContain('control shop --json');
  expect(readFileSync(join(state, 'controller.log'), 'utf8')).toContain('a complaint');
});

test('one that is killed comes again', async () => {
  background.start(shop);
  await until(began, (pids) => pids.length === 1);
  process.kill(began()[0]!, 'SIGKILL');
  await until(began, (pids) => pids.length === 2);
  expect(readFileSync(join(state, 'controller.log'), 'utf8')).toContain('the controller ended with 137');
});

test('one that no longer turns is ended, and comes again', async () => {
  expect(keeperText).toContain('hangs_after=60\n');
  writeFileSync(keeper(), keeperText.replace('hangs_after=60\n', 'hangs_after=2\n'));
  background.start(shop);
  await until(began, (pids) => pids.length === 2);
  expect(isThere(began()[0]!)).toBe(false);
  expect(readFileSync(join(state, 'controller.log'), 'utf8')).toContain('has not turned for 2 s');
});

test('it ends when it is told to, in order', async () => {
  background.start(shop);
  await until(began, (pids) => pids.length === 1);
  expect(await background.stop(shop)).toBe(true);
  expect(linesOf('ended').map(Number)).toEqual(began());
  expect(background.runs(shop)).toBe(false);
  expect(await background.stop(shop)).toBe(false);
});

test('it ends with the platform', async () => {
  background.start(shop);
  await until(began, (pids) => pids.length === 1);
  rmSync(state, { recursive: true });
  process.kill(began()[0]!, 'SIGKILL');
  await until(
    () => background.runs(shop),
    (runs) => !runs,
  );
  expect(began()).toHaveLength(1);
});

test('a keeper’s file that speaks of another process is nobody', () => {
  writeFileSync(join(state, 'keeper.json'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
  expect(background.runs(shop)).toBe(false);
  writeFileSync(join(state, 'keeper.json'), '{"pid": 1');
  expect(background.runs(shop)).toBe(false);
});
