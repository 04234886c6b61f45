/** What every MariaDB server has, whatever stands beside it. */
import type { Machine } from '../../blueprint/platform.ts';
import type { FileSpec, ProbeSpec } from '../../model/recipe.ts';
import { lines } from '../text.ts';

/** Chosen: what is written in some hours on a small disk, and in a large one what a person has time to see. */
const [leastShare, leastBytes] = [0.05, 2e9];

/** A server whose disk is full answers, and ends no write any more: so it is told before, too. */
export const roomProbe: ProbeSpec = {
  name: 'the disk has room',
  run: lines(
    // In kB. Both must be too little, for a twentieth of a large disk is much.
    `df -Pk /var/lib/mysql | awk 'NR == 2 && $4 < ${leastShare} * ($3 + $4) && $4 < ${leastBytes / 1e3} {`,
    `  printf "the disk of the databases is %d %% full, with %d MB left; when it is full, no write ends\\n", 100 * $3 / ($3 + $4), $4 / 1000`,
    `}'`,
  ),
  // What is done to the machine does not fill it.
  ofOthers: true,
};

export const deadConnections: FileSpec = {
  path: '/etc/sysctl.d/90-spillway-mariadb.conf',
  content: lines(
    '# A connection whose other end died is given up after some 10 s, not after a quarter of an hour: until then',
    '# MariaDB 10.11 lets nobody in once a replica that crashed connects again.',
    'net.ipv4.tcp_retries2 = 5',
  ),
  owner: 'root:root',
  mode: 0o644,
};

/** Chosen: the controller's watch and what it does, a person, a copy, and some replicas. */
const reservedConnections = 10;

/** Memory, connections, and what is the same everywhere; names are not resolved, for machines are known by their addresses. */
export function commonConf(
  { hardware }: Machine,
  settings: { readonly memory: number; readonly connections: number },
): readonly string[] {
  const megabytes = Math.max(32, Math.floor((hardware.memoryBytes * settings.memory) / 1e6));
  return [
    'skip_name_resolve = ON',
    // Some are left for administration, and for replicas: applications cannot take them all.
    `max_connections = ${settings.connections + reservedConnections}`,
    `max_user_connections = ${settings.connections}`,
    `innodb_buffer_pool_size = ${megabytes}M`,
    `innodb_log_file_size = ${Math.max(16, Math.round(megabytes / 4))}M`,
    // All servers may lose their power at once, so that what was acknowledged must be on a disk.
    'innodb_flush_log_at_trx_commit = 1',
    'performance_schema = OFF',
  ];
}
