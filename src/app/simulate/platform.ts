/** A platform in virtual time: its pools with their drivers, which are those of production, in an imagined world. */
import { layOut, nothingTaken, type Platform } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { EngineName, MachineName, PoolName } from '../../model/ids.ts';
import { calendarAt } from '../../rehearse/scenario/clock.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { compile } from '../../roles/compile.ts';
import type { Engines } from '../../runtime/observe.ts';
import { reachedBy, type Reached } from '../../runtime/reached.ts';
import { driveRelief, type ReliefDriver } from '../../runtime/relief/drive-relief.ts';
import { drivePool, type PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { worldWith } from '../../sim/already-up.ts';
import { streamOf } from '../../sim/chance/stream.ts';
import { chaosOf, noChaos, type Chaos } from '../../sim/chaos.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { imaginedHosts } from '../../sim/imagined-hosts.ts';
import { imaginedStore } from '../../sim/imagined-store.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import type { ImaginedWorld } from '../../sim/imagined-world.ts';
import { simulatedPool, type SimulatedPool } from '../../sim/platform/pool.ts';
import { timedCaller } from '../../sim/platform/timed-caller.ts';
import type { Limits } from '../../sim/service/service.ts';
import { virtualTime, type VirtualTime } from '../../sim/time/virtual-time.ts';
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
}

export function simulatedPlatform(
  given: ScenarioToSimulate,
  { startMs, loadMs, loadAtMs, onReached }: Beginning,
): SimulatedPlatform {
  const { blueprint, assets, scenario, seed, digest } = given;
  const { platform } = blueprint;
  const time = virtualTime(startMs);
  const laidOut = layOut(blueprint, assets, nothingTaken);
  const world = worldWith(laidOut, compile(laidOut), digest);
  const chaos = given.chaos ? chaosOf(seed, basesOf(laidOut, scenario.route.pool), loadMs) : noChaos;
  const store = imaginedStore();
  const vault = imaginedVault();
  const calls = (timings: ReturnType<ScenarioToSimulate['timings']>['calls']) =>
    timedCaller(chaos.fates, timings, time, (what) => streamOf(seed, what), chaos.delay);
  const enginesBy = (call: ReturnType<typeof calls>): Engines =>
    new Map(Object.keys(blueprint.engines).map((name) => [name as EngineName, imaginedEngine(world, call)]));

  const pools = [...scaleSettingsIn(blueprint, scenario)].map(([pool, settings]): DrivenPool => {
    const timings = given.timings(pool, settings);
    const call = calls(timings.calls);
    const simulated = simulatedPool({
      ...{ world, platform, pool, settings, timings, startMs },
      machines: [...laidOut.machines, ...laidOut.slots].filter((machine) => machine.pool === pool),
      overflowing: {
        ...{ platform, blueprint, assets, store, vault, digest, clock: time, run },
        engines: enginesBy(call),
        hosts: imaginedHosts(world, platform, call),
        signal: new AbortController().signal,
        progress(event) {
          const reached = event.kind === 'ended' ? reachedBy(event.step) : undefined;
          if (reached !== undefined) onReached(reached.machine, reached.name, time.now());
        },
      },
      chance: streamOf(seed, `balancers of ${pool}`),
      ...{ isSick: chaos.isSick, speedOf: chaos.speedOf },
      // What fails is in the journal already.
      tell: () => undefined,
    });
    const driver = drivePool(settings, simulated.hands, {}, (nowMs) => calendarAt(scenario.clock, loadAtMs(), nowMs));
    const { queue, shed } = the(blueprint.pools, pool);
    let turnsAway = false;
    const hands = {
      tied: () => undefined,
      observe: () => driver.seen() ?? { machines: [] },
      held: () => Promise.resolve(undefined),
      hold(relief: { readonly turnsAway: boolean }) {
        ({ turnsAway } = relief);
        return Promise.resolve();
      },
    };
    return {
      ...{ pool, settings, simulated, driver },
      relief: queue === undefined ? undefined : driveRelief({ most: queue.most, shed }, hands),
      limits: () => ({
        most: (queue?.most ?? Infinity) * (turnsAway ? turnedAwayFrom : 1),
        patienceMs: Math.min(scenario.visitors.timeoutMs, queue?.wait ?? usualQueueMs),
      }),
    };
  });
  return { time, world, engines: enginesBy(calls({})), store, vault, chaos, pools };
}

function basesOf({ machines }: Platform, visited: PoolName): readonly MachineName[] {
  return machines.filter(({ pool }) => pool === visited).map(({ name }) => name);
}
