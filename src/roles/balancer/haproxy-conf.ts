import { ipOn, networkBetween, type PlatformAddress } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { routedPort, type RoleOn } from '../role.ts';
import { backendName } from './backends.ts';
import { lines } from '../text.ts';

type Route = Blueprint['routes'][number];

export const certificatePath = ({ name }: PlatformAddress): string => `/etc/haproxy/certificates/${name}.pem`;

/** The names in an address's certificate: every host of its TLS routes, and the address itself. */
export function tlsHosts({ platform }: RoleOn<'balancer'>, { name, ip }: PlatformAddress): readonly string[] {
  const hosts = platform.blueprint.routes
    .filter(({ address, tls }) => address === name && tls)
    .flatMap(({ host }) => host);
  return hosts.length === 0 ? [] : [...new Set([...hosts, ip])];
}

export function haproxyConf(on: RoleOn<'balancer'>, addresses: readonly PlatformAddress[]): string {
  const { settings, platform } = on;
  const held = addresses.map((address) => ({
    address,
    routes: platform.blueprint.routes.filter((route) => route.address === address.name),
  }));
  const backends = new Map(held.flatMap(({ routes }) => routes).map((route) => [backendName(route), route]));
  return lines(
    'global',
    '  log /dev/log local0 notice',
    '  user haproxy',
    '  group haproxy',
    '  chroot /var/lib/haproxy',
    `  maxconn ${settings.maxConnections}`,
    '  stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners',
    '  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
    '  tune.ssl.cachesize 20000',
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
    '  timeout queue 5s',
    '  timeout tunnel 1h',
    // A machine that fails is answered for by another one: three tries, never twice the same.
    '  retries 3',
    '  option redispatch 1',
    '  retry-on all-retryable-errors',
    held.map(({ address, routes }) => frontend(on, address, routes)).flat(),
    [...backends.values()].map((route) => backend(on, route)).flat(),
  );
}

function frontend(on: RoleOn<'balancer'>, address: PlatformAddress, routes: readonly Route[]): readonly string[] {
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
    // Set in every case: what a visitor says of it counts for nothing.
    '  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
    // Only requests that change nothing may be sent a second time.
    '  http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
    ...ordered.map((route) => {
      const path = route.path === '/' ? '' : ` { path_beg ${route.path} }`;
      return `  use_backend ${backendName(route)} if { req.hdr(host),host_only -m str -i ${route.host.join(' ')} }${path}`;
    }),
    // A visitor who asks for the bare address gets the first route.
    `  default_backend ${backendName(first)}`,
  ];
}

function backend({ platform, machine, settings }: RoleOn<'balancer'>, route: Route): readonly string[] {
  const network = networkBetween(platform.blueprint, machine.pool, route.to);
  const [host = ''] = route.host;
  return [
    '',
    `backend ${backendName(route)}`,
    '  balance roundrobin',
    '  option httpchk',
    `  http-check send meth GET uri ${route.health} ver HTTP/1.1 hdr Host ${host} hdr User-Agent spillway-check`,
    '  http-check expect status 200',
    `  default-server check inter ${settings.checkEvery}ms fastinter 100ms downinter 500ms rise 1 fall 2 pool-purge-delay 30s`,
    // The overflow comes and goes over the runtime socket, without a reload.
    ...(platform.pools.get(route.to) ?? [])
      .filter(({ part }) => part === 'base')
      .map((member) => `  server ${member.name} ${ipOn(member, network) ?? ''}:${routedPort}`),
  ];
}
