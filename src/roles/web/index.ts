/** nginx: static files, a page cache, and PHP behind it. */
import { networkBetween } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { answerTimeoutMs, nginxLimits } from '../limits.ts';
import { routedPort, type Role, type RoleOn } from '../role.ts';
import { lines } from '../text.ts';
import { shownWritable } from '../writable-folders.ts';
import { laneMaps, phpUpstreams } from './lanes.ts';
import { alive, alivePath, nginxConf } from './nginx-conf.ts';
import { nginxService, nginxUnit, nginxUnitFolder } from './nginx-unit.ts';
import { cacheLines, cacheMaps } from './page-cache.ts';
import { siteConf, type Site } from './site.ts';

export const web: Role<'web'> = {
  packages: ['nginx-light', 'curl'],
  bakes: true,
  daemons: [{ process: 'nginx', unit: 'nginx.service', logs: ['/var/log/nginx/error.log'] }],
  transient: ['/var/lib/nginx', '/var/cache/nginx'],
  services: () => [{ name: 'http', protocol: 'tcp', port: routedPort, from: 'flows' }],
  recipe: (on) => ({
    directories: [{ path: '/var/cache/nginx', owner: 'www-data:www-data', mode: 0o755 }, nginxUnitFolder],
    files: [
      { path: '/etc/nginx/nginx.conf', content: conf(on), owner: 'root:root', mode: 0o644 },
      nginxUnit(routedPort),
    ],
    units: [nginxService('/etc/nginx/nginx.conf')],
    probes: [
      {
        name: 'nginx answers',
        run: `curl -s -o /dev/null --max-time 3 http://127.0.0.1${alivePath} || echo 'nginx does not answer on port ${routedPort}'`,
      },
    ],
  }),
};

/** As the balancers say that the visitor asked. */
const asked = { scheme: '$asked_scheme', https: '$asked_https', port: '$asked_port' };

function conf({ platform: { blueprint }, pool, settings }: RoleOn<'web'>): string {
  const { root, entry, scripts, cache } = settings;
  const limits = nginxLimits(the(blueprint.pools, pool).limits);
  const runs = the(blueprint.pools, pool).roles.php !== undefined;
  const site: Site = {
    root,
    entry: entry === 'none' || (!runs && entry.endsWith('.php')) ? undefined : entry,
    scripts: runs ? scripts : undefined,
    php: '$lane',
    writable: shownWritable(blueprint, pool, root),
    limits,
    answerMs: answerTimeoutMs(blueprint, pool),
    asked,
  };
  const networks = balancersNetworks(blueprint, pool);
  const kept = runs ? cache : undefined;
  return lines(
    nginxConf(limits, [
      ...networks.map((cidr) => `set_real_ip_from ${cidr};`),
      'real_ip_header X-Forwarded-For;',
      // What a visitor says of it counts for nothing: of him, the balancer says it.
      'geo $realip_remote_addr $by_balancer {',
      '  default 0;',
      // The machine asks itself as a balancer would, to know whether it works.
      '  127.0.0.1/32 1;',
      ...networks.map((cidr) => `  ${cidr} 1;`),
      '}',
      `map "$by_balancer $http_x_forwarded_proto" ${asked.scheme} { default http; "1 https" https; }`,
      `map ${asked.scheme} ${asked.https} { default ""; https on; }`,
      `map ${asked.scheme} ${asked.port} { default 80; https 443; }`,
      ...(runs ? [...phpUpstreams(blueprint, pool), ...laneMaps(blueprint, pool)] : []),
      ...(kept === undefined ? [] : cacheMaps(kept)),
      'server {',
      `  listen ${routedPort} default_server backlog=4096;`,
      '  add_header X-Served-By $hostname always;',
      ...(kept === undefined ? [] : cacheLines(kept, { scheme: asked.scheme, isCheck: '$is_check' }).map(indent)),
      `  ${alive}`,
      ...siteConf(site).map(indent),
      '}',
    ]),
  );
}

const indent = (line: string): string => `  ${line}`;

/** Over which the balancers that lead visitors here come. */
function balancersNetworks(blueprint: Blueprint, pool: PoolName): readonly string[] {
  const names = webRoutes(blueprint)
    .filter(({ to }) => to === pool)
    .flatMap(({ address }) => networkBetween(blueprint, the(blueprint.addresses, address).pool, pool) ?? []);
  return [...new Set(names)].map((network) => the(blueprint.networks, network).cidr);
}
