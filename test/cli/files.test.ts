import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../src/app/load.ts';
import { createFiles } from '../../src/cli/files.ts';
import { repository } from '../blueprint/sofoot.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'spillway-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string) => join(folder, name);
const files = createFiles(repository);

describe('a text', () => {
  execFileSync('mkfifo', [at('fifo')]);
  mkdirSync(at('folder'));
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 3e9);

  test.each([
    ['a FIFO, which might never end', at('fifo'), 'is a FIFO and no file'],
    ['a folder', at('folder'), 'is a folder and no file'],
    ['a device without an end', '/dev/zero', 'is a device and no file'],
    ['a file of 3 GB', at('large'), 'holds 3 GB; at most 20 MB are read'],
    ['nothing', at('nothing'), 'is not there'],
  ])('is not read from %s', (_, path, says) => {
    expect(() => files.readText(path)).toThrow(`\`${path}\` ${says}`);
  });
});

test('what a blueprint names and is not there is told with its line', () => {
  cpSync(join(repository, 'blueprints/sofoot'), at('broken'), { recursive: true });
  const text = readFileSync(at('broken/blueprint.yaml'), 'utf8');
  writeFileSync(
    at('broken/blueprint.yaml'),
    text.replace(/schema: .*/, 'schema: nothing.sql').replace(/source: .*/, 'source: nowhere'),
  );
  const { toolbox } = imaginedToolbox();
  const lineOf = (words: string) => text.slice(0, text.search(words)).split('\n').length;
  expect(() => load(toolbox, at('broken'))).toThrow(
    expect.objectContaining({
      code: 'blueprint',
      exit: 'wrongInput',
      problems: [
        expect.objectContaining({
          code: 'missing-file',
          line: lineOf('schema: [^h]'),
          message: `\`${at('broken/nothing.sql')}\` is not there`,
        }),
        expect.objectContaining({
          code: 'missing-file',
          line: lineOf('source: '),
          message: `\`${at('broken/nowhere')}\` is not there`,
        }),
      ],
    }),
  );
});
