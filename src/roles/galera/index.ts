/** MariaDB as a Galera cluster: nodes that all hold everything, and a program on each that knows when it may serve. */
import { ipOn } from '../../blueprint/platform.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { mark } from '../../model/secrets.ts';
import { databasePort } from '../databases.ts';
import { accountsSql, accountsTask, rightsSql } from '../mariadb/accounts.ts';
import { schemaFiles, schemaScript } from '../mariadb/schema.ts';
import { commonConf, deadConnections, roomProbe } from '../mariadb/server.ts';
import type { Role, RoleOn, Service } from '../role.ts';
import { differs, lines } from '../text.ts';
import { clusterName, clusterNetwork, galeraPorts, membersOf, nodesFile, othersOf } from './cluster.ts';
import { statePort } from './door.ts';
import { program, programPath, runFolder, settingsPaths } from './program.ts';
import { providerOptions } from './timing.ts';

const folder = '/etc/mysql/spillway';
const [serverPath = '', dropInPath = ''] = settingsPaths;
const files = {
  accounts: `${folder}/accounts.sql`,
  rights: `${folder}/rights.sql`,
  cluster: '/etc/mysql/mariadb.conf.d/91-spillway-cluster.cnf',
  unit: '/etc/systemd/system/spillway-galera.service',
  socket: '/etc/systemd/system/spillway-galera.socket',
};

export const galera: Role<'galera'> = {
  // Galera's copies by mariadb-backup go through socat; the program is Perl.
  packages: ['mariadb-server', 'mariadb-client', 'galera-4', 'mariadb-backup', 'socat', 'perl', 'curl'],
  daemons: [{ process: 'mariadbd', unit: 'mariadb.service' }],
  services: (on) => [
    { name: 'sql', protocol: 'tcp', port: databasePort, from: 'flows' },
    { name: 'missed writes', protocol: 'tcp', port: galeraPorts.missed, from: 'pool' },
    { name: 'a copy of everything', protocol: 'tcp', port: galeraPorts.copy, from: 'pool' },
    ...amongMembers(on),
  ],
  keepsData: () => true,
  dataFrom: ({ platform, pool, machine }) =>
    (platform.pools.get(pool) ?? []).map(({ name }) => name).filter((name) => name !== machine.name),
  recipe: (on) => ({
    directories: [
      { path: folder, owner: 'root:root', mode: 0o700 },
      { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
      { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
      { path: '/etc/systemd/system/mariadb.service.d', owner: 'root:root', mode: 0o755 },
    ],
    files: [
      deadConnections,
      nodesFile(on.platform, on.pool),
      { path: programPath, content: program, owner: 'root:root', mode: 0o755 },
      { path: files.unit, content: stateUnit(on), owner: 'root:root', mode: 0o644 },
      { path: files.socket, content: stateSocket(on), owner: 'root:root', mode: 0o644 },
      { path: dropInPath, content: dropIn(on), owner: 'root:root', mode: 0o644 },
      { path: serverPath, content: serverConf(on), owner: 'root:root', mode: 0o644 },
      { path: files.cluster, content: clusterConf(on), owner: 'root:root', mode: 0o644 },
      ...(isFirst(on) ? accountFiles(on) : []),
    ],
    units: [
      { name: 'systemd-sysctl.service', reads: [deadConnections.path], rereads: 'restart' },
      { name: 'spillway-galera.socket', reads: [files.socket], rereads: 'restart' },
      { name: 'spillway-galera.service', reads: [files.unit, programPath], rereads: 'restart' },
      // It reads its settings in its turn, by a task: never on two nodes at once.
      { name: 'mariadb.service', reads: [], rereads: 'restart' },
    ],
    tasks: [
      {
        name: 'settings in use',
        when: 'after-units',
        check: lines(
          differs,
          `cat ${settingsPaths.join(' ')} | cmp -s - ${runFolder}/read || differs 'the server runs with older settings'`,
        ),
        run: `${programPath} turn ${on.machine.name}`,
        inputs: settingsPaths,
      },
      // Whatever one node makes or grants, the cluster makes and grants.
      ...(isFirst(on)
        ? [
            accountsTask(files, {
              script: schemaScript(on.platform, on.pool, 'galera'),
              files: schemaFiles(on.platform, on.pool),
            }),
          ]
        : []),
    ],
    probes: [
      roomProbe,
      {
        name: 'the node takes writes',
        run: lines(
          `says=$(curl -sS --max-time 3 http://${ownIp(on)}:${statePort}/writes 2>&1)`,
          `[ "$says" = synced ] || echo "the node \${says:-does not say how it is}"`,
        ),
      },
      {
        name: 'every vote is there',
        run: lines(
          `votes=$(curl -sS --max-time 3 http://${ownIp(on)}:${statePort}/state 2>/dev/null | sed -n 's/.*votes=\\([0-9]*\\).*/\\1/p')`,
          `[ "$votes" = ${membersOf(on.platform, on.pool).length} ] || echo "the cluster has \${votes:-no} votes of ${membersOf(on.platform, on.pool).length}"`,
        ),
      },
    ],
  }),
};

function amongMembers({ platform, pool, machine }: RoleOn<'galera'>): readonly Service[] {
  const network = clusterNetwork(platform, pool);
  const sources = othersOf(platform, pool, machine);
  if (network === undefined || sources.length === 0) return [];
  return [
    { name: 'the cluster', protocol: 'tcp', port: galeraPorts.group, from: { network, sources } },
    { name: 'how it is', protocol: 'tcp', port: statePort, from: { network, sources } },
  ];
}

const isFirst = ({ machine }: RoleOn<'galera'>): boolean => machine.ordinal === 1;

function ownIp({ platform, pool, machine }: RoleOn<'galera'>): string {
  return ipOn(machine, clusterNetwork(platform, pool)) ?? '127.0.0.1';
}

function accountFiles({ platform, pool }: RoleOn<'galera'>): readonly FileSpec[] {
  return [
    ...schemaFiles(platform, pool),
    { path: files.accounts, content: accountsSql(platform, pool, mark), owner: 'root:root', mode: 0o600 },
    { path: files.rights, content: rightsSql(platform, pool), owner: 'root:root', mode: 0o600 },
  ];
}

function stateUnit({ machine }: RoleOn<'galera'>): string {
  return lines(
    '[Unit]',
    'Description=How this node of the Galera cluster is, for balancers and the other nodes',
    // Without its socket it ends too, and comes back with it.
    'Requires=spillway-galera.socket',
    'After=network.target spillway-galera.socket',
    'StartLimitIntervalSec=0',
    '[Service]',
    'User=mysql',
    `ExecStart=${programPath} serve ${machine.name}`,
    `RuntimeDirectory=${runFolder.replace('/run/', '')}`,
    'RuntimeDirectoryPreserve=yes',
    'Restart=always',
    'RestartSec=1s',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}

function stateSocket(on: RoleOn<'galera'>): string {
  return lines(
    '[Unit]',
    'Description=Where this node of the Galera cluster is asked how it is',
    '[Socket]',
    `ListenStream=${ownIp(on)}:${statePort}`,
    'FreeBind=yes',
    'Backlog=64',
    '[Install]',
    'WantedBy=sockets.target',
  );
}

/** The program finds out whether to begin the cluster or to join it, and becomes mariadbd. */
function dropIn({ machine }: RoleOn<'galera'>): string {
  return lines(
    '[Unit]',
    'Wants=spillway-galera.service',
    'After=spillway-galera.service',
    'StartLimitIntervalSec=0',
    '[Service]',
    'ExecStart=',
    `ExecStart=${programPath} start ${machine.name}`,
    // A node that was killed, or did not find the others, tries again.
    'Restart=always',
    'RestartSec=1s',
  );
}

function serverConf(on: RoleOn<'galera'>): string {
  const { platform, pool, machine, settings } = on;
  const ip = ownIp(on);
  const history = `${Math.ceil(settings.history / 1e6)}M`;
  return lines(
    '[mariadbd]',
    `server_id = ${machine.ordinal}`,
    `bind_address = ${ip}`,
    commonConf(machine, settings),
    'innodb_autoinc_lock_mode = 2',
    'default_storage_engine = InnoDB',
    'binlog_format = ROW',
    'wsrep_on = ON',
    'wsrep_provider = /usr/lib/galera/libgalera_smm.so',
    `wsrep_provider_options = "${providerOptions({
      'gmcast.listen_addr': `tcp://${ip}:${galeraPorts.group}`,
      'ist.recv_addr': `${ip}:${galeraPorts.missed}`,
      'gcache.size': history,
      'gcache.recover': 'yes',
    })}"`,
    `wsrep_cluster_name = ${clusterName(platform, pool)}`,
    `wsrep_node_name = ${machine.name}`,
    `wsrep_node_address = ${ip}`,
    'wsrep_slave_threads = 4',
    // What Galera does not carry to the others is refused, and not kept on one node alone.
    'wsrep_mode = STRICT_REPLICATION',
    // The donor goes on serving meanwhile: it may be the only node that is left.
    'wsrep_sst_method = mariabackup',
    'wsrep_sst_auth = mysql:',
    `wsrep_sst_receive_address = ${ip}:${galeraPorts.copy}`,
    '[sst]',
    // Else the journal has a line for each file; so they are in a file beside the data.
    'sst-syslog = -1',
  );
}

/** Read whenever a node joins; a node that is in needs none of it. */
function clusterConf({ platform, pool, machine }: RoleOn<'galera'>): string {
  const data = membersOf(platform, pool).filter(({ kind }) => kind === 'data');
  // The first node is the one that balancers prefer, so that others give copies sooner; if none can, any may.
  const donors = data.filter(({ name }) => name !== machine.name).map(({ name }) => name);
  return lines(
    '[mariadbd]',
    `wsrep_cluster_address = gcomm://${data.map(({ ip }) => `${ip}:${galeraPorts.group}`).join(',')}`,
    `wsrep_sst_donor = ${[...donors.reverse(), ''].join(',')}`,
  );
}
