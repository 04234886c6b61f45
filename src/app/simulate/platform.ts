/** A platform in virtual time: its pools with their drivers, which are those of production, in an imagined world. */
import { queueOf } from '../../blueprint/queue.ts';
import { the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { EngineName, MachineName, PoolName, SiteName } from '../../model/ids.ts';
import { calendarAt } from '../../rehearse/scenario/clock.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Engines } from '../../runtime/observe.ts';
import { reachedBy, type Reached } from '../../runtime/reached.ts';
import { driveRelief, type ReliefDriver } from '../../runtime/relief/drive-relief.ts';
import { drivePool, type PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { streamOf } from '../../sim/chance/stream.ts';
import { chaosOf, noChaos, type Chaos, type Link } from '../../sim/chaos.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { imaginedHosts } from '../../sim/imagined-hosts.ts';
import { imaginedStore } from '../../sim/imagined-store.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { allWell, copyOf, createCaller, partOf, type ImaginedWorld } from '../../sim/imagined-world.ts';
import { simulatedPool, type SimulatedPool } from '../../sim/platform/pool.ts';
import { timedCaller } from '../../sim/platform/timed-caller.ts';
import type { Limits, Took } from '../../sim/service/service.ts';
import { virtualTime, type VirtualTime } from '../../sim/time/virtual-time.ts';
import { groundOf } from './ground.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export interface SimulatedPlatform {
  readonly time: VirtualTime;
  readonly world: ImaginedWorld;
  readonly engines: Engines;
  readonly store: ReturnType<typeof imaginedStore>;
  readonly vault: ReturnType<typeof imaginedVault>;
  readonly chaos: Chaos;
  readonly pools: readonly DrivenPool[];
}

/** A pool that scales. */
export interface DrivenPool {
  readonly pool: PoolName;
  readonly settings: ScaleSettings;
  readonly simulated: SimulatedPool;
  readonly driver: PoolDriver;
  /** Of one whose requests may wait at the balancers. */
  readonly relief: ReliefDriver | undefined;
  /** How many may wait at its balancers now, and how long. */
  readonly limits: () => Limits;
}

/** Where nothing else is said, HAProxy lets a request wait so long. */
const usualQueueMs = 5_000;
/** As HAProxy is told while some are turned away. */
const turnedAwayFrom = 0.25;
const run = 'simulation';

interface Beginning {
  readonly startMs: number;
  /** How long the load lasts. */
  readonly loadMs: number;
  /** When it began, once it has. */
  readonly loadAtMs: () => number;
  readonly onReached: (machine: MachineName, reached: Reached, atMs: number) => void;
  /** Gets the latencies of the visited pool. */
  readonly took: Took;
}

export function simulatedPlatform(
  given: ScenarioToSimulate,
  { startMs, loadMs, loadAtMs, onReached, took }: Beginning,
): SimulatedPlatform {
  const { blueprint, assets, scenario, seed, digest, skipsQuiet = true } = given;
  const { platform } = blueprint;
  const time = virtualTime(startMs);
  const ground = groundOf(blueprint, assets, digest);
  const { laidOut } = ground;
  const world = copyOf(ground.world);
  const part = partOf(world, platform);
  const ofVisited = ({ pool }: { readonly pool: PoolName }) => pool === scenario.route?.pool;
  const slots = new Set(laidOut.slots.map(({ name }) => name));
  const chaos = given.chaos
    ? chaosOf(seed, {
        machines: laidOut.machines.filter(ofVisited).map(({ name }) => name),
        links: scenario.route === undefined ? [] : linksOf(blueprint, scenario.route.pool),
        overflow: slots.size,
        forMs: loadMs,
        nowMs: () => time.now() - loadAtMs(),
        there: () => [...part.machines.keys()].filter((name) => slots.has(name)).length,
      })
    : noChaos;
  const store = imaginedStore();
  const vault = imaginedVault();
  const calls = (timings: ReturnType<ScenarioToSimulate['timings']>['calls']) =>
    timedCaller(chaos.fates, timings, time, (what) => streamOf(seed, what), chaos.delay);
  const enginesBy = (call: ReturnType<typeof calls>): Engines =>
    new Map(
      Object.keys(blueprint.engines).map((name) => [name as EngineName, reached(imaginedEngine(world, call), chaos)]),
    );

  const pools = [...scaleSettingsIn(blueprint, scenario)].map(([pool, settings]): DrivenPool => {
    const timings = given.timings(pool, settings);
    const call = calls(timings.calls);
    const share = given.shareServed?.(pool) ?? 1;
    const isVisited = pool === scenario.route?.pool;
    const simulated = simulatedPool({
      ...{ world, platform, pool, settings, timings, startMs, time, skipsQuiet },
      machines: [...laidOut.machines, ...laidOut.slots].filter((machine) => machine.pool === pool),
      overflowing: {
        ...{ platform, blueprint, assets, store, vault, digest, clock: time, run },
        ...(skipsQuiet && { wanted: ground.wanted }),
        engines: enginesBy(call),
        hosts: imaginedHosts(world, platform, call),
        signal: new AbortController().signal,
        progress(event) {
          const reached = event.kind === 'ended' ? reachedBy(event.step) : undefined;
          if (reached !== undefined) onReached(reached.machine, reached.name, time.now());
        },
      },
      chance: streamOf(seed, `balancers of ${pool}`),
      ...{ isSick: chaos.isSick, isDown: chaos.isDown },
      speedOf: (name) => share * chaos.speedOf(name),
      entrances: entrancesOf(blueprint, pool),
      took: isVisited ? took : () => undefined,
      // What fails is in the journal already.
      tell: () => undefined,
    });
    const driver = drivePool(settings, simulated.hands, {}, (nowMs) => calendarAt(scenario.clock, loadAtMs(), nowMs));
    const { shed } = the(blueprint.pools, pool);
    const queue = queueOf(blueprint, pool);
    let limits: Limits;
    const limit = (turnsAway: boolean) => {
      limits = {
        most: (queue?.most ?? Infinity) * (turnsAway ? turnedAwayFrom : 1),
        patienceMs: Math.min(scenario.visitors.timeoutMs, queue?.waitMs ?? usualQueueMs),
      };
    };
    limit(false);
    const hands = {
      tied: () => undefined,
      observe: () => driver.seen() ?? { machines: [] },
      held: () => Promise.resolve(undefined),
      hold(relief: { readonly turnsAway: boolean }) {
        limit(relief.turnsAway);
        return Promise.resolve();
      },
    };
    return {
      ...{ pool, settings, simulated, driver },
      relief: queue === undefined ? undefined : driveRelief({ most: queue.most, shed }, hands),
      limits: () => limits,
    };
  });
  // What breaks machines, and mends them, asks no provider.
  const unfailing = imaginedEngine(world, createCaller(allWell));
  const engines = new Map(Object.keys(blueprint.engines).map((name) => [name as EngineName, unfailing]));
  return { time, world, engines, store, vault, chaos, pools };
}

/** An API that is down lists nothing either. */
function reached(engine: Engine, { isDown }: Chaos): Engine {
  return {
    ...engine,
    list: (platform) => (isDown() ? Promise.reject(new Error('the provider’s API is down')) : engine.list(platform)),
  };
}

/** Where the balancers are that lead to a pool. */
function entrancesOf(blueprint: Blueprint, to: PoolName): readonly SiteName[] {
  const pools = blueprint.routes
    .filter((route) => route.to === to)
    .map(({ address }) => the(blueprint.addresses, address).pool);
  return [...new Set(pools.flatMap((pool) => the(blueprint.pools, pool).base.site))];
}

/** Between the sites of a pool’s balancers and those of its machines. */
function linksOf(blueprint: Blueprint, pool: PoolName): readonly Link[] {
  const { base, overflow } = the(blueprint.pools, pool);
  const sites = new Set([...base.site, ...(overflow?.site ?? [])]);
  return entrancesOf(blueprint, pool).flatMap((entrance) =>
    [...sites].filter((site) => site !== entrance).map((site): Link => [entrance, site]),
  );
}
