import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpillwayError } from '../../src/model/errors.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { toldOfState } from '../../src/store/trouble.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-trouble-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function told(use: () => unknown): unknown {
  try {
    use();
  } catch (error) {
    return toldOfState(error, folder);
  }
  throw new Error('nothing went wrong');
}

test('a file that is no database is damaged, and that has a mend of its own', () => {
  const file = join(folder, 'state.sqlite');
  writeFileSync(file, 'not a database, but long enough to be looked at as one\n'.repeat(99));
  expect(told(() => openSqliteStore(file))).toMatchObject({
    code: 'state-damaged',
    mend: expect.stringContaining('from a backup') as unknown,
  });
});

test('a database that may not grow is full', () => {
  const database = new DatabaseSync(join(folder, 'full.sqlite'));
  database.exec('CREATE TABLE t (a TEXT); PRAGMA max_page_count = 2');
  const error = told(() => database.exec(`INSERT INTO t VALUES ('${'x'.repeat(99_999)}')`));
  expect(error).toMatchObject({ code: 'disk-full', mend: expect.stringContaining('make room') as unknown });
  database.close();
});

test('a folder in the place of the file', () => {
  mkdirSync(join(folder, 'state.sqlite'));
  expect(told(() => openSqliteStore(join(folder, 'state.sqlite')))).toMatchObject({ code: 'cannot-keep' });
});

test.each([
  ['ENOSPC', '/elsewhere/x', 'disk-full'],
  ['EDQUOT', '/elsewhere/x', 'disk-full'],
])('%s at %s is %s', (code, path, wanted) => {
  expect(
    told(() => {
      throw Object.assign(new Error('no'), { code, path });
    }),
  ).toMatchObject({ code: wanted });
});

test('of our own folder alone it is said that somebody may not write there', () => {
  const denied = (path: string) => Object.assign(new Error('no'), { code: 'EACCES', path });
  expect(toldOfState(denied(join(folder, 'x')), folder)).toMatchObject({ code: 'cannot-keep' });
  const elsewhere = denied('/elsewhere');
  expect(toldOfState(elsewhere, folder)).toBe(elsewhere);
});

test('all else stays what it is', () => {
  const own = new SpillwayError({ code: 'x', message: '', mend: '' });
  const bug = new TypeError('x is not a function');
  expect([toldOfState(own, folder), toldOfState(bug, folder)]).toEqual([own, bug]);
});
