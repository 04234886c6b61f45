/** The editors' own entrance: HTTPS, reachable from the listed networks only. */
import { ipOn } from '../../blueprint/platform.ts';
import { mark } from '../../model/secrets.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { fastcgi, nginxConf } from '../web/nginx-conf.ts';
import { nginxUnit, nginxUnitFolder, nginxUnitPath } from '../web/nginx-unit.ts';

const certificate = '/etc/nginx/editors.pem';
const editorsPort = 443;

export const backoffice: Role<'backoffice'> = {
  packages: ['nginx-light', 'curl'],
  daemons: [{ process: 'nginx', unit: 'nginx.service', logs: ['/var/log/nginx/error.log'] }],
  services: ({ settings }) => [
    {
      name: 'editors',
      protocol: 'tcp',
      port: editorsPort,
      from: { network: settings.network, sources: settings.from },
    },
  ],
  recipe: (on) => ({
    directories: [nginxUnitFolder],
    files: [
      {
        path: certificate,
        content: mark({ kind: 'certificate', hosts: [on.settings.host, addressOf(on)] }),
        owner: 'root:root',
        mode: 0o600,
      },
      { path: '/etc/nginx/nginx.conf', content: conf(on), owner: 'root:root', mode: 0o644 },
      nginxUnit(editorsPort),
    ],
    units: [{ name: 'nginx.service', reads: ['/etc/nginx/nginx.conf', certificate, nginxUnitPath], rereads: 'reload' }],
    probes: [
      {
        name: 'the editors’ site answers',
        run: `curl -ksf -o /dev/null --max-time 5 https://${addressOf(on)}/ || echo 'the editors’ site does not answer with a page'`,
      },
    ],
  }),
};

function addressOf({ machine, settings }: RoleOn<'backoffice'>): string {
  return ipOn(machine, settings.network) ?? '';
}

function conf(on: RoleOn<'backoffice'>): string {
  const { settings } = on;
  return lines(
    nginxConf([
      'server {',
      `  listen ${addressOf(on)}:${editorsPort} ssl http2;`,
      `  server_name ${settings.host};`,
      `  ssl_certificate ${certificate};`,
      `  ssl_certificate_key ${certificate};`,
      '  ssl_protocols TLSv1.2 TLSv1.3;',
      '  client_max_body_size 16m;',
      ...settings.from.map((network) => `  allow ${network};`),
      // The machine asks itself, to know whether it works.
      `  allow ${addressOf(on)};`,
      '  deny all;',
      `  root ${settings.root};`,
      '  location ~ \\.php$ { return 404; }',
      '  location ~ /\\. { return 404; }',
      '  location / { try_files $uri @php; }',
      '  location = / { try_files /dev/null @php; }',
      '  location @php {',
      ...fastcgi(settings.root, '/index.php').map((line) => `    ${line}`),
      '  }',
      '}',
    ]),
  );
}
