import { ipOn, networkBetween, type PlatformAddress } from '../../blueprint/platform.ts';
import { queueOf } from '../../blueprint/queue.ts';
import { the } from '../../blueprint/records.ts';
import { portRoutes, webRoutes, type WebRoute } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { haproxyLimits } from '../limits.ts';
import { madeHeader } from '../php/first-file.ts';
import { routedPort, type RoleOn } from '../role.ts';
import { checkHeader } from '../web/lanes.ts';
import { backendName } from './backends.ts';
import { passedOn } from './passed-on.ts';
import { noRelief, reliefEntries, reliefMap, shedHeader } from './relief.ts';
import { oneRetry, retryBudget } from './retries.ts';
import { runtimeSocket } from './runtime-socket.ts';
import { serversState, type KnownServer } from './servers-known.ts';
import { sourceLimits } from './sources.ts';
import { checkedPath, serverParameters, standInName } from './servers.ts';
import { lines } from '../text.ts';
import { weightAtFirst } from './weights.ts';

export const certificatePath = ({ name }: PlatformAddress): string => `/etc/haproxy/certificates/${name}.pem`;

/** The names in an address's certificate: every host of its TLS routes, and the address itself. */
export function tlsHosts({ platform }: RoleOn<'balancer'>, { name, ip }: PlatformAddress): readonly string[] {
  const hosts = webRoutes(platform.blueprint)
    .filter(({ address, tls }) => address === name && tls)
    .flatMap(({ host }) => host);
  return hosts.length === 0 ? [] : [...new Set([...hosts, ip])];
}

export function haproxyConf(on: RoleOn<'balancer'>, addresses: readonly PlatformAddress[]): string {
  const { settings, platform } = on;
  const held = addresses.map((address) => ({
    address,
    routes: webRoutes(platform.blueprint).filter((route) => route.address === address.name),
  }));
  const byPort = addresses.flatMap((address) =>
    portRoutes(platform.blueprint)
      .filter((route) => route.address === address.name)
      .map((route) => ({ address, route })),
  );
  const backends = new Map(held.flatMap(({ routes }) => routes).map((route) => [backendName(route), route]));
  return lines(
    'global',
    '  log /dev/log local0 notice',
    '  user haproxy',
    '  group haproxy',
    '  chroot /var/lib/haproxy',
    `  maxconn ${settings.maxConnections}`,
    `  stats socket ${runtimeSocket} mode 600 level admin expose-fd listeners`,
    '  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
    '  tune.ssl.cachesize 20000',
    // What is known of the machines when it begins: see `servers-known.ts`.
    `  server-state-file ${serversState}`,
    // The first checks come at once, for until then nobody serves.
    '  max-spread-checks 50ms',
    // Headers as large and as many as nginx and PHP take.
    ...bufferLines(platform.blueprint, [...backends.values()]),
    byPort.length > 0 && `  localpeer ${on.machine.name}`,
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  option dontlognull',
    '  option forwardfor',
    '  option http-keep-alive',
    '  http-reuse safe',
    '  timeout http-request 10s',
    '  timeout http-keep-alive 30s',
    '  timeout client 30s',
    `  timeout connect ${settings.connectTimeout}ms`,
    `  timeout server ${settings.answerTimeout}ms`,
    `  timeout check ${busyMs}ms`,
    '  load-server-state-from-file global',
    '  timeout queue 5s',
    '  timeout tunnel 1h',
    // A machine that was cut off after it took a request sends nothing more. Its kernel answers these while it lives,
    // however long the page takes; after some three seconds of silence (chosen) another machine is asked.
    '  option srvtcpka',
    '  srvtcpka-idle 1s',
    '  srvtcpka-intvl 1s',
    '  srvtcpka-cnt 2',
    // The body comes before a machine is asked, within the ten seconds for a request; of one that is larger than a
    // buffer, as much as that holds. The rest is then bounded by the pauses that nginx allows, and by source.
    '  option http-buffer-request',
    // A visitor who has left is not waited for, not asked for again, and takes no place in a queue.
    '  option abortonclose',
    ...oneRetry,
    held.map(({ address, routes }) => frontend(on, address, routes)).flat(),
    [...backends.values()].map((route) => backend(on, route)).flat(),
    passedOn(on, byPort),
  );
}

/** The servers of the configuration that are checked before visitors come to them. */
export function knownServers(
  { platform, machine }: RoleOn<'balancer'>,
  addresses: readonly PlatformAddress[],
): readonly KnownServer[] {
  const routes = webRoutes(platform.blueprint).filter((route) => addresses.some(({ name }) => name === route.address));
  const backends = new Map(routes.map((route) => [backendName(route), route.to]));
  return [...backends].flatMap(([backend, pool]) => {
    const network = networkBetween(platform.blueprint, machine.pool, pool);
    const base = (platform.pools.get(pool) ?? []).filter(({ part }) => part === 'base');
    return base.flatMap((member) =>
      [member.name, standInName(member.name)].map((name) => ({
        ...{ backend, name, ip: ipOn(member, network) ?? '', port: routedPort },
      })),
    );
  });
}

function bufferLines({ pools }: Blueprint, routes: readonly WebRoute[]): readonly string[] {
  if (routes.length === 0) return [];
  const { bufferBytes, addedBytes, headers } = haproxyLimits(routes.map(({ to }) => the(pools, to).limits));
  return [`  tune.bufsize ${bufferBytes}`, `  tune.maxrewrite ${addedBytes}`, `  tune.http.maxhdr ${headers}`];
}

function frontend(on: RoleOn<'balancer'>, address: PlatformAddress, routes: readonly WebRoute[]): readonly string[] {
  const [first] = routes;
  if (first === undefined) return [];
  const tls = tlsHosts(on, address).length > 0;
  // The longest path is the most particular one, so it is asked first.
  const ordered = routes.toSorted((one, other) => other.path.length - one.path.length);
  return [
    '',
    `frontend ${address.name}`,
    `  bind ${address.ip}:80 transparent`,
    ...(tls ? [`  bind ${address.ip}:443 transparent ssl crt ${certificatePath(address)} alpn h2,http/1.1`] : []),
    ...sourceLimits(on.settings),
    // Set in every case: what a visitor says of it counts for nothing.
    '  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
    ...ordered.map((route) => {
      const path = route.path === '/' ? '' : ` { path_beg ${route.path} }`;
      return `  use_backend ${backendName(route)} if { req.hdr(host),host_only -m str -i ${route.host.join(' ')} }${path}`;
    }),
    // A visitor who asks for the bare address gets the first route.
    `  default_backend ${backendName(first)}`,
  ];
}

function backend({ platform, machine, settings }: RoleOn<'balancer'>, route: WebRoute): readonly string[] {
  const { blueprint } = platform;
  const network = networkBetween(blueprint, machine.pool, route.to);
  const [host = ''] = route.host;
  return [
    '',
    `backend ${backendName(route)}`,
    '  balance roundrobin',
    '  option httpchk',
    // The last ones: see `isStandIn`.
    '  option allbackups',
    `  http-check send meth GET uri-lf ${checkedPath(route.health)} ver HTTP/1.1 hdr Host ${host} hdr User-Agent spillway-check hdr ${checkHeader} 1`,
    '  http-check expect status 200,204',
    ...retryBudget,
    ...whenTooMany(blueprint, route),
    ...tooLarge(blueprint, route),
    ...ageOfKeptPages,
    // The overflow comes and goes over the runtime socket, without a reload.
    ...(platform.pools.get(route.to) ?? [])
      .filter(({ part }) => part === 'base')
      .flatMap((member) => {
        const parameters = serverParameters(
          blueprint,
          settings,
          route.to,
          member.part,
          weightAtFirst(blueprint, member),
        );
        const at = `${ipOn(member, network) ?? ''}:${routedPort} ${parameters}`;
        return [`  server ${member.name} ${at}`, `  server ${standInName(member.name)} ${at} backup`];
      }),
  ];
}

/** First they wait, then features are shed, then some are turned away; more than may wait are turned away in any case. */
function whenTooMany(blueprint: Blueprint, route: WebRoute): readonly string[] {
  const queue = queueOf(blueprint, route.to);
  const backend = backendName(route);
  const entry = (what: string, otherwise: string) => `str(${route.to}/${what}),map(${reliefMap},${otherwise})`;
  const answer = `return status 503 content-type "text/html; charset=utf-8" string "${tooMany}" hdr Retry-After ${retryAfterSeconds}`;
  return [
    // What visitors say of it counts for nothing.
    `  http-request set-header ${shedHeader} %[${entry('shed', 'none')}]`,
    // Nobody answered in time, or nobody is there.
    `  http-error status 503 content-type "text/html; charset=utf-8" string "${tooMany}" hdr Retry-After ${retryAfterSeconds}`,
    ...(queue === undefined
      ? []
      : [
          `  timeout queue ${queue.waitMs}ms`,
          `  http-request ${answer} if { queue(${backend}) ge ${queue.most} }`,
          `  http-request ${answer} if { ${entry('turns-away', 'no')} -m str yes } { queue(${backend}) ge ${Math.ceil(queue.most * turnedAwayFrom)} }`,
        ]),
  ];
}

/** Before a machine is asked; of a body that does not say how large it is, nginx counts the bytes. */
function tooLarge({ pools }: Blueprint, { to }: WebRoute): readonly string[] {
  const { body } = the(pools, to).limits;
  return [
    `  http-request return status 413 content-type text/plain string "too large" if { req.hdr_val(content-length) gt ${body} }`,
  ];
}

/** Of a page that was kept, nginx says when it was made, and cannot count. */
const ageOfKeptPages = [
  `  http-response set-var(txn.made) res.hdr(${madeHeader})`,
  '  http-response set-header Age %[date,sub(txn.made)] if { var(txn.made) -m found } !{ date,sub(txn.made) lt 0 }',
  '  http-response set-header Age 0 if { var(txn.made) -m found } { date,sub(txn.made) lt 0 }',
  `  http-response del-header ${madeHeader}`,
];

/**
 * Chosen: a machine that was lost takes no connection, and is known to be lost sooner than this. One that takes it and is
 * slow is busy, or was held for a moment; with two such checks one after the other it is more than a moment.
 */
const busyMs = 2_000;

/** Chosen: about what a platform needs to get a machine more, and short enough that nobody gives up. */
const retryAfterSeconds = 5;
/** Chosen: a quarter of what may wait keeps the machines busy, and those who wait get their answer soon. */
const turnedAwayFrom = 0.25;
const tooMany =
  '<!doctype html><meta charset=utf-8><title>Too many visitors</title><h1>Too many visitors at once</h1><p>Please try again in a few seconds.</p>';

/** The map as it begins: nothing is shed, nobody is turned away. */
export function reliefMapConf({ platform }: RoleOn<'balancer'>, addresses: readonly PlatformAddress[]): string {
  const names = new Set(addresses.map(({ name }) => name));
  const pools = new Set(
    webRoutes(platform.blueprint)
      .filter(({ address }) => names.has(address))
      .map(({ to }) => to),
  );
  return lines(
    '# What is shed for whom; Spillway changes it at run time, in HAProxy alone.',
    [...pools].flatMap((pool) => [...reliefEntries(pool, noRelief)].map((entry) => entry.join(' '))),
  );
}
