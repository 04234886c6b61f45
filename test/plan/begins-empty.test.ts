/** Nothing begins empty where data was known to be: what a plan says of it. */
import { describe, expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { keepPrimacy } from '../../src/runtime/failover/primacies.ts';
import { partOf } from '../../src/sim/imagined-world.ts';
import { firstPlan, imagine, upWorld, type Imagined } from './imagined.ts';
import { shopWith } from './shop.ts';

const names = (...all: string[]) => new Set(all as MachineName[]);
const withAddress = { addresses: { db: { network: 'private', pool: 'database', ip: '10.8.0.100' } } };
const shop = shopWith(withAddress);
const withoutAddress = shopWith({});
const alone = shopWith({
  pools: { database: { base: { count: 1, site: 'east' }, roles: { mariadb: { replicas: [] } } } },
});
const cluster = shopWith({
  pools: { database: { roles: { mariadb: null, galera: {} }, base: { count: 3 } } },
  addresses: { db: { network: 'private', pool: 'balancer' } },
  routes: [
    { address: 'www', host: 'www.shop.test', to: 'web' },
    { address: 'db', port: 3306, to: 'database' },
  ],
  flows: [
    { from: 'web', to: 'balancer', ports: [3306] },
    { from: 'balancer', to: 'database' },
  ],
});

const emptyOf = ({ findings }: Plan) =>
  findings.filter(({ name }) => name.startsWith('begins-empty') || name.startsWith('data-lost'));

function lose(imagined: Imagined, ...machines: string[]) {
  for (const machine of machines) imagined.hurt({ kind: 'machine-vanishes', machine } as never);
  return imagined;
}

async function planOf(imagined: Imagined, blueprint: typeof shop, more: object = {}): Promise<Plan> {
  return makePlan({ ...(await imagined.look(blueprint)), ...more });
}

describe('a primary that is lost with its disk', () => {
  test('a copy of it is there: it is refused, and the mend is to promote that one', async () => {
    expect(emptyOf(await planOf(lose(imagine(upWorld(shop)), 'database-1'), shop))).toEqual([
      {
        name: 'begins-empty:database',
        severity: 'refused',
        says: 'database-1 was lost with its data, and would begin empty, while database-2 has a copy of it',
        mend: 'let the copy take its place: `spillway failover shop database --to database-2 --yes`',
      },
    ]);
  });

  test('no address leads to whoever is the primary: the mend is to give it one', async () => {
    const [finding] = emptyOf(await planOf(lose(imagine(upWorld(withoutAddress)), 'database-1'), withoutAddress));
    expect(finding).toMatchObject({
      name: 'begins-empty:database',
      mend: 'add an address of `database` on a private network to addresses: then another machine can take its place',
    });
  });

  test('another one took its place before: it becomes a copy again, and that is all', async () => {
    const imagined = imagine(upWorld(shop));
    keepPrimacy(imagined.store, 'database' as PoolName, {
      ...{ primary: 'database-2' as MachineName, inSync: [], deposed: [] },
    });
    expect(emptyOf(await planOf(lose(imagined, 'database-1'), shop))).toEqual([]);
  });

  test('nothing was ever there: a first plan, and one that was ended in its midst', async () => {
    const imagined = imagine();
    expect(emptyOf(await planOf(imagined, shop))).toEqual([]);
    const up = upWorld(shop);
    const { machines } = partOf(up, shop.platform);
    for (const [name, machine] of machines)
      machines.set(name, { ...machine, actual: { ...machine.actual, commissioned: false } });
    expect(emptyOf(await planOf(lose(imagine(up), 'database-1'), shop))).toEqual([]);
  });

  test('its copy is lost too, or there never was one: what was known to hold data is not made empty unasked', async () => {
    const holding = names('database-1', 'database-2');
    const both = lose(imagine(upWorld(shop)), 'database-1', 'database-2');
    expect(emptyOf(await planOf(both, shop, { holding }))).toEqual([
      {
        name: 'data-lost:database',
        severity: 'refused',
        says: 'database-1 and database-2 were lost with their data, and nothing else has it: `database` would begin empty',
        mend: 'bring a disk of one of them back; or if it shall begin empty, run it again with `--yes`',
      },
    ]);
    const one = lose(imagine(upWorld(alone)), 'database-1');
    expect(emptyOf(await planOf(one, alone, { holding: names('database-1') })).map(({ name }) => name)).toEqual([
      'data-lost:database',
    ]);
  });

  test('a replica is lost: it is copied again', async () => {
    const holding = names('database-1', 'database-2');
    expect(emptyOf(await planOf(lose(imagine(upWorld(shop)), 'database-2'), shop, { holding }))).toEqual([]);
  });
});

test('content of pages that use a database comes after its schema', () => {
  const released = shopWith({
    content: { site: { source: 'site', path: '/srv/shop', origin: 'web' } },
    pools: { web: { roles: { content: { of: 'site' } } } },
  });
  const content = firstPlan(released).steps.find(({ id }) => id === 'web-1/content');
  expect(content?.after).toContain('database-1/mariadb');
});

test('a primary that shall be made anew while it works hands over first', async () => {
  const plan = await planOf(imagine(upWorld(shop)), shop, { replace: names('database-1') });
  expect(emptyOf(plan)).toMatchObject([
    {
      name: 'begins-empty:database',
      says: 'database-1 is to be made anew (a person asked for it), and would begin empty, while database-2 has a copy of it',
      mend: 'let it hand over first: `spillway failover shop database --to database-2`',
    },
  ]);
  // The only one that there is: its loss is asked about in any case.
  const only = await planOf(imagine(upWorld(alone)), alone, { replace: names('database-1') });
  expect(emptyOf(only)).toEqual([]);
  expect(only.losses).toEqual(['database-1']);
});

describe('a cluster', () => {
  const holding = names('database-1', 'database-2', 'database-3');

  test('a node that is lost gets everything from the others', async () => {
    const imagined = lose(imagine(upWorld(cluster)), 'database-1', 'database-2');
    expect(emptyOf(await planOf(imagined, cluster, { holding }))).toEqual([]);
  });

  test('all of them are lost: it does not begin empty unasked', async () => {
    const imagined = lose(imagine(upWorld(cluster)), 'database-1', 'database-2', 'database-3');
    expect(emptyOf(await planOf(imagined, cluster, { holding })).map(({ name }) => name)).toEqual([
      'data-lost:database',
    ]);
  });
});
