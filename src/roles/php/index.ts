/** PHP-FPM with the application's settings in its environment. */
import { ipOn, networkBetween } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { DatabaseName } from '../../model/ids.ts';
import { mark } from '../../model/secrets.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { fastcgiSocket } from '../web/nginx-conf.ts';

const folder = '/etc/php/8.2/fpm';
const unitFolder = '/etc/systemd/system/php8.2-fpm.service.d';

export const php: Role<'php'> = {
  packages: ['php-fpm', 'php-mysql'],
  bakes: true,
  daemons: [{ process: 'php-fpm8.2', unit: 'php8.2-fpm.service', logs: ['/var/log/php8.2-fpm.log'] }],
  transient: ['/var/lib/php/sessions'],
  services: () => [],
  recipe: (on) => ({
    directories: [{ path: unitFolder, owner: 'root:root', mode: 0o755 }],
    files: [
      // The environment holds a password, so only root reads it: the master process is root's.
      { path: `${folder}/pool.d/spillway.conf`, content: pool(on), owner: 'root:root', mode: 0o600 },
      { path: `${folder}/conf.d/90-spillway.ini`, content: ini(on), owner: 'root:root', mode: 0o644 },
      { path: `${unitFolder}/spillway.conf`, content: unit, owner: 'root:root', mode: 0o644 },
    ],
    absent: [`${folder}/pool.d/www.conf`],
    units: [
      {
        name: 'php8.2-fpm.service',
        reads: [`${folder}/pool.d/spillway.conf`, `${folder}/conf.d/90-spillway.ini`, `${unitFolder}/spillway.conf`],
        rereads: 'reload',
      },
    ],
    probes: [{ name: 'PHP listens', run: `test -S ${fastcgiSocket} || echo 'PHP-FPM has no socket'` }],
  }),
};

/** Chosen: below the 15 s for which the balancer waits by default, for those that wait meanwhile. */
const endSeconds = 10;

const unit = lines(
  '[Unit]',
  'StartLimitIntervalSec=0',
  '',
  '[Service]',
  '# Debian’s own unit leaves one that crashed as it is.',
  'Restart=on-failure',
  'RestartSec=1s',
  '# On TERM it cuts off the requests that it has begun; on QUIT it ends them.',
  'KillSignal=SIGQUIT',
  'KillMode=mixed',
  `TimeoutStopSec=${endSeconds + 2}`,
);

function ini({ platform }: RoleOn<'php'>): string {
  return lines(
    // PHP does not ask the machine for it.
    `date.timezone = ${platform.blueprint.timeZone}`,
    'expose_php = Off',
    'display_errors = Off',
    'log_errors = On',
    'memory_limit = 64M',
    'post_max_size = 16M',
    'upload_max_filesize = 16M',
    'realpath_cache_ttl = 600',
    // Files come by rsync; a change is seen within this time.
    'opcache.revalidate_freq = 2',
  );
}

function pool(on: RoleOn<'php'>): string {
  const { platform, settings } = on;
  const { workers, database } = settings;
  const environment =
    database === undefined ? [] : databaseEnvironment(platform, database, mark, serverBeside(on, database));
  return lines(
    '[global]',
    // A reload, and an end, let requests end that take no longer; without it, they cut them off.
    `process_control_timeout = ${endSeconds}s`,
    '[spillway]',
    'user = www-data',
    'group = www-data',
    `listen = ${fastcgiSocket}`,
    'listen.owner = www-data',
    'listen.group = www-data',
    'listen.backlog = 1024',
    'pm = static',
    `pm.max_children = ${workers}`,
    // Chosen: bounds what a leak in an extension can cost.
    'pm.max_requests = 10000',
    'request_terminate_timeout = 20s',
    'catch_workers_output = yes',
    'clear_env = yes',
    environment.map(([name, value]) => `env[${name}] = "${value}"`),
  );
}

/** Its own IP, for an account is known by the network over which it comes. */
function serverBeside(on: RoleOn<'php'>, { name }: { readonly name: DatabaseName }): string | undefined {
  const { platform, pool } = on;
  if (the(platform.blueprint.data, name).pool !== pool) return undefined;
  return ipOn(on.machine, networkBetween(platform.blueprint, pool, pool));
}
