/**
 * A pool of a platform in virtual time: its machines are in an imagined world,
 * made and removed by the executor that production has; visitors come, wait and
 * are served as the queue's theory says.
 */
import type { Machine } from '../../blueprint/platform.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName, PlatformName, PoolName, SiteName } from '../../model/ids.ts';
import type { MachinePart } from '../../model/spec.ts';
import type { Look, PoolHands } from '../../runtime/scale/drive-pool.ts';
import { bring, letGo, type Overflowing } from '../../runtime/overflow.ts';
import { keptListing } from '../../runtime/scale/listing.ts';
import type { Stream } from '../chance/stream.ts';
import { isReachable, seenOf } from '../imagined-machine.ts';
import { linkOf, partOf, type ImaginedWorld } from '../imagined-world.ts';
import { createService, type Limits, type Served, type Took } from '../service/service.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { createBalancers } from './balancers.ts';
import type { Timings } from './timings.ts';

export interface PoolWorld {
  readonly world: ImaginedWorld;
  readonly platform: PlatformName;
  readonly pool: PoolName;
  /** Those of the base and all that the overflow may have. */
  readonly machines: readonly Pick<Machine, 'name' | 'part'>[];
  readonly settings: ScaleSettings;
  readonly timings: Timings;
  readonly overflowing: Overflowing;
  readonly startMs: number;
  readonly chance: Stream;
  /** The sites of its balancers. */
  readonly entrances: readonly SiteName[];
  /** Whether nobody says what there is. */
  readonly isDown: () => boolean;
  /** Machines that are made and never answer a visitor. */
  readonly isSick: (name: MachineName) => boolean;
  /** How much of what the blueprint says a machine serves. */
  readonly speedOf: (name: MachineName) => number;
  /** Gets the latencies of what was served. */
  readonly took: Took;
  readonly time: VirtualTime;
  /** Whether what nothing has changed is not looked at again: the result is the same, and comes sooner. */
  readonly skipsQuiet: boolean;
  readonly tell: (name: MachineName, error: unknown) => void;
}

/** Chosen: what a request loses that was sent to a machine that is dead: the time to connect, and another try. */
const retryMs = 600;

export function simulatedPool(pool: PoolWorld) {
  const { world, platform, machines, settings, timings, overflowing, tell, time } = pool;
  const parts = new Map(machines.map(({ name, part }) => [name, part]));
  const ofPart = (wanted: MachinePart) => machines.filter(({ part }) => part === wanted).map(({ name }) => name);
  const balancers = createBalancers(timings, ofPart('base'), pool.startMs, pool.chance);
  const service = createService({ overheadMs: timings.overheadMs, took: pool.took });
  const never = new AbortController().signal;
  const its = partOf(world, platform);
  let demand: { readonly value: number; readonly atMs: number } | undefined;
  let waiting = { value: 0, atMs: pool.startMs };

  const isAlive = (name: MachineName) => {
    const machine = its.machines.get(name);
    if (machine === undefined || !isReachable(machine) || pool.isSick(name)) return false;
    const { site } = machine.actual;
    return its.cutLinks.size === 0 || pool.entrances.some((entrance) => !its.cutLinks.has(linkOf(entrance, site)));
  };
  const servesOf = (name: MachineName) => pool.speedOf(name) * settings.fleet[parts.get(name) ?? 'overflow'].serves;

  // As seldom as in production: what dies is seen by the balancers first.
  let listedChanges = -1;
  let listed: ReturnType<Parameters<typeof keptListing<Look['listed']>>[0]> = Promise.resolve([]);
  const listing = keptListing(() => {
    if (pool.isDown()) return Promise.reject(new Error('the provider’s API is down'));
    if (listedChanges === its.changes) return listed;
    listedChanges = its.changes;
    const own = [...its.machines.values()].filter(({ actual }) => actual.pool === pool.pool);
    listed = Promise.resolve(own.map(seenOf));
    return listed;
  }, time);
  const listedAnew = (work: Promise<void>) => {
    time.stir();
    return work.finally(() => listing.forget());
  };

  /** What the last look went by. */
  let looked = { machines: -1, balancers: -1 };
  const hands: PoolHands = {
    slots: ofPart('overflow'),
    tied: () => undefined,
    async look() {
      balancers.check(isAlive, time.now());
      const seen = await listing.get();
      looked = { machines: listedChanges, balancers: balancers.changes() };
      return { listed: seen, servers: balancers.servers() };
    },
    observe: (observed) => ({
      ...{ pool: pool.pool, machines: observed, queue: waiting },
      ...(demand !== undefined && { demand }),
    }),
    make: (name) => listedAnew(bring(overflowing, new Set([name]))),
    remove: (name, why) => listedAnew(letGo({ ...overflowing, signal: never }, new Set([name]), why)),
    hold(serving, closing) {
      balancers.hold(serving, closing, time.now());
      return Promise.resolve();
    },
    tell,
  };

  /** What serves now, as long as neither machines nor balancers change. */
  let standing = { machines: -1, balancers: -1, perSecond: 0, servers: 0, dead: 0 };
  const isAsIn = ({ machines, balancers: seen }: typeof looked) =>
    pool.skipsQuiet && balancers.isSettled() && machines === its.changes && seen === balancers.changes();
  const stand = () => {
    if (isAsIn(standing)) return standing;
    balancers.check(isAlive, time.now());
    standing = { machines: its.changes, balancers: balancers.changes(), perSecond: 0, servers: 0, dead: 0 };
    for (const { name, ordered, isUp } of balancers.members().values()) {
      if (!isUp || ordered !== 'ready') continue;
      if (isAlive(name)) {
        standing.perSecond += servesOf(name);
        standing.servers += 1;
      } else standing.dead += servesOf(name);
    }
    return standing;
  };

  return {
    hands,
    /** Whether a look would see what the last one saw. It is counted as one, for what engines list grows old meanwhile. */
    looksAsBefore(): boolean {
      if (!isAsIn(looked) || pool.isDown()) return false;
      void listing.get();
      return true;
    },
    /** What balancers have measured: so many came in the second that ends now. */
    measured(came: number): void {
      demand = { value: came, atMs: time.now() };
      waiting = { value: service.waiting(), atMs: time.now() };
    },
    /** So many come within the time up to now. */
    serve(arrivals: number, forMs: number, limits: Limits): Served {
      const { perSecond, servers, dead } = stand();
      // Until balancers know it, a dead machine gets its share, and that is sent once more.
      const delayed = dead === 0 ? undefined : { share: dead / (dead + perSecond), byMs: retryMs };
      return service.serve(arrivals, forMs, { perSecond, servers }, limits, delayed);
    },
    /** Tells the latencies of what was served since the last time. */
    tellCalm: () => service.tellCalm(),
    /** Requests/s of the machines that serve now. */
    capacity: (): number => stand().perSecond,
  };
}

export type SimulatedPool = ReturnType<typeof simulatedPool>;
