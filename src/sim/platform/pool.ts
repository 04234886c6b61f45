/**
 * A pool of a platform in virtual time: its machines are in an imagined world,
 * made and removed by the executor that production has; visitors come, wait and
 * are served as the queue's theory says.
 */
import type { Machine } from '../../blueprint/platform.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName, PlatformName, PoolName } from '../../model/ids.ts';
import type { MachinePart } from '../../model/spec.ts';
import type { PoolHands } from '../../runtime/scale/drive-pool.ts';
import { bring, letGo, type Overflowing } from '../../runtime/overflow.ts';
import { keptListing } from '../../runtime/scale/listing.ts';
import type { Stream } from '../chance/stream.ts';
import { isReachable, stateOf } from '../imagined-machine.ts';
import { partOf, type ImaginedWorld } from '../imagined-world.ts';
import { createService, type Limits, type Served, type Took } from '../service/service.ts';
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
  /** Machines that are made and never answer a visitor. */
  readonly isSick: (name: MachineName) => boolean;
  /** How much of what it should a machine serves, 0 to 1. */
  readonly speedOf: (name: MachineName) => number;
  readonly tell: (name: MachineName, error: unknown) => void;
}

/** Chosen: what a request loses that was sent to a machine that is dead: the time to connect, and another try. */
const retryMs = 600;

export function simulatedPool(pool: PoolWorld) {
  const { world, platform, machines, settings, timings, overflowing, tell } = pool;
  const { clock } = overflowing;
  const parts = new Map(machines.map(({ name, part }) => [name, part]));
  const ofPart = (wanted: MachinePart) => machines.filter(({ part }) => part === wanted).map(({ name }) => name);
  const balancers = createBalancers(timings, ofPart('base'), pool.startMs, pool.chance);
  const service = createService({ overheadMs: timings.overheadMs });
  const never = new AbortController().signal;
  let demand: { readonly value: number; readonly atMs: number } | undefined;
  let waiting = { value: 0, atMs: pool.startMs };

  const isAlive = (name: MachineName) => {
    const machine = partOf(world, platform).machines.get(name);
    return machine !== undefined && isReachable(machine) && !pool.isSick(name);
  };
  const servesOf = (name: MachineName) => pool.speedOf(name) * settings.fleet[parts.get(name) ?? 'overflow'].serves;

  // As seldom as in production: what dies is seen by the balancers first.
  const listing = keptListing(() => {
    const its = [...partOf(world, platform).machines.values()].filter(({ actual }) => actual.pool === pool.pool);
    return Promise.resolve(its.map((machine) => ({ ...machine.actual, state: stateOf(machine) })));
  }, clock);
  const listedAnew = (work: Promise<void>) => work.finally(() => listing.forget());

  const hands: PoolHands = {
    slots: ofPart('overflow'),
    tied: () => undefined,
    async look() {
      balancers.check(isAlive, clock.now());
      return { listed: await listing.get(), servers: balancers.servers() };
    },
    observe: (observed) => ({
      ...{ pool: pool.pool, machines: observed, queue: waiting },
      ...(demand !== undefined && { demand }),
    }),
    make: (name) => listedAnew(bring(overflowing, new Set([name]))),
    remove: (name) => listedAnew(letGo({ ...overflowing, signal: never }, new Set([name]), 'less is enough')),
    hold(serving, closing) {
      balancers.hold(serving, closing, clock.now());
      return Promise.resolve();
    },
    tell,
  };

  return {
    hands,
    /** What balancers have measured: so many came in the second that ends now. */
    measured(came: number): void {
      demand = { value: came, atMs: clock.now() };
      waiting = { value: service.waiting(), atMs: clock.now() };
    },
    /** So many come within the time up to now. */
    serve(arrivals: number, forMs: number, limits: Limits, took: Took): Served {
      balancers.check(isAlive, clock.now());
      let [perSecond, servers, dead] = [0, 0, 0];
      for (const { name, ordered, isUp } of balancers.members().values()) {
        if (!isUp || ordered !== 'ready') continue;
        if (isAlive(name)) {
          perSecond += servesOf(name);
          servers += 1;
        } else dead += servesOf(name);
      }
      // Until balancers know it, a dead machine gets its share, and that is sent once more.
      const share = dead === 0 ? 0 : dead / (dead + perSecond);
      return service.serve(arrivals, forMs, { perSecond, servers }, limits, (ms, requests) => {
        took(ms, requests * (1 - share));
        if (share > 0) took(ms + retryMs, requests * share);
      });
    },
    /** Requests/s of the machines that serve now. */
    capacity: (): number =>
      [...balancers.members().values()].reduce(
        (sum, { name, ordered, isUp }) => sum + (isUp && ordered === 'ready' && isAlive(name) ? servesOf(name) : 0),
        0,
      ),
  };
}

export type SimulatedPool = ReturnType<typeof simulatedPool>;
