/** A small platform that the tests change one thing at a time: balancers, web machines, a doubled database. */
import { blueprintOf } from './imagined.ts';

const pools = {
  balancer: {
    roles: { balancer: {} },
    networks: ['public', 'private'],
    base: { count: 2, site: 'east', flavour: 'small' },
  },
  web: {
    roles: { web: { root: '/srv/shop' }, php: { sessions: 'none', database: { name: 'shop', account: 'site' } } },
    networks: ['private'],
    base: { count: 2, site: ['east', 'west'], flavour: 'small' },
  },
  database: {
    roles: { mariadb: { primary: 'east', replicas: ['west'] } },
    networks: ['private'],
    base: { count: 2, site: ['east', 'west'], flavour: 'large' },
  },
};

export const shop = {
  platform: 'shop',
  sites: { east: {}, west: {} },
  networks: {
    public: { kind: 'public', cidr: '203.0.113.0/24' },
    private: { kind: 'private', cidr: '10.8.0.0/24' },
  },
  flavours: {
    small: { cores: '2 cores', memory: '4GB', price: '0.10 EUR/hour' },
    large: { cores: '8 cores', memory: '32GB', price: '0.50 EUR/hour' },
  },
  pools,
  addresses: { www: { network: 'public', pool: 'balancer' } },
  routes: [{ address: 'www', host: 'www.shop.test', to: 'web' }],
  flows: [{ from: 'web', to: 'database' }],
  data: { shop: { pool: 'database', accounts: { site: { from: 'web', rights: { '*': ['select'] } } } } },
};

/** The shop with some of it other: objects are merged, all else is replaced, and null removes. */
export function shopWith(changes: object) {
  return blueprintOf(merged(shop, changes) as object);
}

function merged(base: unknown, changes: unknown): unknown {
  if (!isRecord(base) || !isRecord(changes)) return changes;
  const keys = new Set([...Object.keys(base), ...Object.keys(changes)]);
  return Object.fromEntries(
    [...keys]
      .filter((key) => changes[key] !== null)
      .map((key) => [key, key in changes ? merged(base[key], changes[key]) : base[key]]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
