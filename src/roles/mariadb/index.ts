/**
 * MariaDB: one primary, replicas that follow it by GTID, accounts with generated secrets. All machines of a pool have
 * the same files: which of them is the primary is a matter of moments, and is done by its procedures.
 */
import { ipOn, networkBetween, type Machine } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { mark } from '../../model/secrets.ts';
import { slaveStatus } from '../ask-database.ts';
import { databasePort, primaryAlias } from '../databases.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { accountsSql, accountsTask, replicationSecret, rightsSql } from './accounts.ts';
import { isFirstPrimary } from './places.ts';
import { isPrimaryCheck, procedures, promoteScript } from './procedures.ts';
import { canMove, primaryAddress, waitsHow } from './strictness.ts';
import { followScript, followedCheck } from './follow.ts';
import { schemaFiles, schemaScript } from './schema.ts';
import { commonConf, deadConnections, roomProbe } from './server.ts';

const folder = '/etc/mysql/spillway';
const files = {
  server: '/etc/mysql/mariadb.conf.d/90-spillway.cnf',
  accounts: `${folder}/accounts.sql`,
  rights: `${folder}/rights.sql`,
  copy: `${folder}/copy.cnf`,
  follow: `${folder}/follow.sql`,
};

export const mariadb: Role<'mariadb'> = {
  packages: ['mariadb-server', 'mariadb-client'],
  spokenPorts: [databasePort],
  daemons: [{ process: 'mariadbd', unit: 'mariadb.service' }],
  services: () => [
    { name: 'sql', protocol: 'tcp', port: databasePort, from: 'flows' },
    { name: 'replication', protocol: 'tcp', port: databasePort, from: 'pool' },
  ],
  leads: (on) => (isPrimary(on) ? primaryAlias(on.machine.pool) : undefined),
  procedures: () => procedures,
  failover: (blueprint, pool, settings) =>
    canMove(blueprint, pool, settings)
      ? {
          automatic: settings.failover === 'automatic',
          holdMs: settings.hold,
          waits: waitsHow(blueprint, pool, settings),
        }
      : undefined,
  keepsData: () => true,
  dataFrom: (on) => (isPrimary(on) ? [] : [primaryOf(on).name]),
  recipe: (on) => (isPrimary(on) ? primaryRecipe(on) : replicaRecipe(on)),
};

function isPrimary(on: RoleOn<'mariadb'>): boolean {
  return primaryOf(on).name === on.machine.name;
}

/** The one that the controller made it, or before that the one that the settings say. */
function primaryOf({ platform, machine: { pool }, settings }: RoleOn<'mariadb'>): Machine {
  const machines = platform.pools.get(pool) ?? [];
  const { base } = the(platform.blueprint.pools, pool);
  const kept = platform.primacies.get(pool)?.primary;
  const primary =
    machines.find(({ name }) => name === kept) ??
    machines.find(({ ordinal }) => isFirstPrimary(settings, base, ordinal));
  if (primary === undefined) throw new Error(`the pool ${pool} has no primary`);
  return primary;
}

const server = {
  directories: [{ path: folder, owner: 'root:root', mode: 0o700 }],
  units: [
    { name: 'systemd-sysctl.service', reads: [deadConnections.path], rereads: 'restart' },
    { name: 'mariadb.service', reads: [files.server], rereads: 'restart' },
  ],
} as const;

function filesOf(on: RoleOn<'mariadb'>): readonly FileSpec[] {
  const { platform, machine } = on;
  const { pool } = machine;
  // By the pool's address the others find the next primary without being told.
  const at = primaryAddress(platform, pool)?.ip ?? ipOn(primaryOf(on), networkOf(on)) ?? '';
  const password = mark(replicationSecret(pool));
  const secret = { owner: 'root:root', mode: 0o600 } as const;
  return [
    deadConnections,
    { path: files.server, content: serverConf(on), owner: 'root:root', mode: 0o644 },
    ...schemaFiles(platform, pool),
    { path: files.accounts, content: accountsSql(platform, pool, mark), ...secret },
    { path: files.rights, content: rightsSql(platform, pool), ...secret },
    {
      path: files.copy,
      content: lines('[client]', `host = ${at}`, 'user = replica', `password = ${password}`),
      ...secret,
    },
    {
      path: files.follow,
      content: lines(
        `CHANGE MASTER TO MASTER_HOST = '${at}', MASTER_USER = 'replica', MASTER_PASSWORD = '${password}',`,
        // Heard from four times a second, a primary that is lost is missed at once.
        '  MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 0.25, MASTER_USE_GTID = slave_pos;',
      ),
      ...secret,
    },
  ];
}

const schemasOn = ({ platform, machine: { pool } }: RoleOn<'mariadb'>) => ({
  script: schemaScript(platform, pool, 'mariadb'),
  files: schemaFiles(platform, pool),
});

const answers = {
  name: 'MariaDB answers',
  run: `mariadb-admin --connect-timeout=3 ping >/dev/null 2>&1 || echo 'MariaDB does not answer'`,
};

function primaryRecipe(on: RoleOn<'mariadb'>): ReturnType<Role<'mariadb'>['recipe']> {
  return {
    ...server,
    files: filesOf(on),
    tasks: [
      {
        name: 'takes writes',
        when: 'after-units',
        isPart: true,
        check: isPrimaryCheck(),
        // Where it must not go on alone, it begins to wait once a replica follows; that the controller sees to.
        run: lines(
          promoteScript({ waits: waitsHow(on.platform.blueprint, on.machine.pool, on.settings) === 'loosely' }),
          procedures.leave,
        ),
        inputs: [],
      },
      accountsTask(files, schemasOn(on)),
    ],
    probes: [
      answers,
      roomProbe,
      {
        name: 'MariaDB takes writes',
        run: `[ "$(mariadb -BNe 'select @@global.read_only' 2>/dev/null)" = 0 ] || echo 'the primary is read-only or down'`,
      },
      ...replicaProbes(on),
    ],
  };
}

/** The primary knows how many replicas are connected, and whether it waits for them. */
function replicaProbes({ platform, machine: { pool }, settings: { replicas, replication } }: RoleOn<'mariadb'>) {
  if (replicas.length === 0 || replication === 'asynchronous') return [];
  const query = `show global status where variable_name in ('Rpl_semi_sync_master_clients','Rpl_semi_sync_master_status')`;
  // One that was deposed is made anew by the controller, and the platform holds meanwhile.
  const wanted = replicas.length - (platform.primacies.get(pool)?.deposed.length ?? 0);
  return [
    {
      name: 'writes wait for a replica',
      run: lines(
        `got=$(mariadb -BNe "${query}" 2>/dev/null | awk '{print $2}' | tr '\\n' ' ')`,
        `[ "$got" = '${wanted} ON ' ] || echo "semi-synchronous replication: clients and state are '$got', wanted '${wanted} ON'"`,
      ),
    },
  ];
}

function replicaRecipe(on: RoleOn<'mariadb'>): ReturnType<Role<'mariadb'>['recipe']> {
  const { platform, machine } = on;
  const primary = primaryOf(on);
  const at = primaryAddress(platform, machine.pool)?.ip ?? ipOn(primary, networkOf(on)) ?? '';
  return {
    ...server,
    files: filesOf(on),
    tasks: [
      {
        name: 'follow the primary',
        when: 'after-units',
        isPart: true,
        check: followedCheck(at),
        run: followScript({
          ...{ primary: primary.name, primaryIp: at, copyConf: files.copy, followSql: files.follow },
          ...{ platform: platform.blueprint.platform, pool: machine.pool, machine: machine.name },
        }),
        inputs: [files.follow],
      },
    ],
    probes: [
      answers,
      roomProbe,
      {
        name: 'follows the primary',
        run: lines(
          slaveStatus,
          `status=$(slave_status 2>/dev/null)`,
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

/** Who is the primary is not in it: a move restarts nobody, and who comes back from a crash takes no writes. */
function serverConf({ platform, machine, settings }: RoleOn<'mariadb'>): string {
  const waits = waitsHow(platform.blueprint, machine.pool, settings);
  return lines(
    '[mariadbd]',
    `server_id = ${machine.ordinal}`,
    // The pool's address comes and goes; the firewall says who may come.
    'bind_address = 0.0.0.0',
    // Whoever asks whether it greets says no more, and would be locked out after a hundred times.
    'max_connect_errors = 4294967295',
    commonConf(machine, settings),
    'log_bin = /var/lib/mysql/binlog',
    'sync_binlog = 1',
    'binlog_format = ROW',
    'expire_logs_days = 7',
    'log_slave_updates = ON',
    'gtid_strict_mode = ON',
    'relay_log_recovery = ON',
    'slave_parallel_threads = 4',
    'slave_parallel_mode = optimistic',
    // Four heartbeats a second come; without any for so long the primary is somebody else by now.
    'slave_net_timeout = 2',
    'read_only = ON',
    // Events run on the primary alone.
    'event_scheduler = OFF',
    waits !== 'never' && [
      'rpl_semi_sync_slave_enabled = ON',
      'rpl_semi_sync_master_wait_point = AFTER_SYNC',
      `rpl_semi_sync_master_wait_no_slave = ${waits === 'strictly' ? 'ON' : 'OFF'}`,
    ],
    // It must not go on alone by itself: whether it may, the controller decides, who knows that nobody took its place.
    waits === 'strictly' && 'rpl_semi_sync_master_timeout = 4294967295',
  );
}
