/** What roles of databases make of settings that SoFoot does not have. */
import { describe, expect, test } from 'vitest';
import { layOut, nothingTaken, type Platform } from '../../../src/blueprint/platform.ts';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import { compile } from '../../../src/roles/compile.ts';
import { clusterWith, fileOn, machines, recipesOn, shopWith, type Change } from '../platforms.ts';
import { haproxy, firewall, fpm, mariadb, accounts, rights, linesOf, holds } from './variant.ts';

describe('the database', () => {
  const withReplicas = (replicas: readonly string[], sites: readonly string[], change: Change = {}) =>
    shopWith({
      pools: {
        database: { roles: { mariadb: { replicas, ...change } }, base: machines(sites.length, ...sites) },
      },
    });
  const one = withReplicas(['b'], ['a', 'b']);
  const three = withReplicas(['a', 'b'], ['b', 'a', 'a']);
  const db: Change = { network: 'inside', pool: 'database', ip: '10.1.0.90' };
  const replicated: Change = { database: { roles: { mariadb: { replicas: ['b'] } }, base: machines(2, 'a', 'b') } };
  const led = shopWith({ pools: replicated, addresses: { db } });
  const strict = shopWith({ pools: replicated, addresses: { db }, objectives: { rpo: '0s' } });
  const unmoved = shopWith({ pools: replicated, objectives: { rpo: '0s' } });

  holds([
    {
      name: 'without a replica nothing waits for one, and none may come',
      of: shopWith(),
      machine: 'database-1',
      file: mariadb,
      has: ['log_bin = /var/lib/mysql/binlog'],
      lacks: ['rpl_semi_sync'],
    },
    { name: 'nor has one an account', of: shopWith(), machine: 'database-1', file: accounts, lacks: ['replica'] },
    {
      name: 'asynchronous: no write waits',
      of: withReplicas(['b'], ['a', 'b'], { replication: 'asynchronous' }),
      machine: 'database-1',
      file: mariadb,
      lacks: ['rpl_semi_sync'],
    },
    {
      name: 'semi-synchronous: any of them acknowledges, and waits while one follows when it is the primary,',
      of: one,
      machine: 'database-1',
      file: mariadb,
      has: [
        'rpl_semi_sync_slave_enabled = ON',
        'rpl_semi_sync_master_wait_point = AFTER_SYNC',
        'rpl_semi_sync_master_wait_no_slave = OFF',
        'server_id = 1',
      ],
      lacks: ['rpl_semi_sync_master_timeout'],
    },
    {
      name: 'nothing may be lost, and another one can take its place: come what may',
      of: strict,
      machine: 'database-1',
      file: mariadb,
      has: ['rpl_semi_sync_master_wait_no_slave = ON', 'rpl_semi_sync_master_timeout = 4294967295'],
    },
    {
      name: 'nothing may be lost, and nobody can take its place: it must be able to go on alone',
      of: unmoved,
      machine: 'database-1',
      file: mariadb,
      has: ['rpl_semi_sync_master_wait_no_slave = OFF'],
      lacks: ['rpl_semi_sync_master_timeout'],
    },
    {
      name: 'who comes back from a crash takes no writes until it is said who is the primary',
      of: strict,
      machine: 'database-1',
      file: mariadb,
      has: ['read_only = ON'],
      lacks: ['read_only = OFF'],
    },
    {
      name: 'all others follow it: before it,',
      of: three,
      machine: 'database-1',
      file: '/etc/mysql/spillway/copy.cnf',
      has: ['host = 10.1.0.6'],
    },
    {
      name: 'and behind it',
      of: three,
      machine: 'database-3',
      file: '/etc/mysql/spillway/copy.cnf',
      has: ['host = 10.1.0.6'],
    },
    {
      name: 'only machines of the pool may follow',
      of: three,
      machine: 'database-2',
      file: rights,
      has: [
        `("'replica'@'10.1.0.5'", '*.*', 'REPLICATION SLAVE'),`,
        `("'replica'@'10.1.0.7'", '*.*', 'REPLICATION SLAVE'),`,
      ],
      lacks: [`'replica'@'10.1.0.0`],
    },
    {
      name: 'the primary’s name leads to it, on every machine',
      of: three,
      machine: 'web-1',
      file: '/etc/hosts',
      has: ['10.1.0.6 database-2 primary.database'],
    },
    {
      name: 'or to the address of its pool, if that has one where the machines are: a move changes nothing on them,',
      of: led,
      machine: 'web-1',
      file: '/etc/hosts',
      has: ['10.1.0.90 primary.database', '10.1.0.5 database-1', '10.1.0.6 database-2'],
    },
    {
      name: 'nor on who follows',
      of: led,
      machine: 'database-2',
      file: '/etc/mysql/spillway/copy.cnf',
      has: ['host = 10.1.0.90'],
    },
    {
      name: 'an account may do what is listed, and comes from its network only',
      of: shopWith(),
      machine: 'database-1',
      file: rights,
      has: [
        `("'site'@'10.1.0.0/255.255.255.0'", '\`shop\`.*', 'SELECT'),`,
        `("'site'@'10.1.0.0/255.255.255.0'", '\`shop\`.\`orders\`', 'INSERT')`,
      ],
      lacks: ['DELETE', 'UPDATE'],
    },
    {
      name: 'memory and connections come from flavour and settings',
      of: shopWith({
        engines: { lab: { kind: 'lab', memory: '10 %' } },
        pools: { database: { roles: { mariadb: { memory: '50 %', connections: 700 } } } },
      }),
      machine: 'database-1',
      file: mariadb,
      has: ['innodb_buffer_pool_size = 400M', 'max_connections = 710', 'max_user_connections = 700'],
    },
  ]);

  test('a replica comes after its primary, and only the primary makes accounts', () => {
    const roleOn = (machine: string) => recipesOn(one, machine).find(({ role }) => role === 'mariadb')!;
    expect(roleOn('database-2').after).toEqual([{ machine: 'database-1', role: 'mariadb' }]);
    expect(roleOn('database-1').tasks.map(({ name }) => name)).toEqual(['takes writes', 'databases and accounts']);
    expect(roleOn('database-2').tasks.map(({ name }) => name)).toEqual(['follow the primary']);
  });
});

describe('another machine became the primary', () => {
  const { blueprint, assets } = shopWith({
    pools: { database: { roles: { mariadb: { replicas: ['b'] } }, base: machines(2, 'a', 'b') } },
    addresses: { db: { network: 'inside', pool: 'database', ip: '10.1.0.90' } },
  });
  const primacy = { primary: 'database-2' as MachineName, inSync: [], deposed: ['database-1' as MachineName] };
  const primacies = new Map([['database' as PoolName, primacy]]);
  const before = layOut(blueprint, assets, nothingTaken);
  const after = layOut(blueprint, assets, nothingTaken, { primacies });

  test('its address is there, and the other machine follows', () => {
    expect([...compile(before).placements]).toEqual([['db', 'database-1']]);
    expect([...compile(after).placements]).toEqual([['db', 'database-2']]);
    const tasksOn = (machine: string) =>
      recipesOn(after, machine).flatMap(({ role, tasks }) => (role === 'mariadb' ? tasks.map(({ name }) => name) : []));
    expect(tasksOn('database-1')).toEqual(['follow the primary']);
    expect(tasksOn('database-2')).toEqual(['takes writes', 'databases and accounts']);
  });

  test('no file on any machine is another one: nothing is restarted', () => {
    const filesOf = (platform: Platform) =>
      [...compile(platform).recipes].map(([machine, all]) => [
        machine,
        all.flatMap(({ files, units }) => [files, units]),
      ]);
    expect(filesOf(after)).toEqual(filesOf(before));
  });
});

describe('a cluster', () => {
  const cluster = clusterWith();
  const state = '/usr/local/lib/spillway/galera-node';
  const cnf = '/etc/mysql/mariadb.conf.d/91-spillway-cluster.cnf';
  const app: Change = {
    pools: { web: { roles: { php: { database: { name: 'orders', account: 'till' } } } } },
    flows: [
      { from: 'web', to: 'database' },
      { from: 'web', to: 'desk', ports: [873] },
      { from: 'web', to: 'front' },
    ],
  };

  holds([
    {
      name: 'each node knows the nodes to which it may come, and which of them is to give it a copy first',
      of: cluster,
      machine: 'cluster-2',
      file: cnf,
      has: [
        'wsrep_cluster_address = gcomm://10.1.0.7:4567,10.1.0.8:4567,10.1.0.9:4567',
        'wsrep_sst_donor = cluster-3,cluster-1,',
      ],
    },
    {
      name: 'nodes and arbiters know one another, in one order',
      of: cluster,
      machine: 'votes-2',
      file: '/etc/spillway/galera.nodes',
      has: ['data cluster-1 10.1.0.7', 'data cluster-3 10.1.0.9', 'arbiter votes-2 10.1.0.11'],
    },
    {
      name: 'memory, connections and history come from flavour and settings',
      of: clusterWith({
        engines: { lab: { kind: 'lab', memory: '10 %' } },
        pools: { cluster: { roles: { galera: { memory: '50 %', connections: 700, history: '2GB' } } } },
      }),
      machine: 'cluster-1',
      file: mariadb,
      has: ['innodb_buffer_pool_size = 400M', 'max_connections = 710', 'max_user_connections = 700'],
    },
    {
      name: 'members let one another in, and the balancer to where it asks and passes on',
      of: cluster,
      machine: 'cluster-1',
      file: firewall,
      has: [
        'iifname "inside" ip saddr 10.1.0.2 tcp dport { 3306, 4569 } accept comment "from front"',
        'iifname "inside" ip saddr { 10.1.0.8, 10.1.0.9, 10.1.0.10, 10.1.0.11 } tcp dport 4567 accept comment "the cluster"',
        'iifname "inside" ip saddr { 10.1.0.8, 10.1.0.9 } tcp dport 4444 accept comment "a copy of everything from cluster"',
      ],
    },
    {
      name: 'an arbiter has the ports that it answers on, and no more',
      of: cluster,
      machine: 'votes-1',
      file: firewall,
      has: [
        'iifname "inside" ip saddr { 10.1.0.7, 10.1.0.8, 10.1.0.9, 10.1.0.11 } tcp dport 4567 accept comment "the cluster"',
      ],
      lacks: ['3306', '4444', '4568'],
    },
    {
      name: 'an application finds the route, at the balancer',
      of: clusterWith(app),
      machine: 'web-1',
      file: fpm,
      has: ['env[DB_HOST] = "10.1.0.253"', 'env[DB_PORT] = "3306"'],
    },
    {
      name: 'where a flow lets it in, and no one else',
      of: clusterWith(app),
      machine: 'front-1',
      file: firewall,
      has: ['iifname "inside" ip saddr { 10.1.0.3, 10.1.0.4 } tcp dport 3306 accept comment "from web"'],
      lacks: ['"inside" ip daddr'],
    },
    {
      name: 'without a flow nobody is let in',
      of: cluster,
      machine: 'front-1',
      file: firewall,
      lacks: ['3306'],
    },
    {
      name: 'at a public address anyone is',
      of: clusterWith({ addresses: { db: { network: 'public' } } }),
      machine: 'front-1',
      file: firewall,
      has: ['iifname "public" ip daddr 198.51.100.253 tcp dport 3306 accept comment "cluster"'],
    },
    {
      name: 'an account may come from the application’s network, and from the balancer that passes it on',
      of: clusterWith({
        networks: { office: { kind: 'private', cidr: '10.2.0.0/24' } },
        pools: {
          front: { networks: ['public', 'inside', 'office'] },
          desk: { networks: ['public', 'office', 'inside'] },
          cluster: { networks: ['office'] },
          votes: { networks: ['office'] },
        },
      }),
      machine: 'cluster-1',
      file: rights,
      has: [`("'till'@'10.2.0.0/255.255.255.0'", '\`orders\`.*', 'SELECT'),`],
      lacks: ['replica'],
    },
  ]);

  test('only the first node makes accounts: what one grants, all have', () => {
    const tasks = (machine: string) =>
      recipesOn(cluster, machine).flatMap((recipe) => (recipe.role === 'galera' ? recipe.tasks : []));
    expect(tasks('cluster-1').map(({ name }) => name)).toEqual(['settings in use', 'databases and accounts']);
    expect(tasks('cluster-2').map(({ name }) => name)).toEqual(['settings in use']);
  });

  test('all nodes and arbiters run the same program', () => {
    expect(fileOn(cluster, 'votes-1', state)).toBe(fileOn(cluster, 'cluster-1', state));
  });

  test('the first balancer of two, and the second, choose the same node', () => {
    const two = clusterWith({ pools: { front: { base: machines(2, 'a', 'b') } } });
    const servers = (machine: string) =>
      linesOf(fileOn(two, machine, haproxy)).filter((line) => line.startsWith('server cluster'));
    expect(servers('front-1')).toHaveLength(3);
    expect(servers('front-2')).toEqual(servers('front-1'));
    expect(servers('front-1').map((line) => line.endsWith(' backup'))).toEqual([false, true, true]);
  });
});
