/** The application and its database on the same machines, one of which is the primary: what routes and PHP make of it. */
import { describe, expect, test } from 'vitest';
import { layOut, nothingTaken, type Platform } from '../../src/blueprint/platform.ts';
import type { MachineName, PoolName } from '../../src/model/ids.ts';
import { afterMove, firstPrimacy } from '../../src/model/primacy.ts';
import { failoverPools } from '../../src/roles/failover-pools.ts';
import { fileOn, machines, shopWith, sofoot } from './platforms.ts';

/** The primary is the second machine, for it is at `b`. */
const both = shopWith({
  pools: {
    web: undefined,
    database: undefined,
    servers: {
      roles: {
        web: { root: '/srv/site/public' },
        php: { database: { name: 'shop', account: 'site' } },
        mariadb: { primary: 'b', replicas: ['a'] },
      },
      networks: ['inside'],
      base: machines(2, 'a', 'b'),
    },
  },
  addresses: { db: { network: 'inside', pool: 'servers' } },
  routes: [{ address: 'www', host: 'www.shop.test', to: 'servers', weights: { primary: 60, others: 40 } }],
  flows: [],
  data: { shop: { pool: 'servers', accounts: { site: { from: 'servers' } } } },
});

const [first, second] = ['servers-1', 'servers-2'] as MachineName[] as [MachineName, MachineName];

function afterFailover({ blueprint, assets }: Platform): Platform {
  const move = { to: first, stillInSync: [], isOldDeposed: true };
  const primacies = new Map([['servers' as PoolName, afterMove(firstPrimacy(second), move, 0)]]);
  return layOut(blueprint, assets, nothingTaken, { primacies });
}

describe('weights that follow the primary', () => {
  const conf = (platform: Platform) => fileOn(platform, 'front-1', '/etc/haproxy/haproxy.cfg');

  test('begin with the primary of the blueprint', () => {
    expect(conf(both)).toMatch(/server servers-1 .* weight 40\n/);
    expect(conf(both)).toMatch(/server servers-2 .* weight 60\n/);
  });

  test('change no file when another machine is the primary: a move reloads no balancer', () => {
    expect(conf(afterFailover(both))).toBe(conf(both));
  });
});

test('PHP finds the primary, and the server beside it at the IP from which the account may come', () => {
  const fpm = (machine: string) => fileOn(both, machine, '/etc/php/8.2/fpm/pool.d/spillway.conf');
  for (const [machine, ip] of [
    ['servers-1', '10.1.0.4'],
    ['servers-2', '10.1.0.5'],
  ] as const) {
    expect(both.machines.find(({ name }) => name === machine)?.interfaces[0]?.ip).toBe(ip);
    expect(fpm(machine)).toContain('env[DB_HOST] = "primary.servers"');
    expect(fpm(machine)).toContain(`env[DB_LOCAL_HOST] = "${ip}"`);
  }
  expect(fileOn(both, 'servers-1', '/etc/mysql/spillway/accounts.sql')).toContain("'site'@'10.1.0.0/255.255.255.0'");
  expect(fileOn(sofoot(), 'web-1', '/etc/php/8.2/fpm/pool.d/spillway.conf')).not.toContain('DB_LOCAL_HOST');
});

test('whether the primary greets them is asked of those that use it: others, or where there are none its own pool', () => {
  const users = (platform: Platform) => failoverPools(platform).map((pool) => pool.users.map(({ name }) => name));
  expect(users(sofoot())).toEqual([['web-1', 'web-2', 'web-3', 'backoffice-1']]);
  expect(users(both)).toEqual([[first, second]]);
});
