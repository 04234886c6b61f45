/** The plan from one blueprint to another: which steps, why, and in which order. */
import { describe, expect, test } from 'vitest';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { Plan } from '../../src/model/plan.ts';
import { noAssets } from '../../src/blueprint/platform.ts';
import { partOf } from '../../src/sim/imagined-world.ts';
import { firstPlan, imagine, showPlan, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const planBetween = (from: Blueprint, to: Blueprint): Promise<Plan> => imagine(upWorld(from)).plan(to);
const kindsOf = ({ steps }: Plan) => steps.map(({ id, kind, reason }) => `${id}  ${kind}  ${reason.code}`);
/** All but the work on machines, and the waiting for one another. */
const structure = (plan: Plan) => kindsOf(plan).filter((line) => !/ {2}(configure|await-machine) {2}/.test(line));
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

const shop = shopWith({});
const withoutAnything = { web: null, database: null };
const onlyBalancer = { pools: withoutAnything, routes: [], flows: [], data: null };

describe('from nothing', () => {
  test('image, networks and addresses, then machines, each with its roles, then its share', () => {
    const plan = firstPlan(
      shopWith({ ...onlyBalancer, pools: { ...withoutAnything, balancer: { base: { count: 1 } } } }),
    );
    expect(showPlan(plan).split('\n')).toEqual(
      lines(`
        image/lab  build-image  missing
        network/lab/public  create-network  missing
        network/lab/private  create-network  missing
        address/lab/www  create-address  missing  < network/lab/public
        balancer-1/machine  create-machine  missing  < image/lab network/lab/public network/lab/private
        balancer-1/base  configure  new-machine  < balancer-1/machine
        balancer-1/balancer  configure  new-machine  < balancer-1/base
        balancer-1/commission  commission-machine  not-commissioned  < balancer-1/balancer`),
    );
  });

  test('a replica waits for its primary', () => {
    const replica = firstPlan(shop).steps.find(({ id }) => id === 'database-2/mariadb');
    expect(replica?.after).toEqual(['database-2/base', 'database-1/machine', 'database-1/mariadb']);
  });

  test('a machine gets its share of the hardware once those are set up that build on it', () => {
    const commission = firstPlan(shop).steps.find(({ id }) => id === 'database-1/commission');
    expect(commission?.after).toEqual(['database-1/mariadb', 'database-2/mariadb']);
  });

  test('a database and the content that is filled from it may share a machine', () => {
    const plan = firstPlan(
      shopWith({
        pools: {
          database: { roles: { content: { of: 'site' }, php: { database: { name: 'shop', account: 'site' } } } },
        },
        data: { shop: { accounts: { site: { from: ['web', 'database'] } } } },
        content: {
          site: {
            source: './site',
            path: '/srv/site',
            origin: 'database',
            fill: { run: 'fill', check: 'check', database: { name: 'shop', account: 'site' } },
          },
        },
      }),
    );
    const order = plan.steps.flatMap(({ id }) => (id.startsWith('database-1/') ? [id] : []));
    expect(order.indexOf('database-1/mariadb' as never)).toBeLessThan(order.indexOf('database-1/content' as never));
  });

  test('what it costs: nothing now, the base then, and in full with the overflow', () => {
    const overflow = { count: 3, site: 'east', flavour: 'large' };
    expect(firstPlan(shopWith({ pools: { web: { overflow } } })).cost).toEqual({
      currency: 'EUR',
      nowPerHour: 0,
      thenPerHour: expect.closeTo(1.4, 9) as number,
      fullPerHour: expect.closeTo(2.9, 9) as number,
    });
  });
});

describe('nothing to do', () => {
  test('when all is as the blueprint says', async () => {
    const plan = await planBetween(shop, shop);
    expect(plan.steps).toEqual([]);
    expect(plan.losses).toEqual([]);
    expect(plan.cost.nowPerHour).toBeCloseTo(plan.cost.thenPerHour, 9);
  });

  test.each<[string, object]>([
    ['the sites stand in another order', { sites: null }],
    ['a pool is named in another place of the file', { pools: null }],
    ['a pool names its networks in another order', { pools: { balancer: { networks: ['private', 'public'] } } }],
    ['a machine may serve more', { pools: { web: { base: { serves: '500 requests/s' } } } }],
    [
      'a flavour that nobody has is dear',
      { flavours: { huge: { cores: '64 cores', memory: '1TB', price: '9 EUR/hour' } } },
    ],
  ])('when %s', async (_, changes) => {
    const other = (): Blueprint => {
      if ('sites' in changes && changes.sites === null) return { ...shop, sites: reversed(shop.sites) };
      if ('pools' in changes && changes.pools === null) return { ...shop, pools: reversed(shop.pools) };
      return shopWith(changes);
    };
    expect(kindsOf(await planBetween(shop, other()))).toEqual([]);
  });
});

function reversed<Record extends object>(record: Record): Record {
  return Object.fromEntries(Object.entries(record).reverse()) as Record;
}

describe('addresses stick', () => {
  const ipsOf = async (from: Blueprint, to: Blueprint) => {
    const imagined = imagine(upWorld(from));
    const { platform } = await imagined.look(to);
    return new Map(platform.machines.map(({ name, interfaces }) => [name, interfaces.map(({ ip }) => ip).join(' ')]));
  };
  test.each<[string, object]>([
    ['a machine is added to a pool in the middle', { pools: { web: { base: { count: 3 } } } }],
    ['machines are taken from the first pool', { pools: { balancer: { base: { count: 1 } } } }],
    [
      'a pool is added',
      {
        pools: {
          adviser: { roles: { php: {} }, networks: ['private'], base: { count: 2, site: 'east', flavour: 'small' } },
        },
      },
    ],
  ])('when %s', async (_, changes) => {
    const before = await ipsOf(shop, shop);
    const after = await ipsOf(shop, shopWith(changes));
    for (const [name, ips] of after) if (before.has(name)) expect(ips, name).toBe(before.get(name));
    const all = [...after.values()].flatMap((ips) => ips.split(' '));
    expect(new Set(all).size).toBe(all.length);
  });

  test('the address of a machine that goes is given to another only when there is no other left', async () => {
    const tight = { networks: { private: { cidr: '10.8.0.0/28' } }, pools: { balancer: { base: { count: 8 } } } };
    const renamed = shopWith({
      ...tight,
      pools: { ...tight.pools, web: null, site: { ...webPool, base: { ...webPool.base, count: 2 } } },
      routes: [{ address: 'www', host: 'www.shop.test', to: 'site' }],
      flows: [{ from: 'site', to: 'database' }],
      data: { shop: { accounts: { site: { from: 'site' } } } },
    });
    const plan = await planBetween(shopWith(tight), renamed);
    const created = plan.steps.filter(({ id }) => id === 'site-1/machine' || id === 'site-2/machine');
    expect(created.map(({ after }) => after)).toEqual([['web-1/machine'], ['web-2/machine']]);
  });

  test('a machine gives up the address that the blueprint gives to somebody else', async () => {
    const plan = await planBetween(shop, shopWith({ addresses: { www: { ip: '203.0.113.2' } } }));
    expect(structure(plan)).toEqual([
      'address/lab/www  create-address  differs',
      'balancer-1/machine  replace-machine  networks',
      'balancer-1/commission  commission-machine  not-commissioned',
      'balancer-2/change  change-machine  differs',
    ]);
    expect(plan.steps[0]?.after).toEqual(['balancer-1/machine']);
  });
});

const webPool = {
  roles: { web: { root: '/srv/shop' }, php: { database: { name: 'shop', account: 'site' } } },
  networks: ['private'],
  base: { site: ['east', 'west'], flavour: 'small' },
};

describe('machines', () => {
  test('one more is made, and the others hear of it', async () => {
    const plan = await planBetween(shop, shopWith({ pools: { web: { base: { count: 3 } } } }));
    expect(structure(plan)).toEqual([
      'balancer-1/change  change-machine  differs',
      'balancer-2/change  change-machine  differs',
      'web-3/machine  create-machine  missing',
      'web-3/commission  commission-machine  not-commissioned',
    ]);
  });

  test('an overflow is allowed: the others hear of it, and nothing is made', async () => {
    const overflow = { count: 2, site: 'east', flavour: 'small' };
    const { steps } = await planBetween(shop, shopWith({ pools: { web: { overflow } } }));
    expect(new Set(steps.map(({ kind, id }) => `${kind} ${id.split('/')[1]}`))).toEqual(new Set(['configure base']));
  });

  test('an overflow that is there stays, and goes when it is not allowed any more', async () => {
    const overflow = (count: number) => ({ count, site: 'east', flavour: 'small' });
    const allowed = shopWith({ pools: { web: { overflow: overflow(2) } } });
    const imagined = imagine(upWorld(allowed, noAssets, ['web-x2']));
    expect(kindsOf(await imagined.plan(allowed))).toEqual([]);
    const plan = await imagined.plan(shopWith({ pools: { web: { overflow: overflow(1) } } }));
    expect(structure(plan)).toEqual(['web-x2/machine  remove-machine  not-wanted']);
  });

  test('one less is removed', async () => {
    const plan = await planBetween(shop, shopWith({ pools: { web: { base: { count: 1 } } } }));
    expect(structure(plan)).toEqual([
      'balancer-1/change  change-machine  differs',
      'balancer-2/change  change-machine  differs',
      'web-2/machine  remove-machine  not-wanted',
    ]);
    expect(plan.losses).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    [
      'a web machine moves to another site: nothing is lost',
      { pools: { web: { base: { site: 'east' } } } },
      ['web-2/machine  replace-machine  site'],
    ],
    [
      'web machines get another flavour',
      { pools: { web: { base: { flavour: 'large' } } } },
      ['web-1/machine  replace-machine  flavour', 'web-2/machine  replace-machine  flavour'],
    ],
    [
      'web machines come to the public network too',
      { pools: { web: { networks: ['public', 'private'] } } },
      ['web-1/machine  replace-machine  networks', 'web-2/machine  replace-machine  networks'],
    ],
  ])('%s', async (_, changes, expected) => {
    const plan = await planBetween(shop, shopWith(changes));
    expect(structure(plan).filter((line) => !line.includes('commission'))).toEqual(expected);
    expect(plan.losses).toEqual([]);
  });

  test('machines whose image lacks a package are made anew, from an image that is built first', async () => {
    const plan = await planBetween(
      shopWith({ pools: { web: { roles: { php: null } } } }),
      shopWith({ pools: { web: { roles: { php: {} } } } }),
    );
    expect(structure(plan).filter((line) => !line.includes('commission'))).toEqual([
      'image/lab  build-image  missing',
      'web-1/machine  replace-machine  packages',
      'web-2/machine  replace-machine  packages',
    ]);
    expect(plan.steps.find(({ id }) => id === 'web-1/machine')?.after).toEqual(['image/lab']);
  });

  test('work that was not finished is finished', async () => {
    const imagined = imagine(upWorld(shop));
    const { machines } = partOf(imagined.world, shop.platform);
    const [first] = machines.keys();
    const machine = machines.get(first!)!;
    machines.set(first!, { ...machine, actual: { ...machine.actual, commissioned: false } });
    expect(kindsOf(await imagined.plan(shop))).toEqual(['balancer-1/commission  commission-machine  not-commissioned']);
  });
});

describe('what would be lost', () => {
  test.each<[string, object, string[]]>([
    [
      'database machines of another flavour',
      { pools: { database: { base: { flavour: 'small' } } } },
      ['database-1', 'database-2'],
    ],
    [
      'a replica less',
      { pools: { database: { roles: { mariadb: { replicas: [] } }, base: { count: 1 } } } },
      ['database-2'],
    ],
    [
      'a pool of which nobody knows any more what it kept',
      { pools: { database: null, web: { roles: { php: { database: null } } } }, flows: [], data: null },
      ['database-1', 'database-2'],
    ],
  ])('%s', async (_, changes, expected) => {
    expect((await planBetween(shop, shopWith(changes))).losses).toEqual(expected);
  });

  test('a machine without its disk has lost it already', async () => {
    const imagined = imagine(upWorld(shop));
    imagined.hurt({ kind: 'machine-breaks', machine: 'database-2' as never });
    const plan = await imagined.plan(shop);
    expect(plan.losses).toEqual([]);
    expect(plan.steps[0]).toMatchObject({
      id: 'database-2/machine',
      kind: 'replace-machine',
      reason: { code: 'broken' },
    });
  });
});

describe('networks and addresses', () => {
  test('another range is another network, and its machines are made anew', async () => {
    const plan = await planBetween(shop, shopWith({ networks: { private: { cidr: '10.9.0.0/24' } } }));
    const private_ = structure(plan).filter((line) => !line.includes('commission'));
    expect(private_[0]).toBe('network/lab/private  replace-network  differs');
    expect(private_.slice(1).every((line) => line.endsWith('replace-machine  networks'))).toBe(true);
    expect(private_).toHaveLength(1 + 6);
    for (const step of plan.steps) {
      if (step.kind === 'replace-machine') expect(step.after).toContain('network/lab/private');
    }
    expect(plan.losses).toEqual(['database-1', 'database-2']);
  });

  test('a network of another kind is made anew; its machines are only booted again', async () => {
    const storage = (kind: string) =>
      shopWith({
        networks: { storage: { kind, cidr: '10.20.0.0/24' } },
        pools: { database: { networks: ['private', 'storage'] } },
      });
    const plan = await planBetween(storage('private'), storage('public'));
    expect(structure(plan)).toEqual([
      'network/lab/storage  replace-network  differs',
      'database-1/machine  restart-machine  network-replaced',
      'database-2/machine  restart-machine  network-replaced',
    ]);
    expect(plan.losses).toEqual([]);
  });

  test('a new site is added to the networks; a site that goes stays on them', async () => {
    const more = shopWith({ sites: { north: {} } });
    expect(structure(await planBetween(shop, more))).toEqual([
      'network/lab/public  create-network  sites',
      'network/lab/private  create-network  sites',
    ]);
    expect(structure(await planBetween(more, shop))).toEqual([]);
  });

  test('a network goes once nobody is on it', async () => {
    const storage = shopWith({
      networks: { storage: { kind: 'private', cidr: '10.20.0.0/24' } },
      pools: { web: { networks: ['private', 'storage'] } },
    });
    const plan = await planBetween(storage, shop);
    expect(plan.steps.at(-1)).toMatchObject({
      id: 'network/lab/storage',
      kind: 'remove-network',
      after: ['web-1/machine', 'web-2/machine'],
    });
  });

  test('an address of a pool that changes is told of its new holders', async () => {
    const plan = await planBetween(shop, shopWith({ pools: { balancer: { base: { count: 3 } } } }));
    const address = plan.steps.find(({ id }) => id === 'address/lab/www');
    expect(address).toMatchObject({
      kind: 'create-address',
      reason: { says: expect.stringContaining('balancer-2') as string },
    });
  });

  test('an address that is not wanted goes', async () => {
    const without = shopWith({ addresses: null, routes: null });
    expect(structure(await planBetween(shop, without))).toEqual([
      'balancer-1/change  change-machine  differs',
      'balancer-2/change  change-machine  differs',
      // They know the networks over which balancers come, and the pages by which these judge them.
      'web-1/change  change-machine  differs',
      'web-2/change  change-machine  differs',
      'address/lab/www  remove-address  not-wanted',
    ]);
  });

  test('a platform that moves leaves nothing behind', async () => {
    const imagined = imagine(upWorld(shop));
    const other = shopWith({
      networks: { private: null, inner: { kind: 'private', cidr: '10.8.0.0/24' } },
      pools: onNetwork('inner'),
    });
    await imagined.settle(other);
    expect([...partOf(imagined.world, shop.platform).networks.keys()].sort()).toEqual(['inner', 'public']);
  });
});

function onNetwork(name: string) {
  return {
    balancer: { networks: ['public', name] },
    web: { networks: [name] },
    database: { networks: [name] },
  };
}

describe('costs', () => {
  test('now, then, and in full', async () => {
    const overflow = { count: 3, site: 'east', flavour: 'large' };
    const plan = await planBetween(shop, shopWith({ pools: { web: { base: { count: 4 }, overflow } } }));
    expect(plan.cost).toEqual({
      currency: 'EUR',
      nowPerHour: expect.closeTo(4 * 0.1 + 2 * 0.5, 9) as number,
      thenPerHour: expect.closeTo(6 * 0.1 + 2 * 0.5, 9) as number,
      fullPerHour: expect.closeTo(6 * 0.1 + 2 * 0.5 + 3 * 0.5, 9) as number,
    });
  });

  test('a machine of a flavour that is no longer listed is counted as free', async () => {
    const cheap = { flavours: { tiny: { cores: '1 core', memory: '1GB', price: '0.01 EUR/hour' } } };
    const before = shopWith({ ...cheap, pools: { web: { base: { flavour: 'tiny' } } } });
    expect((await planBetween(before, shop)).cost.nowPerHour).toBeCloseTo(2 * 0.1 + 2 * 0.5, 9);
  });
});
