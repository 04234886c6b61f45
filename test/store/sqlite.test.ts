/** One platform's file: its journal, its secrets, and who holds it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JournalEntry, JournalQuery, LockHolder, Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';

let folder: string;
let file: string;
let store: Store;
const opened: Store[] = [];

function open(): Store {
  const one = openSqliteStore(file);
  opened.push(one);
  return one;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-store-'));
  file = join(folder, 'shop', 'state.sqlite');
  store = open();
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(folder, { recursive: true });
});

const entry = (subject: string): Omit<JournalEntry, 'id'> => ({
  atMs: 1_000,
  run: 'run',
  kind: 'step-began',
  subject,
  reason: 'because',
  detail: { nested: [1, 'two'] },
});

test('only its owner can read it, nor what SQLite writes beside it', () => {
  store.append(entry('a'));
  expect(statSync(join(folder, 'shop')).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const beside of ['-wal', '-shm']) expect(statSync(`${file}${beside}`).mode & 0o077).toBe(0);
});

test('the journal is told newest first, and no further back than asked', () => {
  const ids = ['a', 'b', 'c', 'd'].map((subject) => store.append(entry(subject)));
  expect(store.entries({ limit: 3 }).map(({ subject }) => subject)).toEqual(['d', 'c', 'b']);
  expect(store.entries({ limit: 10, after: ids[1]! }).map(({ subject }) => subject)).toEqual(['d', 'c']);
  expect(ids).toEqual([...ids].sort((one, other) => one - other));
});

test('an entry comes back as it was, also to who opens the file later', () => {
  const id = store.append(entry('a'));
  expect(open().entries({ limit: 1 })).toEqual([{ id, ...entry('a') }]);
});

test('two who write at once both are heard', () => {
  const other = open();
  for (let n = 0; n < 50; n++) (n % 2 === 0 ? store : other).append(entry(String(n)));
  expect(store.entries({ limit: 100 }).map(({ subject }) => subject)).toEqual(
    Array.from({ length: 50 }, (_, n) => String(49 - n)),
  );
});

test('the first value of a secret stays', () => {
  expect(store.getSecret('a')).toBeUndefined();
  expect(store.putSecret('a', 'first')).toBe('first');
  expect(open().putSecret('a', 'second')).toBe('first');
  expect(store.getSecret('a')).toBe('first');
});

test('a secret is replaced by who knows its value, and of two who do so at once the first', () => {
  const other = open();
  store.putSecret('a', 'old');
  expect(store.replaceSecret('a', 'old', 'new')).toBe('new');
  expect(other.replaceSecret('a', 'old', 'another')).toBe('new');
  expect(store.getSecret('a')).toBe('new');
  expect(store.getSecret('b')).toBeUndefined();
});

const holder = (pid: number): LockHolder => ({
  pid,
  startTicks: '1',
  host: 'here',
  command: 'spillway up',
  sinceMs: 5,
});
const alive = () => true;
const dead = () => false;

test('whoever comes second is told who was first', () => {
  expect(store.lock(holder(1), alive)).toBeUndefined();
  expect(open().lock(holder(2), alive)).toEqual(holder(1));
});

test('a holder that died is replaced', () => {
  store.lock(holder(1), alive);
  const other = open();
  expect(other.lock(holder(2), dead)).toBeUndefined();
  expect(store.lock(holder(3), alive)).toEqual(holder(2));
});

test('the lock is given back by its holder only', () => {
  store.lock(holder(1), alive);
  store.unlock(holder(2));
  expect(store.lock(holder(3), alive)).toEqual(holder(1));
  store.unlock(holder(1));
  expect(store.lock(holder(3), alive)).toBeUndefined();
});

test('whether a holder lives is asked of the holder, and a failure there leaves the lock as it was', () => {
  store.lock(holder(1), alive);
  const asked: LockHolder[] = [];
  const unsure = (one: LockHolder) => {
    asked.push(one);
    throw new Error('who knows');
  };
  expect(() => store.lock(holder(2), unsure)).toThrow('who knows');
  expect(asked).toEqual([holder(1)]);
  expect(store.lock(holder(3), alive)).toEqual(holder(1));
});

test('the controller’s post is another one than the platform’s lock', () => {
  store.lock(holder(1), alive, 'controller');
  expect(open().lock(holder(2), alive)).toBeUndefined();
  expect(open().lock(holder(2), alive, 'controller')).toEqual(holder(1));
  store.unlock(holder(1));
  expect(open().holder('controller')).toEqual(holder(1));
  store.unlock(holder(1), 'controller');
  expect(store.holder('controller')).toBeUndefined();
  expect(store.holder('platform')).toEqual(holder(2));
});

test('the journal is asked for one kind, and for one subject', () => {
  store.append(entry('web'));
  store.append({ ...entry('web'), kind: 'order' });
  store.append({ ...entry('api'), kind: 'order' });
  const told = (query: Omit<JournalQuery, 'limit'>) =>
    store.entries({ limit: 10, ...query }).map(({ kind, subject }) => `${kind} ${subject}`);
  expect(told({ kind: 'order' })).toEqual(['order api', 'order web']);
  expect(told({ subject: 'web' })).toEqual(['order web', 'step-began web']);
  expect(told({ kind: 'order', subject: 'web', after: 1 })).toEqual(['order web']);
  expect(told({ kind: 'order', subject: 'web', after: 2 })).toEqual([]);
});

test('of what is kept under a name the last is known, also to who opens the file later', () => {
  expect(store.kept('scale/web')).toBeUndefined();
  store.keep('scale/web', 'first');
  store.keep('scale/web', 'last');
  store.keep('scale/api', 'another');
  expect(open().kept('scale/web')).toBe('last');
});
