/** What nginx and PHP make of settings that SoFoot does not have. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../../src/roles/compile.ts';
import { shopWith } from '../platforms.ts';
import { nginx, fpm, ini, holds, route } from './variant.ts';

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
