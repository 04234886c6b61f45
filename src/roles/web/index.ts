/** nginx: static files, a page cache, and PHP behind it. */
import { the } from '../../blueprint/records.ts';
import { routedPort, type Role, type RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { fastcgi, nginxConf } from './nginx-conf.ts';
import { nginxUnit, nginxUnitFolder, nginxUnitPath } from './nginx-unit.ts';

export const web: Role<'web'> = {
  packages: ['nginx-light', 'curl'],
  bakes: true,
  daemons: [{ process: 'nginx', unit: 'nginx.service', logs: ['/var/log/nginx/error.log'] }],
  transient: ['/var/lib/nginx'],
  services: () => [{ name: 'http', protocol: 'tcp', port: routedPort, from: 'flows' }],
  recipe: (on) => ({
    directories: [{ path: '/var/cache/nginx', owner: 'www-data:www-data', mode: 0o755 }, nginxUnitFolder],
    files: [
      { path: '/etc/nginx/nginx.conf', content: conf(on), owner: 'root:root', mode: 0o644 },
      nginxUnit(routedPort),
    ],
    units: [{ name: 'nginx.service', reads: ['/etc/nginx/nginx.conf', nginxUnitPath], rereads: 'reload' }],
    probes: [
      {
        name: 'nginx answers',
        run: `curl -s -o /dev/null --max-time 3 http://127.0.0.1/nginx-alive || echo 'nginx does not answer on port 80'`,
      },
    ],
  }),
};

function conf({ platform: { blueprint }, pool, settings: { root, entry, cache } }: RoleOn<'web'>): string {
  const megabytes = Math.max(1, Math.round(cache.size / 1e6));
  const inner = the(blueprint.pools, pool).networks.map(
    (network) => `set_real_ip_from ${the(blueprint.networks, network).cidr};`,
  );
  return lines(
    nginxConf([
      `fastcgi_cache_path /var/cache/nginx/pages levels=1:2 keys_zone=pages:8m max_size=${megabytes}m inactive=10m;`,
      ...inner,
      'real_ip_header X-Forwarded-For;',
      'server {',
      `  listen ${routedPort} default_server backlog=4096;`,
      `  root ${root};`,
      '  add_header X-Served-By $hostname always;',
      '  add_header X-Page-Cache $upstream_cache_status always;',
      '  location = /nginx-alive { access_log off; return 204; }',
      '  location ~ \\.php$ { return 404; }',
      '  location ~ /\\. { return 404; }',
      '  location / { try_files $uri @php; expires 1h; }',
      '  location = / { try_files /dev/null @php; }',
      '  location @php {',
      ...fastcgi(root, entry).map((line) => `    ${line}`),
      '    fastcgi_cache pages;',
      '    fastcgi_cache_key $request_method$host$request_uri;',
      '    fastcgi_cache_methods GET HEAD;',
      // One request makes the page, the others wait for it or get the old one. nginx does not remember that a page is
      // not to be kept, and looks each 500 ms whether it is there: to wait for longer would make visitors of their own
      // pages stand in one queue.
      '    fastcgi_cache_lock on;',
      '    fastcgi_cache_lock_timeout 500ms;',
      // Not in the background: a page that is gone would be shown old for ever.
      '    fastcgi_cache_use_stale error timeout updating http_500 http_503;',
      '    fastcgi_read_timeout 20s;',
      '  }',
      '}',
    ]),
  );
}
