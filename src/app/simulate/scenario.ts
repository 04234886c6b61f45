/**
 * Plays a scenario on a platform in virtual time: plan, executor, drivers and rules are those of production; the
 * engine, the machines, the balancers and the visitors are imagined. What comes of it is recorded as a rehearsal is.
 */
import { layOut, nothingTaken } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { sizeFor } from '../../control/scale/capacity.ts';
import type { EngineName, MachineName, PoolName } from '../../model/ids.ts';
import type { Digest } from '../../plan/compare-role.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import { calendarAt } from '../../rehearse/scenario/clock.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { noCounts, totalOf, type LoadSecond } from '../../rehearse/load/load-second.ts';
import { createRecorder as createLatencies, percentilesOf } from '../../rehearse/load/latencies.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import { compile } from '../../roles/compile.ts';
import { driveRelief } from '../../runtime/relief/drive-relief.ts';
import { drivePool } from '../../runtime/scale/drive-pool.ts';
import { streamOf } from '../../sim/chance/stream.ts';
import { chaosOf, noChaos, type Chaos } from '../../sim/chaos.ts';
import { demandOf } from '../../sim/fleet/demand.ts';
import { createElasticity, type Elasticity } from '../../sim/fleet/elasticity.ts';
import { worldWith } from '../../sim/already-up.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { imaginedHosts } from '../../sim/imagined-hosts.ts';
import { imaginedStore } from '../../sim/imagined-store.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { createWatch } from '../../sim/invariants/index.ts';
import type { Violation } from '../../sim/invariants/invariant.ts';
import { simulatedPool } from '../../sim/platform/pool.ts';
import { timedCaller } from '../../sim/platform/timed-caller.ts';
import type { Timings } from '../../sim/platform/timings.ts';
import { broughtToRest } from './rest.ts';
import { virtualTime } from '../../sim/time/virtual-time.ts';
import type { Loaded } from '../load.ts';
import { playFaults } from '../rehearse/faults.ts';
import { createRecorder } from '../rehearse/recorder.ts';

export interface ScenarioToSimulate extends Pick<Loaded, 'blueprint' | 'assets'> {
  readonly name: string;
  readonly scenario: Scenario;
  readonly seed: number;
  /** Whether more breaks than the scenario says. */
  readonly chaos: boolean;
  readonly timings: (pool: PoolName, settings: ScaleSettings) => Timings;
  readonly digest: Digest;
  /** From the start of the load; by default all of it. */
  readonly untilMs?: number;
}

export interface SimulatedScenario {
  readonly verdict: Verdict;
  readonly recording: Recording;
  readonly elasticity: Elasticity;
  /** Of all machines of the pools that scale. */
  readonly machineHours: number;
  readonly virtualSeconds: number;
  readonly violations: readonly Violation[];
}

/** As a rehearsal has it. */
const turnMs = 500;
/** Chosen: requests that come within a tenth of a second meet the same machines. */
const stepMs = 100;
/** Chosen: a Monday at noon, UTC, where a scenario has no clock of its own. */
const usualStartMs = Date.UTC(2026, 0, 5, 12);
/** Chosen: as a rehearsal waits for its warm machines. */
const warmingMs = 60_000;
/** As HAProxy has it where the pool says nothing. */
const usualQueueMs = 5_000;
/** As HAProxy is told while some are turned away. */
const turnedAwayFrom = 0.25;

export async function simulateScenario(given: ScenarioToSimulate): Promise<SimulatedScenario> {
  const { blueprint, assets, name, scenario, seed, digest } = given;
  const { platform } = blueprint;
  const startMs = scenario.clock?.fromMs ?? usualStartMs;
  const time = virtualTime(startMs);
  const demand = demandOf(scenario.traffic);
  const laidOut = layOut(blueprint, assets, nothingTaken);
  const world = worldWith(laidOut, compile(laidOut), digest);
  const settings = scaleSettingsIn(blueprint, scenario);
  const chaos = chaosIn(given, laidOut.machines, demand.perSecond.length * 1000);

  const store = imaginedStore();
  const vault = imaginedVault();
  const watch = createWatch();
  const elasticity = createElasticity();
  const tuning = new Map([...settings].map(([pool, { fill, warm }]) => [pool, { fill, warm }]));
  const recorder = createRecorder({ ...beginRecording(name, scenario, blueprint, startMs, tuning), seed });
  let loadAtMs = Infinity;

  const pools = [...settings].map(([pool, its]) => {
    const timings = given.timings(pool, its);
    const call = timedCaller(chaos.fates, timings.calls, time, (what) => streamOf(seed, what));
    const engines = new Map(
      [...Object.keys(blueprint.engines)].map((one) => [one as EngineName, imaginedEngine(world, call)]),
    );
    const hosts = imaginedHosts(world, platform, call);
    const simulated = simulatedPool({
      ...{ world, platform, pool, settings: its, timings, startMs },
      machines: [...laidOut.machines, ...laidOut.slots].filter((machine) => machine.pool === pool),
      overflowing: {
        ...{ platform, blueprint, assets, engines, hosts, store, vault, digest, clock: time, run: 'simulation' },
        signal: new AbortController().signal,
        progress: () => undefined,
      },
      chance: streamOf(seed, `balancers of ${pool}`),
      isSick: chaos.isSick,
      tell: () => undefined,
    });
    const driver = drivePool(its, simulated.hands, {}, (nowMs) => calendarAt(scenario.clock, loadAtMs, nowMs));
    const { queue, shed } = the(blueprint.pools, pool);
    const held = { turnsAway: false };
    const relief =
      queue === undefined
        ? undefined
        : driveRelief(
            { most: queue.most, shed },
            {
              tied: () => undefined,
              observe: () => driver.seen() ?? { machines: [] },
              held: () => Promise.resolve(undefined),
              hold({ turnsAway }) {
                held.turnsAway = turnsAway;
                return Promise.resolve();
              },
            },
          );
    const limits = () => ({
      most: (queue?.most ?? Infinity) * (held.turnsAway ? turnedAwayFrom : 1),
      patienceMs: Math.min(scenario.visitors.timeoutMs, queue?.wait ?? usualQueueMs),
    });
    return { pool, settings: its, simulated, driver, relief, limits, engines, hosts };
  });
  const visited = pools.find(({ pool }) => pool === scenario.route.pool);

  const faults = playFaults(
    [...scenario.faults, ...chaos.faults].toSorted((one, other) => one.atMs - other.atMs),
    {
      ...{ platform, clock: time, store, run: 'simulation', record: recorder.fault },
      engines: pools[0]?.engines ?? new Map<EngineName, never>(),
      hosts: { forget: () => undefined },
    },
  );

  let machineMs = 0;
  const turn = async () => {
    const nowMs = time.now();
    for (const { pool, settings: its, driver } of pools) {
      const decision = await driver.turn(nowMs);
      recorder.turn(nowMs, pool, driver.machines(), decision, driver.seen()?.queue?.value);
      watch.look({ nowMs, settings: its, machines: driver.machines(), decision });
      machineMs += driver.machines().length * turnMs;
    }
    for (const { pool, relief } of pools) {
      const decision = await relief?.turn(nowMs);
      if (decision !== undefined) recorder.relief(nowMs, pool, decision);
    }
  };

  const isWarm = () =>
    pools.every(
      ({ driver, settings: { warm } }) => driver.machines().filter(({ stage }) => stage === 'ready').length >= warm,
    );
  do {
    await turn();
    await time.until(time.now() + turnMs);
    for (const { simulated } of pools) simulated.measured(0);
  } while (!isWarm() && time.now() - startMs < warmingMs);

  loadAtMs = time.now();
  machineMs = 0;
  recorder.starts(loadAtMs);
  faults.begin(loadAtMs);
  const arrivals = streamOf(seed, 'arrivals');
  const seconds: LoadSecond[] = [];
  const untilMs = Math.min(given.untilMs ?? Infinity, 1000 * demand.perSecond.length + scenario.watchMs);
  let ended: Promise<void> | undefined;
  for (let second = 0; second * 1000 < untilMs; second++) {
    const expected = demand.perSecond[second];
    if (expected === undefined && ended === undefined) ended = faults.end();
    let [sent, lost] = [0, 0];
    const latencies = createLatencies();
    for (let step = 0; step < 1000; step += stepMs) {
      await time.until(loadAtMs + 1000 * second + step + stepMs);
      if (visited !== undefined) {
        const came = arrivals.poisson(((expected ?? 0) * stepMs) / 1000);
        const served = visited.simulated.serve(came, stepMs, visited.limits(), (ms, requests) =>
          latencies.record(1000 * ms, requests),
        );
        sent += came;
        lost += served.lost;
      }
      if (step + stepMs === 1000) for (const one of pools) one.simulated.measured(one === visited ? sent : 0);
      if ((step + stepMs) % turnMs === 0) await turn();
    }
    if (visited !== undefined)
      elasticity.second(sizeFor(visited.settings.fleet, expected ?? 0), servingIn(visited.driver));
    if (expected !== undefined) {
      const counted = secondOf(second, sent, Math.round(lost), latencies.take());
      seconds.push(counted);
      recorder.second(counted);
    } else if (pools.every(({ driver }) => isBack(driver))) break;
  }
  recorder.total(totalOf(seconds));
  recorder.ends(time.now());
  if (given.untilMs === undefined) {
    const drivers = pools.map(({ driver }) => driver);
    const atRest = { time, world, digest, vault, store, blueprint, assets };
    for (const { invariant, what } of await broughtToRest(drivers, atRest)) watch.tell(invariant, time.now(), what);
  }
  const recording = recorder.recording();
  return {
    ...{ recording, verdict: verdictOf(recording), elasticity: elasticity.measured() },
    machineHours: machineMs / 3_600_000,
    virtualSeconds: (time.now() - startMs) / 1000,
    violations: watch.violations().map((one) => ({ ...one, atMs: one.atMs - loadAtMs })),
  };
}

function chaosIn(
  { chaos, seed, scenario }: ScenarioToSimulate,
  machines: readonly { readonly name: MachineName; readonly pool: PoolName }[],
  forMs: number,
): Chaos {
  if (!chaos) return noChaos;
  const own = machines.filter(({ pool }) => pool === scenario.route.pool).map(({ name }) => name);
  return chaosOf(seed, own, forMs);
}

type Driver = ReturnType<typeof drivePool>;

const servingIn = (driver: Driver) => driver.machines().filter(({ stage }) => stage === 'serving').length;
const isBack = (driver: Driver) =>
  driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready'));

function secondOf(second: number, sent: number, lost: number, latencies: LoadSecond['latencies']): LoadSecond {
  const answered = sent - lost;
  return {
    ...noCounts,
    ...{ second, sent, answered: sent, latencies, inFlight: 0, ownCores: 0 },
    byStatus: { ...noCounts.byStatus, '2xx': answered, turnedAway: lost },
    percentiles: percentilesOf(latencies),
  };
}
