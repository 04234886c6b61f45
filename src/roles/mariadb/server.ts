/** What every MariaDB server has, whatever stands beside it. */
import type { Machine } from '../../blueprint/platform.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { lines } from '../text.ts';

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

/** Memory, connections, and what is the same everywhere; names are not resolved, for machines are known by their addresses. */
export function commonConf(
  { hardware }: Machine,
  settings: { readonly memory: number; readonly connections: number },
): readonly string[] {
  const megabytes = Math.max(32, Math.floor((hardware.memoryBytes * settings.memory) / 1e6));
  return [
    'skip_name_resolve = ON',
    `max_connections = ${settings.connections}`,
    `innodb_buffer_pool_size = ${megabytes}M`,
    `innodb_log_file_size = ${Math.max(16, Math.round(megabytes / 4))}M`,
    // All servers may lose their power at once, so that what was acknowledged must be on a disk.
    'innodb_flush_log_at_trx_commit = 1',
    'performance_schema = OFF',
  ];
}
