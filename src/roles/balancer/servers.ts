/**
 * How balancers treat the machines of a pool: the same for those of the
 * configuration and for those that are added over the runtime socket, for which
 * `default-server` does not count.
 */
import { the } from '../../blueprint/records.ts';
import type { Blueprint, RoleSettings } from '../../blueprint/schema.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { MachinePart } from '../../model/spec.ts';
import { alivePath } from '../web/nginx-conf.ts';

/** What a machine of this part of the pool gets on its `server` line. */
export function serverParameters(
  blueprint: Blueprint,
  balancer: Pick<RoleSettings['balancer'], 'checkEvery'>,
  pool: PoolName,
  part: MachinePart,
  weight = weightOf(blueprint, pool, part),
): string {
  const { queue } = the(blueprint.pools, pool);
  return [
    `check inter ${balancer.checkEvery}ms fastinter 100ms downinter ${downCheckMs[part]}ms rise 1 fall 2 pool-purge-delay 30s`,
    part === 'base' ? `tcp-ut ${silentMs}ms` : keptConnections,
    `weight ${weight}`,
    ...(queue === undefined ? [] : [`maxconn ${queue.beyond}`]),
  ].join(' ');
}

/**
 * How often one that is down is asked again. HAProxy 2.6 waits so long also before it asks a server that was added for
 * the first time, which is down until then: visitors wait for it. One of the overflow that stays down is soon removed.
 */
const downCheckMs = { base: 500, overflow: 100 } satisfies Record<MachinePart, number>;

/**
 * Chosen: a machine's kernel acknowledges what it gets in milliseconds, however busy the machine is. One that was
 * cut off does not, and a request that went there over a kept connection goes to another machine after this, not
 * after the time that an answer may take. HAProxy 2.6 knows this for servers of the configuration alone.
 */
const silentMs = 2_000;

/**
 * To one that is added HAProxy 2.6 keeps no connection by itself, and opens one for each request: a fifth of the
 * balancer's work, and at 470 requests/s to one machine the balancer has no port left (docs/decisions/0024).
 */
const keptConnections = 'pool-max-conn -1';

/**
 * Each machine of the base stands there twice: by its health page, and, for when no page of any machine is well, by
 * whether its nginx lives. Files and kept pages need no more than that, and a pool of which all machines are taken out
 * for being busy answers nothing at all. No machine has a dot in its name.
 */
export const standInName = (machine: MachineName): string => `${standIn}${machine}`;
const standIn = 'alive.';

export const isStandIn = (server: string): boolean => server.startsWith(standIn);

/** Which page a server is asked for, as HAProxy's `uri-lf`. */
export const checkedPath = (health: string): string =>
  `'%[srv_name,regsub("^${standIn.replace('.', '[.]')}.*","${alivePath}"),regsub("^[^/].*","${health.replaceAll('%', '%%')}")]'`;

/** Who serves more gets more: the part that serves most counts 100. */
function weightOf({ pools }: Blueprint, pool: PoolName, part: MachinePart): number {
  const { base, overflow } = the(pools, pool);
  const serves = { base: base.serves ?? 1, overflow: overflow?.serves ?? base.serves ?? 1 };
  return Math.max(1, Math.round((100 * serves[part]) / Math.max(serves.base, serves.overflow)));
}
