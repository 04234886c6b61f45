/** MariaDB: one primary, replicas that follow it by GTID, accounts with generated secrets. */
import { ipOn, networkBetween, type Machine, type Platform } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { RoleSettings } from '../../blueprint/schema.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { mark } from '../../model/secrets.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { accountsSql, databasePort, primaryAlias, replicationSecret, rightsCheck, rightsSql } from './accounts.ts';
import { placesOf } from './places.ts';
import { followScript, followedCheck } from './follow.ts';

const folder = '/etc/mysql/spillway';
const files = {
  server: '/etc/mysql/mariadb.conf.d/90-spillway.cnf',
  accounts: `${folder}/accounts.sql`,
  rights: `${folder}/rights.sql`,
  copy: `${folder}/copy.cnf`,
  follow: `${folder}/follow.sql`,
  sysctl: '/etc/sysctl.d/90-spillway-mariadb.conf',
};

export const mariadb: Role<'mariadb'> = {
  packages: ['mariadb-server', 'mariadb-client'],
  services: () => [
    { name: 'sql', protocol: 'tcp', port: databasePort, from: 'flows' },
    { name: 'replication', protocol: 'tcp', port: databasePort, from: 'pool' },
  ],
  aliases: (on) => (isPrimary(on) ? [primaryAlias(on.machine.pool)] : []),
  keepsData: () => true,
  recipe: (on) => (isPrimary(on) ? primaryRecipe(on) : replicaRecipe(on)),
};

function isPrimary({ platform, machine, settings }: RoleOn<'mariadb'>): boolean {
  return partOf(platform, machine, settings) === 'primary';
}

function partOf({ blueprint }: Platform, { pool, ordinal }: Machine, settings: RoleSettings['mariadb']) {
  return placesOf(settings, the(blueprint.pools, pool).base).machines[ordinal - 1];
}

function primaryOf({ platform, machine, settings }: RoleOn<'mariadb'>): Machine {
  const primary = platform.pools.get(machine.pool)?.find((one) => partOf(platform, one, settings) === 'primary');
  if (primary === undefined) throw new Error(`the pool ${machine.pool} has no primary`);
  return primary;
}

const server = {
  directories: [{ path: folder, owner: 'root:root', mode: 0o700 }],
  units: [
    { name: 'systemd-sysctl.service', reads: [files.sysctl], rereads: 'restart' },
    { name: 'mariadb.service', reads: [files.server], rereads: 'restart' },
  ],
} as const;

const sysctl: FileSpec = {
  path: files.sysctl,
  content: lines(
    '# A connection whose other end died is given up after some 10 s, not after a quarter of an hour: until then',
    '# MariaDB 10.11 lets nobody in once a replica that crashed connects again.',
    'net.ipv4.tcp_retries2 = 5',
  ),
  owner: 'root:root',
  mode: 0o644,
};

function primaryRecipe(on: RoleOn<'mariadb'>): ReturnType<Role<'mariadb'>['recipe']> {
  const { platform, machine } = on;
  return {
    ...server,
    files: [
      sysctl,
      { path: files.server, content: serverConf(on, 'primary'), owner: 'root:root', mode: 0o644 },
      { path: files.accounts, content: accountsSql(platform, machine.pool, mark), owner: 'root:root', mode: 0o600 },
      { path: files.rights, content: rightsSql(platform, machine.pool), owner: 'root:root', mode: 0o600 },
    ],
    tasks: [
      {
        name: 'databases and accounts',
        when: 'after-units',
        check: rightsCheck(files.rights),
        run: lines(
          'set -e',
          `mariadb --batch < ${files.accounts}`,
          `mend=$(mariadb -BNr < ${files.rights})`,
          'echo "$mend" | mariadb --batch',
        ),
        inputs: [files.accounts, files.rights],
      },
    ],
    probes: [
      {
        name: 'MariaDB answers',
        run: `mariadb-admin --connect-timeout=3 ping >/dev/null 2>&1 || echo 'MariaDB does not answer'`,
      },
      {
        name: 'MariaDB takes writes',
        run: `[ "$(mariadb -BNe 'select @@global.read_only' 2>/dev/null)" = 0 ] || echo 'the primary is read-only or down'`,
      },
      ...replicaProbes(on),
    ],
  };
}

/** The primary knows how many replicas are connected, and whether it waits for them. */
function replicaProbes({ settings: { replicas, replication } }: RoleOn<'mariadb'>) {
  if (replicas.length === 0 || replication === 'asynchronous') return [];
  const query = `show global status where variable_name in ('Rpl_semi_sync_master_clients','Rpl_semi_sync_master_status')`;
  return [
    {
      name: 'writes wait for a replica',
      run: lines(
        `got=$(mariadb -BNe "${query}" 2>/dev/null | awk '{print $2}' | tr '\\n' ' ')`,
        `[ "$got" = '${replicas.length} ON ' ] || echo "semi-synchronous replication: clients and state are '$got', wanted '${replicas.length} ON'"`,
      ),
    },
  ];
}

function replicaRecipe(on: RoleOn<'mariadb'>): ReturnType<Role<'mariadb'>['recipe']> {
  const { machine } = on;
  const primary = primaryOf(on);
  const at = ipOn(primary, networkOf(on)) ?? '';
  const password = mark(replicationSecret(machine.pool));
  return {
    ...server,
    files: [
      sysctl,
      { path: files.server, content: serverConf(on, 'replica'), owner: 'root:root', mode: 0o644 },
      {
        path: files.copy,
        content: lines('[client]', `host = ${at}`, 'user = replica', `password = ${password}`),
        owner: 'root:root',
        mode: 0o600,
      },
      {
        path: files.follow,
        content: lines(
          `CHANGE MASTER TO MASTER_HOST = '${at}', MASTER_USER = 'replica', MASTER_PASSWORD = '${password}',`,
          '  MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1, MASTER_USE_GTID = slave_pos;',
        ),
        owner: 'root:root',
        mode: 0o600,
      },
    ],
    tasks: [
      {
        name: `follow ${primary.name}`,
        when: 'after-units',
        check: followedCheck(at),
        run: followScript({ primary: primary.name, primaryIp: at, copyConf: files.copy, followSql: files.follow }),
        inputs: [files.follow],
      },
    ],
    probes: [
      {
        name: 'MariaDB answers',
        run: `mariadb-admin --connect-timeout=3 ping >/dev/null 2>&1 || echo 'MariaDB does not answer'`,
      },
      {
        name: `follows ${primary.name}`,
        run: lines(
          `status=$(mariadb -e 'show slave status\\G' 2>/dev/null)`,
          `for thread in IO SQL; do echo "$status" | grep -q "Slave_\${thread}_Running: Yes" || echo "the replica's $thread thread does not run"; done`,
        ),
      },
    ],
    after: [{ machine: primary.name, role: 'mariadb' }],
  };
}

function networkOf({ platform: { blueprint }, machine: { pool } }: RoleOn<'mariadb'>) {
  return networkBetween(blueprint, pool, pool);
}

function serverConf(on: RoleOn<'mariadb'>, part: 'primary' | 'replica'): string {
  const { machine, settings } = on;
  const megabytes = Math.max(32, Math.floor((machine.hardware.memoryBytes * settings.memory) / 1e6));
  const semiSynchronous = settings.replication === 'semi-synchronous' && settings.replicas.length > 0;
  return lines(
    '[mariadbd]',
    `server_id = ${machine.ordinal}`,
    `bind_address = ${ipOn(machine, networkOf(on)) ?? '127.0.0.1'}`,
    'skip_name_resolve = ON',
    `max_connections = ${settings.connections}`,
    `innodb_buffer_pool_size = ${megabytes}M`,
    `innodb_log_file_size = ${Math.max(16, Math.round(megabytes / 4))}M`,
    'innodb_flush_log_at_trx_commit = 1',
    'performance_schema = OFF',
    'log_bin = /var/lib/mysql/binlog',
    'sync_binlog = 1',
    'binlog_format = ROW',
    'expire_logs_days = 7',
    'log_slave_updates = ON',
    'gtid_strict_mode = ON',
    'relay_log_recovery = ON',
    'slave_parallel_threads = 4',
    'slave_parallel_mode = optimistic',
    `read_only = ${part === 'replica' ? 'ON' : 'OFF'}`,
    semiSynchronous && [
      `rpl_semi_sync_master_enabled = ${part === 'primary' ? 'ON' : 'OFF'}`,
      `rpl_semi_sync_slave_enabled = ${part === 'replica' ? 'ON' : 'OFF'}`,
      'rpl_semi_sync_master_wait_point = AFTER_SYNC',
      // Without a connected replica the primary goes on alone, and says so in its probe.
      'rpl_semi_sync_master_wait_no_slave = OFF',
    ],
  );
}
