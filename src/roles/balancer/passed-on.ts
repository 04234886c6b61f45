/** Connections that HAProxy passes on as they are, to one machine at a time. */
import { ipOn, networkBetween, type PlatformAddress } from '../../blueprint/platform.ts';
import type { PortRoute } from '../../blueprint/routes.ts';
import { doorOf } from '../doors.ts';
import type { RoleOn } from '../role.ts';
import { backendName } from './backends.ts';

interface PassedOn {
  readonly address: PlatformAddress;
  readonly route: PortRoute;
}

/**
 * All connections go to one machine, so that the others never undo its work in a
 * conflict, and whoever reads finds what was written. It stays the same one until
 * it is down: that a better one is there again is no reason to end connections.
 */
export function passedOn(on: RoleOn<'balancer'>, routes: readonly PassedOn[]): readonly string[] {
  if (routes.length === 0) return [];
  return [
    '',
    'defaults',
    '  mode tcp',
    '  log global',
    '  option dontlognull',
    `  timeout connect ${on.settings.connectTimeout}ms`,
    // Chosen: as long as MariaDB itself keeps a connection on which nothing is asked.
    '  timeout client 8h',
    '  timeout server 8h',
    `  timeout check ${checkMs}ms`,
    // Whose other end is gone does not stay for these eight hours.
    '  option clitcpka',
    '  option srvtcpka',
    '  retries 3',
    '  option redispatch 1',
    // A reload must not forget where connections go: the new process asks the old one.
    '',
    'peers reloads',
    `  peer ${on.machine.name} 127.0.0.1:${reloadsPort}`,
    ...routes.flatMap((one) => frontendAndBackend(on, one)),
  ];
}

/** Chosen: on this machine alone, beside what anybody else uses. */
const reloadsPort = 10_000;
/** Chosen: a machine that lives answers within milliseconds; busy ones get some more. */
const checkMs = 1_000;

function frontendAndBackend(on: RoleOn<'balancer'>, { address, route }: PassedOn): readonly string[] {
  const { platform, machine, settings } = on;
  const door = doorOf(platform.blueprint, route.to);
  if (door === undefined) throw new Error(`the checked blueprint leads port ${route.port} to no door of ${route.to}`);
  const network = networkBetween(platform.blueprint, machine.pool, route.to);
  return [
    '',
    `frontend ${address.name}:${route.port}`,
    `  bind ${address.ip}:${route.port} transparent`,
    `  default_backend ${backendName(route)}`,
    '',
    `backend ${backendName(route)}`,
    '  option httpchk',
    `  http-check connect port ${door.health.port}`,
    `  http-check send meth GET uri ${door.health.path} ver HTTP/1.0`,
    '  http-check expect status 200',
    '  stick-table type ip size 10 nopurge peers reloads',
    '  stick on dst',
    ...(platform.pools.get(route.to) ?? []).map((member, index) =>
      [
        `  server ${member.name} ${ipOn(member, network) ?? ''}:${door.port}`,
        `check inter ${settings.checkEvery}ms fastinter 100ms downinter 500ms rise 1 fall 2`,
        // Whoever is connected to a machine that is down would else wait for it.
        `on-marked-down shutdown-sessions tcp-ut 2000ms${index === 0 ? '' : ' backup'}`,
      ].join(' '),
    ),
  ];
}
