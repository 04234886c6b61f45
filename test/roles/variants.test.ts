/** What the roles make of settings that SoFoot does not have: for each, the lines that matter. */
import { describe, expect, test } from 'vitest';
import { ipOn, layOut, nothingTaken, type Platform } from '../../src/blueprint/platform.ts';
import type { MachineName, NetworkName, PoolName } from '../../src/model/ids.ts';
import type { MachinePart } from '../../src/model/spec.ts';
import { serverParameters } from '../../src/roles/balancer/servers.ts';
import { compile } from '../../src/roles/compile.ts';
import {
  clusterWith,
  fileOn,
  machines,
  mobileVpn,
  recipesOn,
  shopWith,
  sofoot,
  withOverflow,
  type Change,
} from './platforms.ts';

interface Variant {
  readonly name: string;
  readonly of: Platform;
  readonly machine: string;
  readonly file: string;
  /** Lines of the file, without the space around them. */
  readonly has?: readonly string[];
  /** Parts of lines that it must not have. */
  readonly lacks?: readonly string[];
}

const haproxy = '/etc/haproxy/haproxy.cfg';
const keepalived = '/etc/keepalived/keepalived.conf';
const firewall = '/etc/nftables.conf';
const nginx = '/etc/nginx/nginx.conf';
const fpm = '/etc/php/8.2/fpm/pool.d/spillway.conf';
const ini = '/etc/php/8.2/fpm/conf.d/90-spillway.ini';
const mariadb = '/etc/mysql/mariadb.conf.d/90-spillway.cnf';
const accounts = '/etc/mysql/spillway/accounts.sql';
const rights = '/etc/mysql/spillway/rights.sql';

const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

function holds(variants: readonly Variant[]): void {
  test.each(variants)('$name', ({ of, machine, file, has = [], lacks = [] }) => {
    const text = fileOn(of, machine, file);
    for (const line of has) expect(linesOf(text)).toContain(line);
    for (const part of lacks) expect(text).not.toContain(part);
  });
}

const route = (change: Change = {}): Change => ({ address: 'www', host: 'www.shop.test', to: 'web', ...change });
const secondPool: Change = {
  api: { roles: { web: { root: '/srv/api' } }, networks: ['inside'], base: machines(1, 'a') },
};

describe('the balancer', () => {
  const pair = shopWith({ pools: { front: { base: machines(2, 'a', 'b') } } });
  const paths = shopWith({
    pools: secondPool,
    routes: [route(), route({ path: '/api', to: 'api' }), route({ path: '/api/v2', to: 'web', health: '/v2/up' })],
  });
  const twoAddresses = shopWith({
    pools: secondPool,
    addresses: { api: { network: 'public', pool: 'front', ip: '198.51.100.11' } },
    routes: [
      route({ host: ['shop.test', 'www.shop.test'] }),
      { address: 'api', host: 'api.shop.test', to: 'api', tls: false },
    ],
  });
  const large = shopWith({
    pools: {
      ...secondPool,
      web: { limits: { requestHeaders: '8kB', answerHeaders: '8kB', headers: 100 } },
    },
    routes: [route(), route({ path: '/api', to: 'api' })],
  });
  const noRoute = shopWith({ addresses: { idle: { network: 'public', pool: 'front', ip: '198.51.100.12' } } });

  holds([
    {
      name: 'one machine holds the address by itself',
      of: shopWith(),
      machine: 'front-1',
      file: keepalived,
      has: ['198.51.100.10/24 dev public', 'priority 254'],
      lacks: ['unicast', 'track_file {'],
    },
    {
      name: 'of two, the second speaks to the first and yields to it',
      of: pair,
      machine: 'front-2',
      file: keepalived,
      has: ['unicast_src_ip 10.1.0.3', '10.1.0.2', 'priority 238', 'interface inside', 'nopreempt'],
    },
    {
      name: 'the more particular path is asked first',
      of: paths,
      machine: 'front-1',
      file: haproxy,
      has: [
        'use_backend web.v2-up if { req.hdr(host),host_only -m str -i www.shop.test } { path_beg /api/v2 }',
        'use_backend api if { req.hdr(host),host_only -m str -i www.shop.test } { path_beg /api }',
        'use_backend web if { req.hdr(host),host_only -m str -i www.shop.test }',
        'default_backend web',
      ],
    },
    {
      name: 'two ways to judge one pool are two backends',
      of: paths,
      machine: 'front-1',
      file: haproxy,
      has: [
        'backend web',
        'backend web.v2-up',
        `http-check send meth GET uri-lf '%[srv_name,regsub("^alive[.].*","/.spillway/alive"),regsub("^[^/].*","/v2/up")]' ver HTTP/1.1 hdr Host www.shop.test hdr User-Agent spillway-check hdr X-Spillway-Check 1`,
      ],
    },
    {
      name: 'an address without TLS has no certificate',
      of: twoAddresses,
      machine: 'front-1',
      file: haproxy,
      has: ['bind 198.51.100.11:80 transparent', 'default_backend api'],
      lacks: ['198.51.100.11:443', 'certificates/api.pem'],
    },
    {
      name: 'several hosts stand on one route, and in one certificate',
      of: twoAddresses,
      machine: 'front-1',
      file: '/etc/haproxy/certificates/www.pem',
      has: ['⟦certificate shop.test www.shop.test 198.51.100.10⟧'],
    },
    {
      name: 'each address moves by itself',
      of: twoAddresses,
      machine: 'front-1',
      file: keepalived,
      has: ['vrrp_instance www {', 'virtual_router_id 1', 'vrrp_instance api {', 'virtual_router_id 2'],
    },
    {
      name: 'only the ports that are answered are open, and only at the address',
      of: twoAddresses,
      machine: 'front-1',
      file: firewall,
      has: [
        'iifname "public" ip daddr 198.51.100.10 tcp dport 443 accept comment "https"',
        'iifname "public" ip daddr 198.51.100.11 tcp dport 80 accept comment "http"',
      ],
      lacks: ['ip daddr 198.51.100.11 tcp dport 443', 'vrrp'],
    },
    {
      name: 'has the buffers of the pool that asks for most, and each pool’s own largest body',
      of: large,
      machine: 'front-1',
      file: haproxy,
      has: [
        'tune.bufsize 36864',
        'tune.maxrewrite 1024',
        'tune.http.maxhdr 216',
        'http-request return status 413 content-type text/plain string "too large" if { req.hdr_val(content-length) gt 16000000 }',
      ],
    },
    {
      name: 'an address without a route is held, and nothing answers there',
      of: noRoute,
      machine: 'front-1',
      file: haproxy,
      lacks: ['198.51.100.12', 'frontend idle'],
    },
    {
      name: 'times come from the settings',
      of: shopWith({
        pools: { front: { roles: { balancer: { checkEvery: '2s', connectTimeout: '1s', answerTimeout: '60s' } } } },
      }),
      machine: 'front-1',
      file: haproxy,
      has: [
        'timeout connect 1000ms',
        'timeout server 60000ms',
        'server web-1 10.1.0.3:80 check inter 2000ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s tcp-ut 2000ms weight 100',
      ],
    },
    {
      name: 'who serves more gets more, and whom a machine cannot answer waits at the balancer for a while',
      of: shopWith({
        pools: {
          web: {
            base: { serves: '200 requests/s' },
            overflow: { count: 2, site: 'b', flavour: 'small', serves: '400 requests/s' },
            queue: { beyond: 20, most: 300, wait: '2s' },
          },
        },
      }),
      machine: 'front-1',
      file: haproxy,
      has: [
        'server web-1 10.1.0.3:80 check inter 500ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s tcp-ut 2000ms weight 50 maxconn 20',
        'timeout queue 2000ms',
      ],
    },
    {
      name: 'what a visitor says of HTTPS does not count, and a POST is never sent twice',
      of: shopWith(),
      machine: 'front-1',
      file: haproxy,
      has: [
        'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
        'http-request disable-l7-retry if !{ method GET HEAD OPTIONS } or { nbsrv lt 2 }',
      ],
    },
  ]);

  test('one balancer has nobody to watch; of two, each probes its keepalived', () => {
    const probes = (platform: Platform) =>
      recipesOn(platform, 'front-1').flatMap((recipe) => recipe.probes.map(({ name }) => name));
    expect(probes(shopWith())).not.toContain('keepalived runs');
    expect(probes(pair)).toContain('keepalived runs');
  });
});

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

describe('PHP', () => {
  holds([
    { name: 'without a database knows of none', of: shopWith(), machine: 'web-1', file: fpm, lacks: ['env['] },
    {
      name: 'with one finds it in its environment',
      of: shopWith({ pools: { web: { roles: { php: { workers: 3, database: { name: 'shop', account: 'site' } } } } } }),
      machine: 'web-1',
      file: fpm,
      has: [
        'pm.max_children = 3',
        'env[DB_HOST] = "primary.database"',
        'env[DB_USER] = "site"',
        'env[DB_PASSWORD] = "⟦password mariadb/shop/site⟧"',
      ],
    },
    {
      name: 'lives in the platform’s time zone',
      of: shopWith({ timeZone: 'America/New_York' }),
      machine: 'web-1',
      file: '/etc/php/8.2/fpm/conf.d/90-spillway.ini',
      has: ['date.timezone = "America/New_York"'],
    },
    {
      name: 'has the settings that it is given, and those of its limits',
      of: shopWith({
        pools: {
          web: {
            roles: {
              php: {
                settings: {
                  memory_limit: '128M',
                  max_input_vars: 5000,
                  display_errors: true,
                  error_reporting: 'E_ALL & ~E_DEPRECATED',
                  'session.name': 'my id',
                },
              },
            },
            limits: { body: '2MB' },
          },
        },
      }),
      machine: 'web-1',
      file: ini,
      has: [
        'memory_limit = "128M"',
        'max_input_vars = 5000',
        'display_errors = On',
        'error_reporting = E_ALL & ~E_DEPRECATED',
        'session.name = "my id"',
        'post_max_size = 2000000',
        'upload_max_filesize = 2000000',
        'auto_prepend_file = "/usr/local/lib/spillway/php/first.php"',
      ],
      lacks: ['memory_limit = 6', 'display_errors = Off'],
    },
    {
      name: 'runs the site’s own first file after Spillway’s',
      of: shopWith({ pools: { web: { roles: { php: { settings: { auto_prepend_file: '/srv/site/first.php' } } } } } }),
      machine: 'web-1',
      file: '/usr/local/lib/spillway/php/first.php',
      has: [`require '/srv/site/first.php';`],
    },
    {
      name: 'has the environment that it is given',
      of: shopWith({
        pools: { web: { roles: { php: { environment: { APP_ENV: 'a "b" $c', PAGES: 12, DEBUG: false } } } } },
      }),
      machine: 'web-1',
      file: fpm,
      has: [`env[APP_ENV] = 'a "b" $c'`, `env[PAGES] = '12'`, `env[DEBUG] = 'false'`],
    },
    {
      name: 'has lanes for checks and for slow pages, and ends what nobody waits for',
      of: shopWith({
        pools: {
          web: { roles: { php: { slow: { paths: ['/export'], workers: 3 } } } },
          front: { roles: { balancer: { answerTimeout: '40s' } } },
        },
      }),
      machine: 'web-1',
      file: fpm,
      has: [
        '[spillway-slow]',
        'listen = /run/php/spillway-slow.sock',
        'pm.max_children = 3',
        '[spillway-checks]',
        'request_terminate_timeout = 40s',
        'request_terminate_timeout = 5s',
      ],
    },
    {
      name: 'has no lane for checks where no balancer asks',
      of: shopWith(),
      machine: 'desk-1',
      file: fpm,
      has: ['request_terminate_timeout = 60s'],
      lacks: ['checks'],
    },
  ]);
});

describe('web', () => {
  holds([
    {
      name: 'another entry and cache',
      of: shopWith({
        pools: { web: { roles: { web: { root: '/srv/site/public', entry: '/app.php', cache: { size: '1GB' } } } } },
      }),
      machine: 'web-1',
      file: nginx,
      has: [
        'fastcgi_cache_path /var/cache/nginx/pages levels=1:2 keys_zone=pages:8m max_size=1000m inactive=10m use_temp_path=off;',
        'location @entry { rewrite ^ /app.php last; }',
        'location = /app.php { try_files $uri =404; fastcgi_pass $lane; }',
      ],
    },
    {
      name: 'no cache',
      of: shopWith({ pools: { web: { roles: { web: { root: '/srv/site/public', cache: 'off' } } } } }),
      machine: 'web-1',
      file: nginx,
      lacks: ['fastcgi_cache', 'X-Page-Cache'],
    },
    {
      name: 'slow pages go to their lane',
      of: shopWith({ pools: { web: { roles: { php: { slow: { paths: ['/export', '/a.b/'] } } } } } }),
      machine: 'web-1',
      file: nginx,
      has: [
        '"~^/export" php-slow;',
        '"~^/a\\.b/" php-slow;',
        'upstream php-slow { server unix:/run/php/spillway-slow.sock; }',
      ],
    },
    {
      name: 'the pages by which balancers judge it go to the lane of checks',
      of: shopWith({ routes: [route(), route({ path: '/api', health: '/api/up' })] }),
      machine: 'web-1',
      file: nginx,
      has: ['"1  /" 1;', '"1  /api/up" 1;'],
    },
    {
      name: 'a visitor’s address is taken from machines of its own network only',
      of: shopWith(),
      machine: 'web-1',
      file: nginx,
      has: ['set_real_ip_from 10.1.0.0/24;'],
      lacks: ['set_real_ip_from 198'],
    },
  ]);
});

describe('packages', () => {
  const packagesOf = (extensions: readonly string[]) =>
    compile(shopWith({ pools: { web: { roles: { php: { extensions } } } } })).packages.filter((name) =>
      /^php/.test(name),
    );

  test('those of extensions by their names', () => {
    expect(packagesOf([])).toEqual(['php-fpm', 'php-mysql']);
    expect(packagesOf(['gd', 'curl', 'intl', 'json', 'dom', 'simplexml', 'pdo_mysql'])).toEqual([
      'php-curl',
      'php-fpm',
      'php-gd',
      'php-intl',
      'php-mysql',
      'php-xml',
    ]);
  });
});

describe('content', () => {
  const recipe = (platform: Platform, machine: string) =>
    recipesOn(platform, machine).find(({ role }) => role === 'content')!;

  test('without a fill there is nothing to run, and no environment', () => {
    const { tasks, files, after } = recipe(shopWith(), 'desk-1');
    expect(tasks).toEqual([]);
    expect(after).toEqual([]);
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('.env'))).toEqual([]);
  });

  test('with one it waits for every server of its database, so that no replica copies while it is filled', () => {
    expect(recipe(sofoot(), 'backoffice-1').after).toEqual([
      { machine: 'database-1', role: 'mariadb' },
      { machine: 'database-2', role: 'mariadb' },
    ]);
  });

  test('a command with quotes stays one word', () => {
    const platform = shopWith({ content: { site: { fill: { run: `echo 'it is'`, check: 'true' } } } });
    expect(recipe(platform, 'desk-1').tasks[0]!.run).toContain(`sh -c 'echo '\\''it is'\\'''`);
  });

  const written = { content: { site: { writable: ['public/uploads'] } } };
  const two = { pools: { desk: { base: machines(2, 'a') } } };

  test('the origin is set up first; the others have what it has, so that no disk holds it alone', () => {
    const platform = shopWith({ ...written, ...two });
    expect(recipe(platform, 'desk-1').after).toEqual([]);
    expect(recipe(platform, 'desk-2').after).toEqual([{ machine: 'desk-1', role: 'content' }]);
    expect(compile(platform).keepers).not.toContain('desk-1' as MachineName);
    const alone = shopWith({ ...written, pools: { web: { roles: { content: undefined } } } });
    expect(compile(alone).keepers).toContain('desk-1' as MachineName);
  });

  test('where applications write nothing, no machine speaks to another', () => {
    const { files, units, tasks } = recipe(shopWith(), 'web-1');
    expect([files, units, tasks]).toEqual([[], [], []]);
    expect(fileOn(shopWith(), 'web-1', firewall)).not.toContain('873');
  });

  test.each([
    ['the origin’s pool', 'desk-1', {}, 'www-data:www-data'],
    ['another pool', 'web-1', {}, 'root:root'],
    ['another pool whose files are sent', 'web-1', { writes: 'sent' }, 'www-data:www-data'],
    ['the origin’s pool, refused', 'desk-2', { writes: 'refused' }, 'root:root'],
  ])('applications may write, or not, on machines of %s', (_, machine, settings, owner) => {
    const [pool = ''] = machine.split('-');
    const roles = { content: { of: 'site', ...settings } };
    const platform = shopWith({
      ...written,
      pools: { desk: two.pools.desk, [pool]: { ...(pool === 'desk' ? two.pools.desk : {}), roles } },
    });
    const folders = recipe(platform, machine).directories.filter(({ path }) => path.endsWith('/public/uploads'));
    expect(folders.map((folder) => folder.owner)).toEqual([owner]);
  });

  test('where nobody may write, no machine knows how to write elsewhere', () => {
    const secrets = (machine: string) =>
      recipe(shopWith({ ...written, ...two }), machine)
        .files.map(({ path }) => path)
        .filter((path) => path.startsWith('/etc/spillway/content/site/'))
        .map((path) => path.split('/').at(-1));
    expect(secrets('desk-1')).toEqual(['read', 'from-origin']);
    expect(secrets('desk-2')).toEqual(['read', 'to-origin']);
    expect(secrets('web-1')).toEqual(['read']);
  });

  holds([
    {
      name: 'that second machine may come for it without a flow',
      of: shopWith({ ...written, ...two }),
      machine: 'desk-1',
      file: firewall,
      has: ['iifname "inside" ip saddr { 10.1.0.6, 10.1.0.7 } tcp dport 873 accept comment "content from desk"'],
    },
    {
      name: 'copies come over the network that they share with the origin',
      of: shopWith({
        ...written,
        networks: { office: { kind: 'private', cidr: '10.2.0.0/24' } },
        pools: { desk: { networks: ['public', 'office', 'inside'] } },
      }),
      machine: 'web-1',
      file: '/etc/spillway/content/site.conf',
      has: ['origin 10.1.0.6', 'folder public/uploads', 'writes no'],
    },
  ]);
});

describe('the back-office', () => {
  holds([
    {
      name: 'lets in its editors’ networks only, at both doors: nginx,',
      of: shopWith({ pools: { desk: { roles: { backoffice: { from: ['198.51.100.64/28', '192.0.2.0/24'] } } } } }),
      machine: 'desk-1',
      file: nginx,
      has: ['listen 198.51.100.3:443 ssl http2;', 'allow 198.51.100.64/28;', 'allow 192.0.2.0/24;', 'deny all;'],
    },
    {
      name: 'and the firewall',
      of: shopWith({ pools: { desk: { roles: { backoffice: { from: ['198.51.100.64/28', '192.0.2.0/24'] } } } } }),
      machine: 'desk-1',
      file: firewall,
      has: ['iifname "public" ip saddr { 198.51.100.64/28, 192.0.2.0/24 } tcp dport 443 accept comment "editors"'],
    },
  ]);
});

describe('services that one machine runs while the other stands by', () => {
  const before = mobileVpn();
  const primacy = { primary: 'server-2' as MachineName, inSync: [], deposed: ['server-1' as MachineName] };
  const primacies = new Map([['server' as PoolName, primacy]]);
  const after = layOut(before.blueprint, before.assets, nothingTaken, { primacies });
  const conf = '/etc/spillway/standby/serve-files.conf';
  const tasksOn = (platform: Platform, machine: string) =>
    recipesOn(platform, machine).flatMap(({ role, tasks }) =>
      role === 'standby' ? tasks.map(({ name }) => name) : [],
    );

  holds([
    {
      name: 'each has its own server, at its own address',
      of: before,
      machine: 'server-2',
      file: conf,
      has: ['listen 203.0.113.11:80;', 'root /srv/standby/files;', 'pid /run/spillway-serve-files.pid;'],
      lacks: ['203.0.113.10'],
    },
    {
      name: 'devices reach the addresses, whoever watches and who stands by what they need, and nobody else anything',
      of: before,
      machine: 'server-1',
      file: firewall,
      has: [
        'iifname "public" ip saddr 203.0.113.192/26 ip daddr 203.0.113.11 tcp dport 80 accept comment "files"',
        'iifname "public" ip saddr 203.0.113.4 tcp dport 80 accept comment "from monitoring"',
        'iifname "private" ip saddr 10.20.0.3 tcp dport 8730 accept comment "documents from server"',
      ],
    },
    {
      name: 'copies come from wherever the services run',
      of: before,
      machine: 'server-2',
      file: '/usr/local/lib/spillway/fetch-standby',
      has: [
        'if systemctl is-enabled --quiet spillway-serve@files.service; then exit 0; fi',
        'if [ -e /srv/standby/.origin ] && ! cmp -s /srv/standby/.origin /var/lib/spillway/standby-copied.origin; then',
      ],
    },
  ]);

  test('the first runs them, and the other one stands by; later whoever took them', () => {
    const [run, rest] = [['run the services'], ['stand by', 'fetch the documents']];
    expect([tasksOn(before, 'server-1'), tasksOn(before, 'server-2')]).toEqual([run, rest]);
    expect([tasksOn(after, 'server-1'), tasksOn(after, 'server-2')]).toEqual([rest, run]);
  });

  test('all addresses are on the machine that runs them', () => {
    const placed = (platform: Platform) => [...new Set(compile(platform).placements.values())];
    expect([placed(before), placed(after)]).toEqual([['server-1'], ['server-2']]);
    expect(compile(after).placements.size).toBe(4);
  });

  test('no file of theirs is another one: nothing is restarted', () => {
    const filesOf = (platform: Platform, machine: string) =>
      recipesOn(platform, machine).flatMap(({ role, files, units }) => (role === 'standby' ? [files, units] : []));
    expect(filesOf(after, 'server-1')).toEqual(filesOf(before, 'server-1'));
    expect(filesOf(before, 'server-2')).toEqual(filesOf(before, 'server-1'));
  });
});

describe('the firewall', () => {
  /** Without it the shop's web machines could not come for their content. */
  const content = { from: 'web', to: 'desk', ports: [873] };
  holds([
    {
      name: 'a route opens the web port and nothing else that the pool answers on',
      of: shopWith({
        pools: {
          web: { roles: { mariadb: { primary: 'a', replicas: ['b'] } } },
          database: undefined,
        },
        data: { shop: { pool: 'web', accounts: {} } },
        flows: [{ from: 'web', to: 'desk', ports: [873] }],
      }),
      machine: 'web-1',
      file: firewall,
      has: [
        'iifname "inside" ip saddr 10.1.0.2 tcp dport 80 accept comment "from front"',
        'iifname "inside" ip saddr 10.1.0.4 tcp dport 3306 accept comment "replication from web"',
      ],
      lacks: ['{ 80, 3306 }', 'dport 873'],
    },
    {
      name: 'a flow opens what the roles of the pool answer on',
      of: shopWith({ flows: [content, { from: 'desk', to: 'database' }] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "inside" ip saddr 10.1.0.6 tcp dport 3306 accept comment "from desk"'],
      lacks: ['from web'],
    },
    {
      name: 'a flow that lists ports opens these only',
      of: shopWith({ flows: [content, { from: 'desk', to: 'database', ports: [9104, 9100] }] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "inside" ip saddr 10.1.0.6 tcp dport { 9104, 9100 } accept comment "from desk"'],
      lacks: ['3306'],
    },
    {
      name: 'without a flow there is no way in but the controller’s',
      of: shopWith({ flows: [content] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "mgmt0" tcp dport 22 accept comment "the controller"'],
      lacks: ['iifname "inside" ip', 'iifname "inside" tcp dport', 'iifname "public"'],
    },
    {
      name: 'a flow comes over the network that both pools share',
      of: shopWith({
        networks: { office: { kind: 'private', cidr: '10.2.0.0/24' } },
        pools: {
          web: { roles: { content: undefined } },
          desk: { networks: ['public', 'office'] },
          database: { networks: ['inside', 'office'] },
        },
        flows: [{ from: 'desk', to: 'database' }],
      }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "office" ip saddr 10.2.0.3 tcp dport 3306 accept comment "from desk"'],
    },
  ]);
});

describe('an overflow machine', () => {
  const platform = withOverflow(sofoot(), 'web');

  test('does what the base machines do', () => {
    const base = recipesOn(platform, 'web-1').slice(1);
    expect(recipesOn(platform, 'web-x1').slice(1)).toEqual(base);
  });

  test('is asked whether it serves sooner than one of the base that is down, for visitors wait for it', () => {
    const { blueprint } = sofoot();
    const parameters = (part: MachinePart) =>
      serverParameters(blueprint, { checkEvery: 1_000 }, 'web' as PoolName, part);
    expect(parameters('base')).toContain(' downinter 500ms ');
    expect(parameters('overflow')).toContain(' downinter 100ms ');
  });

  const ip = ipOn(
    platform.machines.find(({ name }) => name === 'web-x1')!,
    'private' as NetworkName,
  )!;

  test.each(['balancer-1', 'database-1', 'backoffice-1', 'web-1'])(
    'changes nothing on %s: all knew of it before it came',
    (machine) => {
      expect(recipesOn(platform, machine)).toEqual(recipesOn(sofoot(), machine));
    },
  );

  holds([
    {
      name: 'is known by name before it comes',
      of: sofoot(),
      machine: 'balancer-1',
      file: '/etc/hosts',
      has: [`${ip} web-x1`],
    },
  ]);

  test('is let in where the base machines are, before it comes', () => {
    expect(fileOn(sofoot(), 'backoffice-1', firewall)).toMatch(new RegExp(`ip saddr .*${ip}.* tcp dport 873`));
  });
});
