/** PHP-FPM with the application's settings in its environment. */
import { mark } from '../../model/secrets.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { fastcgiSocket } from '../web/nginx-conf.ts';

const folder = '/etc/php/8.2/fpm';

export const php: Role<'php'> = {
  packages: ['php-fpm', 'php-mysql'],
  bakes: true,
  transient: ['/var/lib/php/sessions'],
  services: () => [],
  recipe: (on) => ({
    files: [
      // The environment holds a password, so only root reads it: the master process is root's.
      { path: `${folder}/pool.d/spillway.conf`, content: pool(on), owner: 'root:root', mode: 0o600 },
      { path: `${folder}/conf.d/90-spillway.ini`, content: ini(on), owner: 'root:root', mode: 0o644 },
    ],
    absent: [`${folder}/pool.d/www.conf`],
    units: [
      {
        name: 'php8.2-fpm.service',
        reads: [`${folder}/pool.d/spillway.conf`, `${folder}/conf.d/90-spillway.ini`],
        rereads: 'reload',
      },
    ],
    probes: [{ name: 'PHP listens', run: `test -S ${fastcgiSocket} || echo 'PHP-FPM has no socket'` }],
  }),
};

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

function pool({ platform, settings: { workers, database } }: RoleOn<'php'>): string {
  const environment = database === undefined ? [] : databaseEnvironment(platform.blueprint, database, mark);
  return lines(
    '[global]',
    // A reload lets requests end that take no longer; without it, it cuts them off.
    // Chosen: below the 15 s for which the balancer waits by default, for those that wait meanwhile.
    'process_control_timeout = 10s',
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
