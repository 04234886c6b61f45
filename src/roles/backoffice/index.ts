/** The editors' own entrance: HTTPS, reachable from the listed networks only. */
import { ipOn } from '../../blueprint/platform.ts';
import { mark } from '../../model/secrets.ts';
import { the } from '../../blueprint/records.ts';
import { answerTimeoutMs, nginxLimits } from '../limits.ts';
import { laneUpstream } from '../php/lanes.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { phpUpstreams } from '../web/lanes.ts';
import { shownWritable } from '../writable-folders.ts';
import { siteConf } from '../web/site.ts';
import { alive, nginxConf } from '../web/nginx-conf.ts';
import { nginxService, nginxUnit, nginxUnitFolder } from '../web/nginx-unit.ts';

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
    units: [nginxService('/etc/nginx/nginx.conf', certificate)],
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

/** Editors come over TLS alone. */
const asked = { scheme: 'https', https: 'on', port: String(editorsPort) };

function conf(on: RoleOn<'backoffice'>): string {
  const { platform, pool, settings } = on;
  const limits = nginxLimits(the(platform.blueprint.pools, pool).limits);
  const site = siteConf({
    root: settings.root,
    entry: '/index.php',
    scripts: 'all',
    php: laneUpstream('visitors'),
    writable: shownWritable(platform.blueprint, pool, settings.root),
    limits,
    answerMs: answerTimeoutMs(platform.blueprint, pool),
    asked,
  });
  return lines(
    nginxConf(limits, [
      ...phpUpstreams(platform.blueprint, pool),
      'server {',
      `  listen ${addressOf(on)}:${editorsPort} ssl http2;`,
      `  server_name ${settings.host};`,
      `  ssl_certificate ${certificate};`,
      `  ssl_certificate_key ${certificate};`,
      '  ssl_protocols TLSv1.2 TLSv1.3;',
      ...settings.from.map((network) => `  allow ${network};`),
      // The machine asks itself, to know whether it works.
      `  allow ${addressOf(on)};`,
      '  deny all;',
      `  ${alive}`,
      ...site.map((line) => `  ${line}`),
      '}',
    ]),
  );
}
