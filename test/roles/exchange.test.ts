/** What becomes of each file that applications wrote on several machines: the program's one rule, asked as it stands on the machines. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangeProgram } from '../../src/roles/content/exchange-program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-exchange-'));
  writeFileSync(join(folder, 'exchange'), exchangeProgram);
});
afterAll(() => rmSync(folder, { recursive: true }));

type Three = readonly [alike: string, here: string, there: string];

function decided(files: Readonly<Record<string, Three>>, writes = true) {
  const input = Object.entries(files).map(([path, three]) => `${[path, ...three].join('\t')}\n`);
  const { stdout, stderr } = spawnSync('perl', [join(folder, 'exchange'), '-', 'decide', writes ? 'writes' : 'reads'], {
    ...{ input: input.join(''), encoding: 'utf8' },
  });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

const [v1, v2, v3] = ['10 100.5', '12 200.5', '9 300.5'];

describe('a file', () => {
  test.each<[string, Three, string]>([
    ['is left alone when it is the same everywhere', [v1, v1, v1], ''],
    ['is left alone when both got the same', ['-', v1, v1], ''],
    ['is left alone when it went on both sides', [v1, '-', '-'], ''],
    ['is sent when it is new here', ['-', v1, '-'], 'send'],
    ['is sent when it changed here', [v1, v2, v1], 'send'],
    ['is fetched when it is new there', ['-', '-', v1], 'fetch'],
    ['is fetched when it changed there', [v1, v1, v2], 'fetch'],
    ['goes here when it went there', [v1, v1, '-'], 'drop_here'],
    ['goes there when it went here', [v1, '-', v1], 'drop_there'],
    ['comes back when it went here and changed there', [v1, '-', v2], 'fetch'],
    ['comes back when it went there and changed here', [v1, v2, '-'], 'send'],
    ['of which both have another is the newer one: that of here', [v1, v3, v2], 'send'],
    [
      'of which both have another is the newer one: that of there, and the other is kept aside',
      [v1, v2, v3],
      'conflict',
    ],
  ])('%s', (_, three, what) => {
    expect(decided({ file: three })).toEqual([...(what === '' ? [] : [`${what} file`]), 'held']);
  });
});

describe('where nobody may write', () => {
  test.each<[string, Three, string]>([
    ['what went here comes back', [v1, '-', v1], 'fetch'],
    ['what changed here is made good', [v1, v2, v1], 'fetch'],
    ['what is here alone stays, for the origin may have lost it', ['-', v1, '-'], 'stray'],
    ['what went at the origin goes', [v1, v1, '-'], 'drop_here'],
  ])('%s', (_, three, what) => {
    expect(decided({ file: three }, false)).toEqual([`${what} file`, 'held']);
  });
});

test('an origin that was made anew takes nothing away: nothing was ever alike', () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`upload-${n}`, ['-', v1, '-'] as const]));
  expect(decided(files)[0]).toMatch(/^send upload-0 /);
  expect(decided(files)).toHaveLength(2);
});

describe('when many files are gone', () => {
  const gone = (count: number, all: number, three: Three = [v1, v1, '-']) =>
    Object.fromEntries(Array.from({ length: all }, (_, n) => [`f${n}`, n < count ? three : ([v1, v1, v1] as const)]));
  test.each<[string, Readonly<Record<string, Three>>, string]>([
    ['twenty of thirty go', gone(20, 30), 'held '],
    ['twenty-one of thirty wait for a person', gone(21, 30), 'held drop_here'],
    ['a hundred of ten thousand go', gone(100, 10_000), 'held '],
    ['two thousand of ten thousand wait', gone(2_000, 10_000), 'held drop_here'],
    ['so do those that are gone here', gone(30, 30, [v1, '-', v1]), 'held drop_there'],
  ])('%s', (_, files, says) => {
    expect(`${decided(files).at(-1) ?? ''} `.replace('  ', ' ')).toBe(`${says} `.replace('  ', ' '));
  });
});
