/**
 * Plays what comes to a platform in virtual time: plan, executor, drivers and rules are those of production; the
 * engine, the machines, the balancers and the visitors are imagined. Who watches it keeps what he needs.
 */
import { sizeFor } from '../../control/scale/capacity.ts';
import type { ReliefDecision } from '../../control/relief/decide-relief.ts';
import type { Orders, ScaleDecision, ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import type { RecordedFault } from '../../rehearse/recording.ts';
import { knownTo } from '../../rehearse/scenario/names.ts';
import type { Reached } from '../../runtime/reached.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { streamOf } from '../../sim/chance/stream.ts';
import type { LinkCut } from '../../sim/chaos.ts';
import { damage } from '../../sim/damage.ts';
import type { Demand } from '../../sim/fleet/demand.ts';
import { partOf } from '../../sim/imagined-world.ts';
import { createElasticity, type Elasticity } from '../../sim/fleet/elasticity.ts';
import { createWatch } from '../../sim/invariants/index.ts';
import type { Violation } from '../../sim/invariants/invariant.ts';
import type { Took } from '../../sim/service/service.ts';
import { playFaults } from '../rehearse/faults.ts';
import { simulatedPlatform, type DrivenPool, type SimulatedPlatform } from './platform.ts';
import { createPurser } from './purser.ts';
import { broughtToRest } from './rest.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export interface Spectator {
  /** Of the visited pool. */
  readonly took: Took;
  starts(atMs: number): void;
  /** `tellCalm` tells what was `took` and is not told yet. */
  second(second: PlayedSecond, tellCalm: () => void): void;
  turn(atMs: number, pool: DrivenPool, decision: ScaleDecision): void;
  relief(atMs: number, pool: PoolName, decision: ReliefDecision): void;
  fault(fault: RecordedFault): void;
  mark(machine: MachineName, reached: Reached, atMs: number): void;
  /** Nothing comes any more, and all are back or had their time. */
  ends(atMs: number): void;
}

/** What became of whom, in requests; a fluid has parts of them. */
export interface PlayedSecond {
  readonly second: number;
  /** Whether anybody was to come in it. */
  readonly isLoad: boolean;
  readonly expected: number;
  readonly sent: number;
  readonly served: number;
  readonly lost: number;
  /** Requests/s of the machines that served at its end. */
  readonly capacity: number;
}

export interface PlayedPlatform {
  readonly elasticity: Elasticity;
  /** Of all machines of the pools that scale. */
  readonly machineHours: number;
  readonly virtualSeconds: number;
  /** Their times are from the start of the load. */
  readonly violations: readonly Violation[];
}

/** How often one looks. Both go into a second without a rest. */
export interface Pace {
  readonly turnMs: number;
  /** Requests that come within it meet the same machines. */
  readonly stepMs: number;
}

/** Chosen: a Monday at noon, UTC, where a scenario has no clock of its own. */
const usualStartMs = Date.UTC(2026, 0, 5, 12);
/** Chosen: as a rehearsal waits for its warm machines. */
const warmingMs = 60_000;

export async function playPlatform(
  given: ScenarioToSimulate,
  { perSecond, isDrawn }: Demand,
  { turnMs, stepMs }: Pace,
  spectator: Spectator,
): Promise<PlayedPlatform> {
  const { blueprint, scenario, seed, skipsQuiet = true } = given;
  const startMs = scenario.clock?.fromMs ?? given.startMs ?? usualStartMs;
  const loadMs = 1000 * perSecond.length;
  let loadAtMs = Infinity;
  const platform = simulatedPlatform(given, {
    ...{ startMs, loadMs, took: spectator.took },
    loadAtMs: () => loadAtMs,
    onReached: (machine, reached, atMs) => spectator.mark(machine, reached, atMs),
  });
  const { time, pools, engines, store, chaos } = platform;
  const visited = pools.find(({ pool }) => pool === scenario.route?.pool);
  const reliefs = pools.flatMap(({ pool, driver, relief }) =>
    relief === undefined ? [] : [{ pool, driver, relief, level: 0 }],
  );

  const watch = createWatch();
  const elasticity = createElasticity();
  const faults = playFaults(
    [...scenario.faults, ...chaos.faults].toSorted((one, other) => one.atMs - other.atMs),
    {
      ...{ platform: blueprint.platform, clock: time, store, engines, run: 'simulation' },
      ...{
        record: (fault: RecordedFault) => spectator.fault(fault),
        known: knownTo(blueprint),
        spared: new Set<string>(),
      },
      hosts: { forget: () => undefined, run: () => Promise.reject(notImagined()) },
      controller: { kill: () => Promise.reject(notImagined()) },
      sleepsUntilDue: skipsQuiet,
    },
  );

  const its = partOf(platform.world, blueprint.platform);
  const purser = createPurser(
    blueprint,
    pools,
    store,
    () => [...its.machines.values()].map(({ actual }) => actual),
    () => its.changes,
    time,
  );

  let machineMs = 0;
  const ordersFor = (one: DrivenPool, nowMs: number): Orders =>
    purser === undefined ? noOrders : { affordable: purser.affordable(one, nowMs) };
  const decided = (one: DrivenPool, orders: Orders, decision: ScaleDecision, nowMs: number) => {
    const { settings, driver } = one;
    const machines = driver.machines();
    spectator.turn(nowMs, one, decision);
    const turn = { nowMs, settings, machines, decision, ...orders };
    const spending = purser?.spending(one, decision, nowMs);
    watch.look(spending === undefined ? turn : { ...turn, spending });
    purser?.promise(one, decision, nowMs);
    machineMs += machines.length * turnMs;
  };
  const wholeTurn = async (from: number, nowMs: number) => {
    for (const one of pools.slice(from)) {
      const orders = ordersFor(one, nowMs);
      // Whatever fails in a turn may be well in the next one; nothing was done meanwhile.
      const decision = await one.driver.turn(nowMs, orders).catch(() => undefined);
      if (decision !== undefined) decided(one, orders, decision, nowMs);
    }
    await reliefTurn(nowMs);
  };
  const reliefTurn = async (nowMs: number) => {
    for (const one of reliefs) {
      const decision = await one.relief.turn(nowMs);
      one.level = decision.level;
      spectator.relief(nowMs, one.pool, decision);
    }
  };
  /** Undefined when all of it was done at once. */
  const turn = (): Promise<void> | undefined => {
    const nowMs = time.now();
    purser?.nextTurn();
    for (const [index, one] of pools.entries()) {
      if (!skipsQuiet || !one.simulated.looksAsBefore()) return wholeTurn(index, nowMs);
      const orders = ordersFor(one, nowMs);
      const decision = one.driver.again(nowMs, orders);
      if (decision === undefined) return wholeTurn(index, nowMs);
      decided(one, orders, decision, nowMs);
    }
    return skipsQuiet && reliefs.every(hasNothingToRelieve) ? undefined : reliefTurn(nowMs);
  };
  const pass = (atMs: number): Promise<void> | undefined =>
    skipsQuiet && time.passes(atMs) ? undefined : time.until(atMs);

  do {
    await turn();
    await pass(time.now() + turnMs);
    for (const { simulated } of pools) simulated.measured(0);
  } while (!pools.every(({ driver, settings }) => isWarm(driver, settings)) && time.now() - startMs < warmingMs);

  loadAtMs = time.now();
  machineMs = 0;
  spectator.starts(loadAtMs);
  time.stir();
  faults.begin(loadAtMs);
  for (const cut of chaos.cuts) void playCut(cut, given, platform);
  const arrivals = streamOf(seed, 'arrivals');
  const serving = servingOf(visited?.driver);
  const tellCalm = visited?.simulated.tellCalm ?? (() => undefined);
  const untilMs = Math.min(given.untilMs ?? Infinity, loadMs + scenario.watchMs);
  for (let second = 0; second * 1000 < untilMs; second++) {
    const expected = perSecond[second] ?? 0;
    const isLoad = second < perSecond.length;
    if (second === perSecond.length) {
      time.stir();
      void faults.end();
    }
    let [sent, served, lost, waiting] = [0, 0, 0, 0];
    for (let stepEndMs = stepMs; stepEndMs <= 1000; stepEndMs += stepMs) {
      const passing = pass(loadAtMs + 1000 * second + stepEndMs);
      if (passing !== undefined) await passing;
      const mean = (expected * stepMs) / 1000;
      const came = isDrawn ? arrivals.poisson(mean) : mean;
      sent += came;
      if (visited !== undefined) {
        const outcome = visited.simulated.serve(came, stepMs, visited.limits());
        served += outcome.served;
        lost += outcome.lost;
        waiting = outcome.waiting;
      }
      if (stepEndMs === 1000) for (const one of pools) one.simulated.measured(one === visited ? sent : 0);
      if (stepEndMs % turnMs !== 0) continue;
      const turning = turn();
      if (turning !== undefined) await turning;
    }
    const capacity = visited?.simulated.capacity() ?? 0;
    spectator.second({ second, isLoad, expected, sent, served, lost, capacity }, tellCalm);
    if (isLoad) {
      if (visited !== undefined) elasticity.second(sizeFor(visited.settings.fleet, expected), serving());
    } else if (waiting === 0 && pools.every(({ driver }) => isBack(driver))) break;
  }
  tellCalm();
  spectator.ends(time.now());
  if (given.untilMs === undefined) {
    const drivers = pools.map(({ driver }) => driver);
    for (const { invariant, what } of await broughtToRest(drivers, { ...platform, ...given }))
      watch.tell({ invariant, what, atMs: time.now(), isOfEnd: true });
  }
  return {
    elasticity: elasticity.measured(),
    machineHours: machineMs / 3_600_000,
    virtualSeconds: (time.now() - startMs) / 1000,
    violations: watch.violations().map((one) => ({ ...one, atMs: one.atMs - loadAtMs })),
  };
}

const noOrders: Orders = {};

/** Nobody waits, and nobody was asked to: its turn would find nothing to do. */
function hasNothingToRelieve({ driver, level }: { readonly driver: PoolDriver; readonly level: number }): boolean {
  return level === 0 && driver.seen()?.queue?.value === 0;
}

const notImagined = () => new Error('an imagined platform has no such thing');

async function playCut(
  { atMs, forMs, between }: LinkCut,
  { blueprint: { platform } }: ScenarioToSimulate,
  { world, time }: SimulatedPlatform,
): Promise<void> {
  await time.sleep(atMs);
  damage(world, platform, { kind: 'link-is-cut', between });
  await time.sleep(forMs);
  damage(world, platform, { kind: 'link-heals', between });
}

/** How many serve now; counted when it sees others than before. */
function servingOf(driver: PoolDriver | undefined): () => number {
  let counted: readonly ObservedMachine[] = [];
  let serving = 0;
  return () => {
    const machines = driver?.machines() ?? [];
    if (machines === counted) return serving;
    counted = machines;
    serving = machines.filter(({ stage }) => stage === 'serving').length;
    return serving;
  };
}

const isWarm = (driver: PoolDriver, { warm }: ScaleSettings) =>
  driver.machines().filter(({ stage }) => stage === 'ready').length >= warm;
const isBack = (driver: PoolDriver) =>
  driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready'));
