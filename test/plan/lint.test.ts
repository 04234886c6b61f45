/** What a platform, as declared, cannot hold. Each finding: there, not there, accepted. */
import { describe, expect, test } from 'vitest';
import { layOut, noAssets, nothingTaken } from '../../src/blueprint/platform.ts';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { ContentName, ReleaseId } from '../../src/model/ids.ts';
import { lint } from '../../src/plan/lint.ts';
import { shopWith } from './shop.ts';

const findings = (blueprint: Blueprint) => lint(layOut(blueprint, noAssets, nothingTaken));
const show = (changes: object) => findings(shopWith(changes)).map(({ severity, name }) => `${severity} ${name}`);
const saysOf = (changes: object, finding: string) =>
  findings(shopWith(changes)).find(({ name }) => name === finding)?.says;

/** The shop's own findings: both balancers are in the east. */
const own = ['warned one-site:balancer', 'warned no-failover:database'];
const led = { addresses: { db: { network: 'private', pool: 'database' } } };
const spread = { ...led, pools: { balancer: { base: { site: ['east', 'west'] } } } };
const peak = (requests: number, answer?: string) => ({
  ...spread,
  objectives: { peak: { requests: `${requests} requests/s`, ...(answer && { answer }) } },
});
const serving = (requests: number, overflow?: object) => ({
  web: { base: { serves: `${requests} requests/s` }, ...(overflow && { overflow }) },
});

describe('single machines and single sites', () => {
  test.each<[string, object, string[]]>([
    ['the shop', {}, own],
    ['its balancers spread', spread, []],
    [
      'one web machine',
      { ...spread, pools: { ...spread.pools, web: { base: { count: 1 } } } },
      ['warned single-machine:web'],
    ],
    [
      'no replica',
      { ...spread, pools: { ...spread.pools, database: { roles: { mariadb: { replicas: [] } }, base: { count: 1 } } } },
      ['warned single-machine:database', 'warned no-replica:database'],
    ],
    ['all in one site', { pools: { balancer: { base: { site: 'west' } } } }, own],
    [
      'only one site to be in',
      {
        ...led,
        sites: { west: null },
        pools: {
          web: { base: { site: 'east' } },
          database: { roles: { mariadb: { replicas: ['east'] } }, base: { site: 'east' } },
        },
      },
      [],
    ],
    [
      'accepted, with the reason',
      { accept: [{ finding: 'one-site:balancer', because: 'the other site has no room' }] },
      ['accepted one-site:balancer', 'warned no-failover:database'],
    ],
    ['accepted what is not there', { ...spread, accept: [{ finding: 'budget', because: 'just in case' }] }, []],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('an accepted finding bears its reason', () => {
    const because = 'the other site has no room';
    const [finding] = findings(shopWith({ accept: [{ finding: 'one-site:balancer', because }] }));
    expect(finding).toMatchObject({ severity: 'accepted', because });
  });
});

describe('sites of PHP', () => {
  const keeping = (sessions: string, change: object = {}) => ({
    ...spread,
    pools: { ...spread.pools, web: { roles: { php: { sessions } }, ...change } },
  });

  test.each<[string, object, string[]]>([
    ['sessions on each of two machines', keeping('machine'), ['warned sessions:web']],
    ['on one machine', keeping('machine', { base: { count: 1 } }), ['warned single-machine:web']],
    [
      'on one, and one that comes',
      keeping('machine', { base: { count: 1 }, overflow: { count: 1, site: 'east', flavour: 'small' } }),
      ['warned single-machine:web', 'warned never-grows:web', 'warned sessions:web'],
    ],
    ['in the database', keeping('database'), []],
    ['none', keeping('none'), []],
    ['nobody leads visitors there', { ...keeping('machine'), routes: [] }, []],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('files for Apache are not read', () => {
    const changes = {
      ...spread,
      pools: { ...spread.pools, web: { roles: { content: { of: 'site' }, web: { root: '/srv/shop/public' } } } },
      content: { site: { source: './site', path: '/srv/shop', origin: 'web' } },
    };
    const files = ['.htaccess', 'public/.htaccess', 'public/admin/.htaccess', 'public/index.php'];
    const release = {
      id: '5c0ffee5c0ff' as ReleaseId,
      files: files.map((path) => ({ path, sha256: '', bytes: 0, isExecutable: false, modifiedAtS: 0 })),
    };
    const content = new Map([['site' as ContentName, { release, leftOut: [] }]]);
    const found = lint(layOut(shopWith(changes), { ...noAssets, content }, nothingTaken));
    expect(found.map(({ name, says }) => `${name}: ${says}`)).toEqual([
      'htaccess:web: nginx does not read `public/.htaccess` (and 1 more): what it forbids is open',
    ]);
  });
});

describe('the votes of a cluster', () => {
  const cluster = (nodes: number, arbiters: number) => ({
    pools: {
      ...spread.pools,
      cluster: {
        roles: { galera: {} },
        networks: ['private'],
        base: { count: nodes, site: ['east', 'west'], flavour: 'large' },
      },
      ...(arbiters > 0 && {
        votes: {
          roles: { arbiter: { of: 'cluster' } },
          networks: ['private'],
          base: { count: arbiters, site: ['east', 'west'], flavour: 'small' },
        },
      }),
    },
  });
  const two = 'the cluster of `cluster` has 2 votes: of these none may be lost at once, as of 1';
  test.each<[string, number, number, string | undefined]>([
    ['three nodes', 3, 0, undefined],
    ['three nodes and two arbiters', 3, 2, undefined],
    ['two nodes', 2, 0, two],
    [
      'four votes, which are no better than three',
      2,
      2,
      'the cluster of `cluster` has 4 votes: of these no more than 1 may be lost at once, as of 3',
    ],
    ['one node, whoever votes with it', 1, 2, 'the cluster of `cluster` is one node: its disk is the only copy'],
  ])('%s', (_, nodes, arbiters, says) => {
    expect(saysOf(cluster(nodes, arbiters), 'votes:cluster')).toBe(says);
  });
});

describe('the peak against what the machines serve', () => {
  const capacity = (requests: number, pools: object) => {
    const wanted = peak(requests);
    return { ...wanted, pools: { ...wanted.pools, ...pools } };
  };
  test.each<[string, object, string[]]>([
    ['no peak', spread, []],
    ['nobody knows what a machine serves', peak(100), ['warned capacity-unknown:web']],
    ['enough to the last request: 2 × 50', capacity(100, serving(50)), []],
    ['one request too many', capacity(101, serving(50)), ['refused peak:web']],
    [
      'enough with the overflow: 2 × 50 + 2 × 40',
      capacity(180, serving(50, { count: 2, site: 'east', flavour: 'small', serves: '40 requests/s' })),
      [],
    ],
    [
      'an overflow that does not say what it serves is as the base: 2 × 50 + 1 × 50',
      capacity(150, serving(50, { count: 1, site: 'east', flavour: 'small' })),
      [],
    ],
    [
      'too much with the overflow',
      capacity(181, serving(50, { count: 2, site: 'east', flavour: 'small', serves: '40 requests/s' })),
      ['refused peak:web'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('it says the sum', () => {
    expect(saysOf(capacity(101, serving(50)), 'peak:web')).toBe(
      'the peak is 101 requests/s, and `web` serves at most 100: 2 × 50 + 0 of overflow',
    );
  });
});

describe('the line of the machine that holds the address', () => {
  const line = (bandwidth: string | undefined, answer: string | undefined) => {
    const wanted = peak(1000, answer);
    return {
      ...wanted,
      pools: { ...wanted.pools, ...serving(1000) },
      flavours: { small: { ...(bandwidth && { bandwidth }) } },
    };
  };
  test.each<[string, object, string[]]>([
    ['1000/s × 12 kB × 8 = 96 Mbit/s fit in 96', line('96 Mbit/s', '12kB'), []],
    ['and not in 95', line('95 Mbit/s', '12kB'), ['refused line:balancer']],
    ['a flavour that does not tell its line', line(undefined, '12kB'), []],
    ['a peak that does not tell its answers', line('1 Mbit/s', undefined), []],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('it says the sum', () => {
    expect(saysOf(line('95 Mbit/s', '12kB'), 'line:balancer')).toBe(
      "the peak's answers need 96 Mbit/s, and a small of `balancer` has 95 Mbit/s",
    );
  });
});

describe('no lost write', () => {
  const rpo = (wanted: string, mariadb: object, count = 2) => ({
    ...spread,
    pools: { ...spread.pools, database: { roles: { mariadb }, base: { count } } },
    objectives: { rpo: wanted },
  });
  test.each<[string, object, string[]]>([
    ['a replica that acknowledges', rpo('0s', { replication: 'semi-synchronous' }), []],
    ['a replica that comes later', rpo('0s', { replication: 'asynchronous' }), ['refused rpo:database']],
    ['a loss is allowed', rpo('5s', { replication: 'asynchronous' }), []],
    [
      'no replica',
      rpo('0s', { replicas: [] }, 1),
      ['warned single-machine:database', 'warned no-replica:database', 'refused rpo:database'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });
});

describe('the primary is lost', () => {
  const { pools } = spread;
  const address = (network: string, pool: string) => ({ pools, addresses: { db: { network, pool } } });
  const alone = { roles: { mariadb: { replicas: [] } }, base: { count: 1 } };
  test.each<[string, object, string[]]>([
    ['nobody would find the next one', { pools }, ['warned no-failover:database']],
    ['all would, by an address among themselves', address('private', 'database'), []],
    ['an address of others is of no use', address('private', 'web'), ['warned no-failover:database']],
    [
      'nor one that leads in from outside',
      {
        pools: { ...pools, database: { networks: ['public', 'private'] } },
        addresses: { db: { network: 'public', pool: 'database' } },
      },
      ['warned no-failover:database'],
    ],
    [
      'there is no next one',
      { pools: { ...pools, database: alone } },
      ['warned single-machine:database', 'warned no-replica:database'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('it says what to write', () => {
    expect(findings(shopWith({ pools })).find(({ name }) => name === 'no-failover:database')).toMatchObject({
      says: 'nobody takes the place of the primary of `database` when it is lost: applications would not find the next one',
      mend: 'give it an address on a private network: addresses: { db: { network: private, pool: database } }',
    });
  });
});

describe('the budget', () => {
  /** The base is 4 × 0.10 + 2 × 0.50 = 1.40 EUR an hour, 1022 EUR a month; the overflow 0.20 more. */
  const serves = { serves: '50 requests/s' };
  const overflow = { web: { base: serves, overflow: { count: 2, site: 'east', flavour: 'small' } } };
  const budget = (price: string, pools: object = {}) => ({
    ...led,
    pools: { ...spread.pools, ...pools },
    objectives: { budget: price },
  });
  test.each<[string, object, string[]]>([
    ['just enough', budget('1022 EUR/month'), []],
    ['one euro short', budget('1021 EUR/month'), ['refused budget']],
    ['enough for the base only', budget('1022 EUR/month', overflow), ['warned budget-overflow']],
    ['enough for all: 1.60 an hour', budget('1.60 EUR/hour', overflow), []],
  ])('%s', (_, changes, expected) => {
    expect(show(changes)).toEqual(expected);
  });

  test('it says both sums', () => {
    expect(saysOf(budget('1021 EUR/month'), 'budget')).toBe(
      'the base costs 1022.00 EUR/month, and the budget is 1021.00 EUR/month',
    );
  });
});

describe('an overflow that never comes', () => {
  const overflow = { count: 2, site: 'east', flavour: 'small' };
  const never = (pools: object) => show({ ...led, pools: { ...spread.pools, ...pools } });
  test('of a pool that does not say what a machine serves, or that no route leads to', () => {
    expect(never({ web: { overflow } })).toEqual(['warned never-grows:web']);
    expect(never({ web: { base: { serves: '50 requests/s' }, overflow } })).toEqual([]);
    const web = { base: { serves: '50 requests/s' }, overflow };
    expect(show({ ...led, routes: [], pools: { ...spread.pools, web } })).toEqual(['warned never-grows:web']);
  });
});
