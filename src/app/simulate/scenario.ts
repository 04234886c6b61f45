/**
 * Plays a scenario on a platform in virtual time: plan, executor, drivers and rules are those of production; the
 * engine, the machines, the balancers and the visitors are imagined. What comes of it is recorded as a rehearsal is.
 */
import { sizeFor } from '../../control/scale/capacity.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { createRecorder as createLatencies, percentilesOf, type Latencies } from '../../rehearse/load/latencies.ts';
import { noCounts, totalOf, type LoadSecond } from '../../rehearse/load/load-second.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { streamOf } from '../../sim/chance/stream.ts';
import { demandOf } from '../../sim/fleet/demand.ts';
import { createElasticity, type Elasticity } from '../../sim/fleet/elasticity.ts';
import { createWatch } from '../../sim/invariants/index.ts';
import type { Violation } from '../../sim/invariants/invariant.ts';
import { playFaults } from '../rehearse/faults.ts';
import { createRecorder } from '../rehearse/recorder.ts';
import { simulatedPlatform } from './platform.ts';
import { broughtToRest } from './rest.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export interface SimulatedScenario {
  readonly verdict: Verdict;
  readonly recording: Recording;
  readonly elasticity: Elasticity;
  /** Of all machines of the pools that scale. */
  readonly machineHours: number;
  readonly virtualSeconds: number;
  /** Their times are from the start of the load. */
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

export async function simulateScenario(given: ScenarioToSimulate): Promise<SimulatedScenario> {
  const { blueprint, name, scenario, seed } = given;
  const startMs = scenario.clock?.fromMs ?? usualStartMs;
  const { perSecond } = demandOf(scenario.traffic);
  const loadMs = 1000 * perSecond.length;
  let loadAtMs = Infinity;
  const platform = simulatedPlatform(given, {
    ...{ startMs, loadMs },
    loadAtMs: () => loadAtMs,
    onReached: (machine, reached, atMs) => recorder.mark(machine, reached, atMs),
  });
  const { time, pools, engines, store, chaos } = platform;
  const visited = pools.find(({ pool }) => pool === scenario.route.pool);

  const watch = createWatch();
  const elasticity = createElasticity();
  const tuning = new Map(pools.map(({ pool, settings: { fill, warm } }) => [pool, { fill, warm }]));
  const recorder = createRecorder({ ...beginRecording(name, scenario, blueprint, startMs, tuning), seed });
  const faults = playFaults(
    [...scenario.faults, ...chaos.faults].toSorted((one, other) => one.atMs - other.atMs),
    {
      ...{ platform: blueprint.platform, clock: time, store, engines, run: 'simulation' },
      record: recorder.fault,
      hosts: { forget: () => undefined },
    },
  );

  let machineMs = 0;
  const turn = async () => {
    const nowMs = time.now();
    for (const { pool, settings, driver } of pools) {
      const decision = await driver.turn(nowMs);
      recorder.turn(nowMs, pool, driver.machines(), decision, driver.seen()?.queue?.value);
      watch.look({ nowMs, settings, machines: driver.machines(), decision });
      machineMs += driver.machines().length * turnMs;
    }
    for (const { pool, relief } of pools) {
      const decision = await relief?.turn(nowMs);
      if (decision !== undefined) recorder.relief(nowMs, pool, decision);
    }
  };

  do {
    await turn();
    await time.until(time.now() + turnMs);
    for (const { simulated } of pools) simulated.measured(0);
  } while (!pools.every(({ driver, settings }) => isWarm(driver, settings)) && time.now() - startMs < warmingMs);

  loadAtMs = time.now();
  machineMs = 0;
  recorder.starts(loadAtMs);
  faults.begin(loadAtMs);
  const arrivals = streamOf(seed, 'arrivals');
  const seconds: LoadSecond[] = [];
  const [wholeServed, wholeLost] = [wholes(), wholes()];
  const untilMs = Math.min(given.untilMs ?? Infinity, loadMs + scenario.watchMs);
  for (let second = 0; second * 1000 < untilMs; second++) {
    const expected = perSecond[second] ?? 0;
    const isLoad = second < perSecond.length;
    if (second === perSecond.length) void faults.end();
    let [sent, served, lost] = [0, 0, 0];
    const latencies = createLatencies();
    for (let stepEndMs = stepMs; stepEndMs <= 1000; stepEndMs += stepMs) {
      await time.until(loadAtMs + 1000 * second + stepEndMs);
      const came = arrivals.poisson((expected * stepMs) / 1000);
      const outcome = visited?.simulated.serve(came, stepMs, visited.limits(), (ms, requests) => {
        latencies.record(1000 * ms, requests);
      });
      sent += came;
      served += outcome?.served ?? 0;
      lost += outcome?.lost ?? 0;
      if (stepEndMs === 1000) for (const one of pools) one.simulated.measured(one === visited ? sent : 0);
      if (stepEndMs % turnMs === 0) await turn();
    }
    // Who waits when the load ends is answered, or not, after it.
    if (isLoad || served + lost > 0) {
      const counted = secondOf(second, sent, wholeServed(served), wholeLost(lost), latencies.take());
      seconds.push(counted);
      recorder.second(counted);
    }
    if (isLoad) {
      if (visited !== undefined)
        elasticity.second(sizeFor(visited.settings.fleet, expected), servingIn(visited.driver));
    } else if (pools.every(({ driver }) => isBack(driver))) break;
  }
  recorder.total(totalOf(seconds));
  recorder.ends(time.now());
  if (given.untilMs === undefined) {
    const drivers = pools.map(({ driver }) => driver);
    for (const { invariant, what } of await broughtToRest(drivers, { ...platform, ...given }))
      watch.tell({ invariant, what, atMs: time.now(), isOfEnd: true });
  }
  const recording = recorder.recording();
  return {
    ...{ recording, verdict: verdictOf(recording), elasticity: elasticity.measured() },
    machineHours: machineMs / 3_600_000,
    virtualSeconds: (time.now() - startMs) / 1000,
    violations: watch.violations().map((one) => ({ ...one, atMs: one.atMs - loadAtMs })),
  };
}

const inStage = (driver: PoolDriver, wanted: string) =>
  driver.machines().filter(({ stage }) => stage === wanted).length;
const servingIn = (driver: PoolDriver) => inStage(driver, 'serving');
const isWarm = (driver: PoolDriver, { warm }: ScaleSettings) => inStage(driver, 'ready') >= warm;
const isBack = (driver: PoolDriver) =>
  driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready'));

/** A fluid in whole requests: what is cut off now comes with the next. */
function wholes(): (count: number) => number {
  let [all, told] = [0, 0];
  return (count) => {
    all += count;
    const whole = Math.round(all) - told;
    told += whole;
    return whole;
  };
}

function secondOf(second: number, sent: number, served: number, lost: number, latencies: Latencies): LoadSecond {
  return {
    ...noCounts,
    ...{ second, sent, answered: served + lost, latencies, inFlight: 0, ownCores: 0 },
    byStatus: { ...noCounts.byStatus, '2xx': served, turnedAway: lost },
    percentiles: percentilesOf(latencies),
  };
}
