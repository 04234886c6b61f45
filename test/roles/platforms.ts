/** Platforms for the roles' tests: those that are declared, and a small shop to vary. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { layOut, nothingTaken, type Assets, type Platform } from '../../src/blueprint/platform.ts';
import type { ContentName, DatabaseName, MachineName, ReleaseId } from '../../src/model/ids.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { compile } from '../../src/roles/compile.ts';

/** Stands for the site's own files, which are no business of the roles. */
const assets: Assets = {
  content: new Map([
    [
      'site' as ContentName,
      {
        release: {
          id: '5c0ffee5c0ff' as ReleaseId,
          files: ['lib/page.php', 'public/dot.png', 'public/index.php'].map((path) => ({
            path,
            sha256: createHash('sha256').update(path).digest('hex'),
            bytes: path.length,
            isExecutable: false,
            modifiedAtS: 1_700_000_000,
          })),
        },
        leftOut: [],
      },
    ],
  ]),
  schemas: new Map([
    ['sofoot' as DatabaseName, 'CREATE TABLE IF NOT EXISTS comments (id INT PRIMARY KEY);\n'],
    ['shop' as DatabaseName, 'CREATE TABLE IF NOT EXISTS orders (id INT PRIMARY KEY);\n'],
  ]),
};

function layOutText(text: string): Platform {
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message, line }) => `${line}: ${message}`).join('\n'));
  return layOut(parsed.blueprint, assets, nothingTaken);
}

function declared(platform: string): Platform {
  return layOutText(readFileSync(join(import.meta.dirname, '../../blueprints', platform, 'blueprint.yaml'), 'utf8'));
}

export const sofoot = (): Platform => declared('sofoot');
export const mobileVpn = (): Platform => declared('mobile-vpn');

export const machines = (count: number, ...site: string[]) => ({ count, site, flavour: 'small' });

/** Every role but that of services that stand by, each on as few machines as it can. */
const shop = {
  platform: 'shop',
  sites: { a: {}, b: {} },
  networks: {
    public: { kind: 'public', cidr: '198.51.100.0/24' },
    inside: { kind: 'private', cidr: '10.1.0.0/24' },
  },
  flavours: { small: { cores: '1 cores', memory: '8GB', price: '1 EUR/hour' } },
  pools: {
    front: { roles: { balancer: {} }, networks: ['public', 'inside'], base: machines(1, 'a') },
    web: {
      roles: { web: { root: '/srv/site/public' }, php: {}, content: { of: 'site' } },
      networks: ['inside'],
      base: machines(2, 'a', 'b'),
    },
    database: { roles: { mariadb: { primary: 'a' } }, networks: ['inside'], base: machines(1, 'a') },
    desk: {
      roles: {
        php: {},
        content: { of: 'site' },
        backoffice: { root: '/srv/site/desk', host: 'desk.shop.test', network: 'public', from: ['198.51.100.128/26'] },
      },
      networks: ['public', 'inside'],
      base: machines(1, 'a'),
    },
  },
  addresses: { www: { network: 'public', pool: 'front', ip: '198.51.100.10' } },
  routes: [{ address: 'www', host: 'www.shop.test', to: 'web' }],
  flows: [
    { from: 'web', to: 'database' },
    { from: 'web', to: 'desk', ports: [873] },
  ],
  data: {
    shop: {
      pool: 'database',
      schema: './shop.sql',
      accounts: { site: { from: 'web', rights: { '*': ['select'], orders: ['insert'] } } },
    },
  },
  content: { site: { source: './site', path: '/srv/site', origin: 'desk' } },
};

/** Written like a blueprint; what is undefined is taken out. */
export interface Change {
  readonly [key: string]: Change | readonly (Change | string | number)[] | string | number | boolean | undefined;
}

/** The shop, with what is changed laid over it. */
export function shopWith(change: Change = {}): Platform {
  return layOutText(stringify(merge(shop, change)));
}

const clustered: Change = {
  pools: {
    cluster: { roles: { galera: {} }, networks: ['inside'], base: machines(3, 'a') },
    votes: { roles: { arbiter: { of: 'cluster' } }, networks: ['inside'], base: machines(2, 'b') },
  },
  addresses: { db: { network: 'inside', pool: 'front' } },
  routes: [
    { address: 'www', host: 'www.shop.test', to: 'web' },
    { address: 'db', port: 3306, to: 'cluster' },
  ],
  data: {
    orders: { pool: 'cluster', accounts: { till: { from: 'web', rights: { '*': ['select', 'insert'] } } } },
  },
};

/** The shop with a second database: a cluster of three, two arbiters, and a route by port. */
export function clusterWith(change: Change = {}): Platform {
  return layOutText(stringify(merge(merge(shop, clustered), change)));
}

function merge(under: object, over: Change): object {
  const merged = new Map<string, unknown>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    if (value === undefined) merged.delete(key);
    else merged.set(key, isChange(value) && typeof below === 'object' && below !== null ? merge(below, value) : value);
  }
  return Object.fromEntries(merged);
}

function isChange(value: unknown): value is Change {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The platform after one more machine came: the first of the pool's overflow. */
export function withOverflow({ blueprint, assets }: Platform, pool: string): Platform {
  return layOut(blueprint, assets, nothingTaken, { overflow: new Set([`${pool}-x1` as MachineName]) });
}

export function recipesOn(platform: Platform, machine: string): readonly Recipe[] {
  const recipes = compile(platform).recipes.get(machine as MachineName);
  if (recipes === undefined) throw new Error(`there is no machine ${machine}`);
  return recipes;
}

/** The content of a file that some role puts on the machine. */
export function fileOn(platform: Platform, machine: string, path: string): string {
  const file = recipesOn(platform, machine)
    .flatMap(({ files }) => files)
    .find((one) => one.path === path);
  if (file === undefined) throw new Error(`${machine} has no file ${path}`);
  return file.content;
}
