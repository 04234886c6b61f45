/** The hands of a pool's driver on real machines: engines make them, balancers are told over their runtime sockets. */
import { ipOn, layOut, networkBetween, noAssets, nothingTaken, type Machine } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import { backendsOf } from '../../roles/balancer/backends.ts';
import { serverParameters } from '../../roles/balancer/servers.ts';
import { routedPort } from '../../roles/role.ts';
import { holdMembership, lookAt, type HeldBackend } from '../haproxy/balancer.ts';
import type { HaproxySocket } from '../haproxy/socket.ts';
import { bring, letGo, type Overflowing } from '../overflow.ts';
import { observePool } from '../readings/observe-pool.ts';
import type { Readings } from '../readings/take-readings.ts';
import type { PoolHands } from './drive-pool.ts';
import type { ServerSight } from './stages.ts';

export interface Reached {
  readonly overflowing: Overflowing;
  /** Of every balancer that leads to the pool. */
  readonly sockets: ReadonlyMap<MachineName, HaproxySocket>;
  readonly readings: Readings;
  /** All machines of the platform, as the engines list them now. */
  readonly list: () => Promise<readonly ActualMachine[]>;
  readonly tell: PoolHands['tell'];
  readonly tied: PoolHands['tied'];
  /** Holds whatever must be held while a machine is made or removed. */
  readonly during: <Result>(use: () => Promise<Result>) => Promise<Result>;
}

export function poolHands(pool: PoolName, reached: Reached): PoolHands {
  const { overflowing, sockets, readings, list, during, tied, tell } = reached;
  const { blueprint } = overflowing;
  const backends = backendsOf(blueprint, pool);
  const { machines, slots } = layOut(blueprint, noAssets, nothingTaken);
  const ofPool = [...machines, ...slots].filter((machine) => machine.pool === pool);
  const base = new Map(ofPool.filter(({ part }) => part === 'base').map(({ name }) => [name, undefined] as const));
  const added = { port: routedPort, parameters: serverParameters(blueprint, balancing(), pool, 'overflow') };
  /** Those that answered in the last look; of the others nobody knows, and HAProxy's partner carries on. */
  let answering: ReadonlySet<MachineName> = new Set();

  function entrance(): PoolName {
    const address = webRoutes(blueprint).find(({ to }) => to === pool)?.address;
    if (address === undefined) throw new Error(`no route leads to ${pool}`);
    return the(blueprint.addresses, address).pool;
  }

  function balancing() {
    const { balancer } = the(blueprint.pools, entrance()).roles;
    if (balancer === undefined) throw new Error(`no balancer in ${entrance()}`);
    return balancer;
  }

  const never = new AbortController().signal;
  const network = networkBetween(blueprint, entrance(), pool);
  /** Of the machines that the last look found. */
  let ips: ReadonlyMap<MachineName, string> = new Map();

  return {
    slots: ofPool.filter(({ part }) => part === 'overflow').map(({ name }) => name),
    async look() {
      const [listed, servers] = await Promise.all([
        list(),
        Promise.all([...sockets].map(async ([name, socket]) => ({ name, seen: await serversOf(socket, backends) }))),
      ]);
      answering = new Set(servers.filter(({ seen }) => seen !== undefined).map(({ name }) => name));
      const its = listed.filter((machine) => machine.pool === pool);
      ips = new Map(
        its.flatMap(({ name, interfaces }) => {
          const ip = ipOn({ interfaces } as Machine, network);
          return ip === undefined ? [] : [[name, ip] as const];
        }),
      );
      return {
        listed: its,
        servers: answering.size === 0 ? undefined : servers.flatMap(({ seen }) => seen ?? []),
      };
    },
    observe(observed) {
      const balancers = new Map([...answering].map((name) => [name, readings.balancers.get(name)]));
      return observePool({ pool, backends, balancers, machines: observed, readings: readings.machines });
    },
    make: (name) => during(() => bring(overflowing, new Set([name]))),
    // What was begun is taken back also when a person has stopped all else.
    remove: (name, why) => during(() => letGo({ ...overflowing, signal: never }, new Set([name]), why)),
    tied,
    async hold(serving, closing) {
      const overflow = new Map(
        [...serving].flatMap((name) => {
          const ip = ips.get(name);
          return ip === undefined ? [] : [[name, ip] as const];
        }),
      );
      const wanted = backends.map((backend): HeldBackend => ({
        backend,
        membership: { base, overflow, closing },
        added,
      }));
      // All at once: visitors come through one of them, and shall not wait for the other.
      await Promise.all(
        [...sockets].map(async ([name, socket]) => {
          if (!answering.has(name)) return;
          try {
            const { refused } = await holdMembership(socket, wanted);
            for (const error of refused) tell(name, error);
          } catch (error) {
            tell(name, error);
          }
        }),
      );
    },
    tell,
  };
}

/** Undefined for a balancer that does not answer. */
async function serversOf(
  socket: HaproxySocket,
  backends: readonly string[],
): Promise<readonly ServerSight[] | undefined> {
  try {
    const seen = await lookAt(socket);
    return backends.flatMap((backend) =>
      [...(seen.backends.get(backend)?.servers ?? [])].map(([name, { status }]): ServerSight => ({
        name: name as MachineName,
        ordered: status === 'drain' || status === 'maint' ? status : 'ready',
        isUp: status === 'up',
      })),
    );
  } catch {
    return undefined;
  }
}
