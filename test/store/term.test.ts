/** The term in a store: raised by whoever begins, seen by all who have the store. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';

let folder: string;
const opened: Store[] = [];
const open = (file = 'state.sqlite') => {
  const store = openSqliteStore(join(folder, file));
  opened.push(store);
  return store;
};
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-term-'))));
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

describe.each<[string, () => Store]>([
  ['SQLite', () => open()],
  ['imagined', imaginedStore],
])('%s', (_, make) => {
  test('is 0 before the first, and grows with each', () => {
    const store = make();
    const terms = [
      store.term(),
      store.raiseTerm(500),
      store.raiseTerm(500),
      store.raiseTerm(100),
      store.raiseTerm(900),
    ];
    expect(terms).toEqual([0, 500, 501, 502, 900]);
    expect(store.term()).toBe(900);
  });
});

test('two who open one file never get the same', () => {
  const [one, other] = [open(), open()];
  expect([one.raiseTerm(7), other.raiseTerm(7), one.raiseTerm(7)]).toEqual([7, 8, 9]);
  expect(other.term()).toBe(9);
});

test('a copy of the file goes on from where it was copied, and by the time of day', () => {
  const one = open();
  one.raiseTerm(1_000);
  one.close();
  opened.pop();
  copyFileSync(join(folder, 'state.sqlite'), join(folder, 'copy.sqlite'));
  expect([open().raiseTerm(2_000), open('copy.sqlite').raiseTerm(3_000)]).toEqual([2_000, 3_000]);
});
