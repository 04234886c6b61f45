/**
 * What one address may take of a balancer. Whoever sends slowly takes a connection and nothing else: a machine is asked
 * once the body is here, or as much of it as a buffer holds.
 */
import type { RoleSettings } from '../../blueprint/schema.ts';

type Settings = Pick<RoleSettings['balancer'], 'maxConnections' | 'perSource'>;

const windowSeconds = 10;
/** Chosen: 50 bytes each, and more addresses than a balancer has connections. */
const addresses = 100_000;

/** For a frontend. */
export function sourceLimits({ maxConnections, perSource }: Settings): readonly string[] {
  const { connections, requests } = perSource;
  const rate = requests === undefined ? '' : `,http_req_rate(${windowSeconds}s)`;
  return [
    `  stick-table type ip size ${addresses} expire 1m store conn_cur${rate}`,
    '  tcp-request connection track-sc0 src',
    `  tcp-request connection reject if { sc_conn_cur(0) gt ${Math.max(1, Math.floor(maxConnections * connections))} }`,
    ...(requests === undefined
      ? []
      : [
          `  http-request return status 429 content-type text/plain string "too many requests" hdr Retry-After ${windowSeconds} if { sc_http_req_rate(0) gt ${Math.ceil(requests * windowSeconds)} }`,
        ]),
  ];
}
