/** What is written on the machines of the peer, and what makes of it a cluster. */
import { patroniDefaults } from './setups.ts';

export interface Member {
  readonly name: string;
  readonly ip: string;
}

export const packages = [
  'etcd-server',
  'haproxy',
  'patroni',
  'postgresql-15',
  'postgresql-client-15',
  'python3-etcd',
] as const;

export const ports = { haproxy: 5000, postgres: 5432, patroni: 8008, etcd: 2379, etcdPeers: 2380 };
export const account = { user: 'ledger', database: 'ledger' };

/** On all three machines, so that one may be lost. */
export function etcdDefaults({ name, ip }: Member, all: readonly Member[]): string {
  const at = (port: number) => `http://${ip}:${port}`;
  return [
    `ETCD_NAME=${name}`,
    `ETCD_LISTEN_PEER_URLS=${at(ports.etcdPeers)}`,
    `ETCD_INITIAL_ADVERTISE_PEER_URLS=${at(ports.etcdPeers)}`,
    `ETCD_LISTEN_CLIENT_URLS=${at(ports.etcd)},http://127.0.0.1:${ports.etcd}`,
    `ETCD_ADVERTISE_CLIENT_URLS=${at(ports.etcd)}`,
    `ETCD_INITIAL_CLUSTER=${all.map((one) => `${one.name}=http://${one.ip}:${ports.etcdPeers}`).join(',')}`,
    '',
  ].join('\n');
}

/**
 * As in the example of its documentation, with what a loss of nothing takes: `synchronous_mode`. An old primary comes
 * back by pg_rewind. JSON is YAML.
 */
export function patroniConf({ name, ip }: Member, all: readonly Member[], cidr: string): string {
  return JSON.stringify({
    ...{ scope: 'peer', name },
    etcd3: { hosts: all.map((one) => `${one.ip}:${ports.etcd}`) },
    restapi: { listen: `0.0.0.0:${ports.patroni}`, connect_address: `${ip}:${ports.patroni}` },
    bootstrap: {
      dcs: {
        ...patroniDefaults.timing,
        ...{ maximum_lag_on_failover: 1_048_576, synchronous_mode: true },
        postgresql: { use_pg_rewind: true, use_slots: true },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
      pg_hba: ['local all all trust', `host all all ${cidr} trust`, `host replication replicator ${cidr} trust`],
    },
    postgresql: {
      ...{ listen: `0.0.0.0:${ports.postgres}`, connect_address: `${ip}:${ports.postgres}` },
      ...{ data_dir: '/var/lib/postgresql/peer', bin_dir: '/usr/lib/postgresql/15/bin' },
      ...{ pgpass: '/var/lib/postgresql/pgpass', use_unix_socket: true },
      authentication: {
        superuser: { username: 'postgres', password: 'unused' },
        replication: { username: 'replicator', password: 'unused' },
      },
      parameters: { unix_socket_directories: '/var/run/postgresql' },
      remove_data_directory_on_rewind_failure: true,
    },
  });
}

/** The example of its documentation (`extras/confd/templates/haproxy.tmpl` in its repository). */
export function haproxyConf(databases: readonly Member[]): string {
  return [
    'global',
    '  maxconn 100',
    'defaults',
    '  mode tcp',
    '  retries 2',
    '  timeout client 30m',
    '  timeout connect 4s',
    '  timeout server 30m',
    '  timeout check 5s',
    'listen primary',
    `  bind *:${ports.haproxy}`,
    '  option httpchk HEAD /primary',
    '  http-check expect status 200',
    '  default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions',
    ...databases.map(
      ({ name, ip }) => `  server ${name} ${ip}:${ports.postgres} maxconn 100 check port ${ports.patroni}`,
    ),
    '',
  ].join('\n');
}

/** SQL for a superuser, on the primary. No id is unique, or one that came twice could not be seen. */
export const makeSql = [
  [`CREATE ROLE ${account.user} LOGIN`, `CREATE DATABASE ${account.database} OWNER ${account.user}`],
  ['CREATE TABLE writes (place BIGSERIAL PRIMARY KEY, id INT NOT NULL, writer INT NOT NULL)'],
] as const;

export const readSql = 'SELECT id FROM writes';
