/** Random platforms that are valid by construction: some choices, and the blueprint that follows from them. */
import fc from 'fast-check';

const siteNames = ['east', 'west', 'north'];

const poolChoice = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  sites: fc.subarray([0, 1, 2], { minLength: 1 }),
  flavour: fc.constantFrom('small', 'large'),
  alsoPublic: fc.boolean(),
  alsoStorage: fc.boolean(),
});

/** Each pool may be there or not; the blueprint is made to fit. */
const choices = fc.record({
  sites: fc.integer({ min: 1, max: 3 }),
  privateCidr: fc.constantFrom('10.8.0.0/24', '10.8.0.0/25', '10.9.0.0/24', 'just enough'),
  storageKind: fc.constantFrom('public', 'private'),
  addressPinned: fc.boolean(),
  // Pools that are reached by an address among the machines, which the plan places.
  led: fc.subarray(['web', 'database'] as const),
  ledPinned: fc.boolean(),
  routePath: fc.constantFrom('/', '/shop'),
  workers: fc.integer({ min: 1, max: 9 }),
  fills: fc.boolean(),
  replication: fc.constantFrom('semi-synchronous', 'asynchronous'),
  balancer: fc.option(poolChoice),
  web: poolChoice,
  // The same machines under another name: all of them go, and as many come.
  webName: fc.constantFrom('web', 'site', 'app'),
  webHasContent: fc.boolean(),
  database: fc.option(poolChoice),
  desk: fc.option(poolChoice),
  // A whole small site on one machine.
  whole: fc.option(poolChoice),
});

type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;
type PoolChoice = Choices['web'];

export const randomBlueprint: fc.Arbitrary<object> = choices.map(blueprintFrom);

function blueprintFrom(chosen: Choices): object {
  const sites = siteNames.slice(0, chosen.sites);
  const sitesOf = (pool: PoolChoice) => [...new Set(pool.sites.map((index) => sites[index % sites.length]!))];
  const networksOf = ({ alsoPublic, alsoStorage }: PoolChoice, needsPublic = false) => [
    ...(alsoPublic || needsPublic ? ['public'] : []),
    'private',
    ...(alsoStorage ? ['storage'] : []),
  ];
  const pool = (of: PoolChoice, roles: object, needsPublic = false) => ({
    roles,
    networks: networksOf(of, needsPublic),
    base: { count: of.count, site: sitesOf(of), flavour: of.flavour },
  });
  const servers = (of: PoolChoice) => {
    const at = Array.from({ length: of.count }, (_, index) => sitesOf(of)[index % sitesOf(of).length]);
    return { primary: at[0], replicas: at.slice(1), replication: chosen.replication };
  };
  const { balancer, web, webName, database, desk, whole } = chosen;
  const hasContent = desk !== null;
  const databasePool = database !== null ? 'database' : whole !== null ? 'whole' : undefined;
  const use = (account: string) => (databasePool === undefined ? {} : { database: { name: 'shop', account } });
  const clients = [webName, ...(desk === null ? [] : ['desk']), ...(whole === null ? [] : ['whole'])];
  const pools: Record<string, object> = {
    ...(balancer !== null && { balancer: pool(balancer, { balancer: {} }, true) }),
    [webName]: pool(web, {
      web: { root: '/srv/site' },
      php: { workers: chosen.workers, ...use('site') },
      ...(hasContent && chosen.webHasContent && { content: { of: 'site' } }),
    }),
    ...(database !== null && { database: pool(database, { mariadb: servers(database) }) }),
    ...(desk !== null && {
      desk: pool(
        desk,
        {
          content: { of: 'site' },
          php: use('site'),
          backoffice: { root: '/srv/site', host: 'desk.shop.test', network: 'public', from: ['203.0.113.128/26'] },
        },
        true,
      ),
    }),
    ...(whole !== null && {
      whole: pool(whole, {
        web: { root: '/srv/whole' },
        php: use('site'),
        ...(databasePool === 'whole' && { mariadb: servers(whole) }),
        content: { of: 'whole' },
      }),
    }),
  };
  const fill = { run: 'php fill.php', check: 'php fill.php --check', ...use('site') };
  const content = (origin: string) => ({
    source: './site',
    path: `/srv/${origin}`,
    origin,
    ...(chosen.fills && { fill }),
  });
  const machines = [balancer, web, database, desk, whole].reduce((sum, one) => sum + (one?.count ?? 0), 0);
  const led = chosen.led.flatMap((of) => (of === 'web' ? [webName] : (databasePool ?? [])));
  const ledIp = (index: number) =>
    chosen.ledPinned && chosen.privateCidr === '10.8.0.0/24' ? { ip: `10.8.0.${5 + index}` } : {};
  // Four addresses of a network are given to nobody.
  const narrow = `10.8.0.0/${32 - Math.ceil(Math.log2(machines + led.length + 4))}`;
  const privateCidr = chosen.privateCidr === 'just enough' ? narrow : chosen.privateCidr;
  return {
    platform: 'shop',
    sites: Object.fromEntries(sites.map((name) => [name, {}])),
    networks: {
      public: { kind: 'public', cidr: '203.0.113.0/24' },
      private: { kind: 'private', cidr: privateCidr },
      storage: { kind: chosen.storageKind, cidr: '10.20.0.0/24' },
    },
    flavours: {
      small: { cores: '2 cores', memory: '4GB', price: '0.10 EUR/hour' },
      large: { cores: '8 cores', memory: '32GB', price: '0.50 EUR/hour' },
    },
    pools,
    addresses: {
      ...(balancer !== null && {
        www: { network: 'public', pool: 'balancer', ...(chosen.addressPinned && { ip: '203.0.113.3' }) },
      }),
      ...Object.fromEntries(led.map((of, index) => [`to-${index}`, { network: 'private', pool: of, ...ledIp(index) }])),
    },
    ...(balancer !== null && {
      routes: [{ address: 'www', host: 'www.shop.test', path: chosen.routePath, to: webName }],
    }),
    flows: [
      ...(databasePool === undefined ? [] : clients.map((from) => ({ from, to: databasePool }))),
      ...(hasContent && chosen.webHasContent ? [{ from: webName, to: 'desk' }] : []),
    ],
    ...(databasePool !== undefined && {
      data: { shop: { pool: databasePool, accounts: { site: { from: clients, rights: { '*': ['select'] } } } } },
    }),
    content: { ...(desk !== null && { site: content('desk') }), ...(whole !== null && { whole: content('whole') }) },
  };
}
