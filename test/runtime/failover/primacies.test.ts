/** What is kept of who is the primary. */
import { expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import type { Primacy } from '../../../src/model/primacy.ts';
import { keepPrimacy, keptPrimacies, madeAnew, notInSync } from '../../../src/runtime/failover/primacies.ts';
import { imaginedStore } from '../../../src/sim/imagined-store.ts';
import { shopWith } from '../../plan/shop.ts';

const shop = shopWith({});
const database = 'database' as PoolName;
const machine = (name: string) => name as MachineName;
const names = (...all: readonly string[]) => new Set(all.map(machine));
const primacy: Primacy = {
  primary: machine('database-2'),
  inSync: [machine('database-3')],
  deposed: [machine('database-1')],
  movedAtMs: 1_000,
};

function kept(before: Primacy = primacy) {
  const store = imaginedStore();
  keepPrimacy(store, database, before);
  return { store, now: () => keptPrimacies(store, shop).get(database) };
}

test('nothing is known before anything was decided', () => {
  expect(keptPrimacies(imaginedStore(), shop)).toEqual(new Map());
});

test('what is kept is found again, a move that is under way as well', () => {
  const move = { from: machine('database-2'), planned: false, why: 'it is lost', beganMs: 2_000, fencedAtMs: 2_100 };
  expect(kept({ ...primacy, move }).now()).toEqual({ ...primacy, move });
});

test('a pool that is not in the blueprint any more counts no more', () => {
  const { store } = kept();
  expect(keptPrimacies(store, { pools: {} })).toEqual(new Map());
});

test.each<[string, ReadonlySet<MachineName>, Partial<Primacy>]>([
  ['who was deposed and made anew may follow', names('database-1'), { deposed: [] }],
  ['others that were made anew change nothing', names('web-1', 'database-3'), {}],
  ['nobody was', names(), {}],
])('%s', (_, machines, change) => {
  const { store, now } = kept();
  madeAnew(store, shop, machines);
  expect(now()).toEqual({ ...primacy, ...change });
});

test.each<[string, ReadonlySet<MachineName>, Partial<Primacy>]>([
  [
    'who is about to be made anew will have nothing: nobody may believe that it has all',
    names('database-3'),
    { inSync: [] },
  ],
  ['and who was deposed stays so until it was made', names('database-1'), {}],
])('%s', (_, machines, change) => {
  const { store, now } = kept();
  notInSync(store, shop, machines);
  expect(now()).toEqual({ ...primacy, ...change });
});
