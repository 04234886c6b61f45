/**
 * Keeps the weights of routes with the primary: looks at each balancer twice a second, and says what differs. While
 * no controller runs a balancer that began anew has those of its configuration, and visitors are answered all the same.
 */
import { entries } from '../../blueprint/records.ts';
import type { Platform } from '../../blueprint/platform.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import { backendsOf } from '../../roles/balancer/backends.ts';
import { runtimeSocket } from '../../roles/balancer/runtime-socket.ts';
import { routeWeights, type RouteWeights } from '../../roles/balancer/weights.ts';
import type { EnginesSeen } from '../../runtime/failover/engines-seen.ts';
import { haproxySocket } from '../../runtime/haproxy/socket.ts';
import { holdWeights } from '../../runtime/haproxy/weights.ts';
import type { Work } from '../work.ts';
import { entrancesTo } from './pilot.ts';

export interface KeepingWeights {
  readonly run: string;
  /** Once aborted, no further turn begins. */
  readonly signal: AbortSignal;
  readonly platform: Platform;
  readonly sight: EnginesSeen;
  /** Of pools of which one machine can take another's place. */
  readonly leaders: ReadonlyMap<PoolName, () => MachineName>;
  readonly tell: (about: string, error: unknown) => void;
}

export interface Weights {
  /** Whether the last turn found all of them as they should be by now, or made them so. */
  areHeld(): boolean;
  /** After its signal was aborted: once the last turn has ended. */
  ended: Promise<void>;
}

interface Preferring {
  readonly pool: PoolName;
  readonly weights: RouteWeights;
  readonly leader: () => MachineName;
  readonly backends: readonly string[];
}

/** Chosen: as often as all else that is asked of balancers. */
const turnMs = 500;

export function keepWeights({ toolbox, hosts, store, blueprint }: Work, keeping: KeepingWeights): Weights {
  const { run, signal, platform, sight, leaders, tell } = keeping;
  const { clock } = toolbox;
  const balancerOf = (name: MachineName) => {
    const reachNow = () => {
      const there = sight.now(false).machines.find(({ actual }) => actual.name === name)?.actual;
      if (there === undefined) throw new Error(`${name} is not there`);
      return { machine: name, ...there.reach };
    };
    const open = () => hosts.openSocket(reachNow(), runtimeSocket);
    const permit = async () => hosts.hear(reachNow());
    return { name, socket: haproxySocket({ balancer: name, open, clock, permit }) };
  };
  const preferring = [...routeWeights(blueprint)].flatMap(([pool, weights]): Preferring[] => {
    const leader = leaders.get(pool);
    return leader === undefined ? [] : [{ pool, weights, leader, backends: backendsOf(blueprint, pool) }];
  });
  const entrances = new Set(preferring.flatMap(({ pool }) => entrancesTo(blueprint, pool)));
  const balancers = new Map(
    [...entrances].map((pool) => [pool, (platform.pools.get(pool) ?? []).map(({ name }) => balancerOf(name))]),
  );
  const heldFor = new Map<PoolName, MachineName>();

  async function turn(one: Preferring): Promise<void> {
    const { pool, weights, leader, backends } = one;
    const primary = leader();
    const its = entrancesTo(blueprint, pool).flatMap((entrance) => balancers.get(entrance) ?? []);
    const done = await Promise.all(
      its.map(async ({ name, socket }) => {
        try {
          const changes = await holdWeights(socket, backends, weights, primary);
          if (changes.length > 0) {
            const set = Object.fromEntries(changes.map(({ machine, weight }) => [machine, weight]));
            const says = entries(set)
              .map(([machine, weight]) => `${weight} for ${machine}`)
              .join(', ');
            const reason = `${name} spreads visitors by who is the primary: ${says}`;
            const detail = { kind: 'weights', primary, set };
            store.append({ atMs: clock.now(), run, kind: 'decision', subject: `${pool}/weights`, reason, detail });
          }
          return true;
        } catch (error) {
          // One that is silent is known to be, and hears of it later.
          if (error instanceof SpillwayError && error.code === 'haproxy-refused') tell(name, error);
          return false;
        }
      }),
    );
    if (done.every(Boolean)) heldFor.set(pool, primary);
    else heldFor.delete(pool);
  }

  async function turns(): Promise<void> {
    while (!signal.aborted) {
      const nowMs = clock.now();
      await Promise.all(preferring.map(turn));
      await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
    }
    for (const { socket } of [...balancers.values()].flat()) socket.close();
  }

  return {
    areHeld: () => preferring.every(({ pool, leader }) => heldFor.get(pool) === leader()),
    ended: preferring.length === 0 ? Promise.resolve() : turns(),
  };
}
