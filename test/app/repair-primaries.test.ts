/** When `up` looks after primaries before it does anything else. */
import { expect, test } from 'vitest';
import { needsRepair } from '../../src/app/control/repair-primaries.ts';
import { keptHolders, noteHolders } from '../../src/app/holding.ts';
import type { PoolName } from '../../src/model/ids.ts';
import { keepPrimacy } from '../../src/runtime/failover/primacies.ts';
import { imagine, upWorld, type Imagined } from '../plan/imagined.ts';
import { shopWith } from '../plan/shop.ts';

const shop = shopWith({ addresses: { db: { network: 'private', pool: 'database', ip: '10.8.0.100' } } });

async function looked(imagined: Imagined): Promise<boolean> {
  const seen = await imagined.look(shop);
  noteHolders(imagined.store, { ...seen, inventories: seen.actual.inventories });
  return needsRepair({ blueprint: shop, store: imagined.store }, seen.plan);
}

test('not where all is well, nor where nothing is yet', async () => {
  expect(await looked(imagine(upWorld(shop)))).toBe(false);
  expect(await looked(imagine())).toBe(false);
});

test('when the primary is lost beside its copy', async () => {
  const imagined = imagine(upWorld(shop));
  imagined.hurt({ kind: 'machine-vanishes', machine: 'database-1' } as never);
  expect(await looked(imagined)).toBe(true);
});

test('when a move was ended before the old primary followed', async () => {
  const imagined = imagine(upWorld(shop));
  keepPrimacy(imagined.store, 'database' as PoolName, { primary: 'database-2', inSync: [], deposed: [] } as never);
  expect(await looked(imagined)).toBe(true);
});

test('what was set up with data is known when it is gone, and forgotten when the blueprint has it no more', async () => {
  const imagined = imagine(upWorld(shop));
  await looked(imagined);
  imagined.hurt({ kind: 'machine-vanishes', machine: 'database-2' } as never);
  await looked(imagined);
  expect([...keptHolders(imagined.store)]).toEqual(['database-1', 'database-2']);
  const alone = shopWith({
    pools: { database: { base: { count: 1, site: 'east' }, roles: { mariadb: { replicas: [] } } } },
  });
  const seen = await imagined.look(alone);
  noteHolders(imagined.store, { ...seen, inventories: seen.actual.inventories });
  expect([...keptHolders(imagined.store)]).toEqual(['database-1']);
});
