/**
 * How long a scale-out takes, from the breach to the first request that the machine that comes has answered: for one
 * that waits warm, and for one that is made from its pool's bake. SoFoot on real machines, under visitors all the time.
 */
import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { haproxySocket } from '../../runtime/haproxy/socket.ts';
import { runtimeSocket } from '../../roles/balancer/runtime-socket.ts';
import { createPilot, entrancesTo } from '../control/pilot.ts';
import { alreadyHeld } from '../control/platform-lock.ts';
import { scalingPool } from '../control/pools.ts';
import { load } from '../load.ts';
import { leaveAsFound } from '../rehearse/leave-as-found.ts';
import type { Toolbox } from '../toolbox.ts';
import { exclusively, look, withWork, type Work } from '../work.ts';
import { summed, type Runs } from './figures.ts';
import { measureRound, stages, untilCalm, type MeasuredPool, type Round, type Stage } from './scale-out-round.ts';
import { benchPlatform, bringUp, takeDown } from './up.ts';
import { beginVisits, type MoreVisits } from './visits.ts';

export interface ScaleOutBench {
  readonly goalMs: number;
  /** Requests/s: those that come all the time, those from which on a machine more is wanted, and those of the step. */
  readonly perSecond: { readonly steady: number; readonly limit: number; readonly stepped: number };
  readonly ways: readonly Way[];
  /** Rounds in which chance alone asked for a machine before the breach: they say nothing, and others were measured. */
  readonly tooSoon: number;
  /** Of all requests, in all of the time. */
  readonly requests: { readonly sent: number; readonly lost: number };
  /** Afterwards the platform is as the blueprint says. */
  readonly leftToDo: number;
}

interface Way {
  readonly machine: 'warm' | 'from the bake';
  /** In milliseconds since the breach; a machine that waits warm is made in none of them. */
  readonly stages: readonly (Runs & { readonly stage: Stage })[];
}

const goalMs = 2_000;
const blueprint = 'sofoot';
const pool = 'web' as PoolName;
const rounds = 10;
/** Chosen: visitors shall not be what is measured, and enough of them come that a second is like the next. */
const part = 1 / 10;
/** Of the limit. Chosen: SoFoot's peak is three times what came before. */
const [steadyShare, steppedShare] = [0.5, 1.5];
/** Of readings. Their time and that of the breach know nothing of each other, so that rounds are spread over it. */
const everyMs = 1_000;
/** Chosen: what takes a minute was no scale-out. */
const patienceMs = 60_000;

export async function benchScaleOut(toolbox: Toolbox, progress: (line: string) => void): Promise<ScaleOutBench> {
  const platform = benchPlatform(toolbox, 1);
  progress(`up: ${platform}`);
  try {
    await bringUp(toolbox, platform);
    return await withWork(toolbox, load(toolbox, blueprint, platform), (work) =>
      exclusively(work, 'spillway bench scale-out', () => measure(work, progress)),
    );
  } finally {
    await takeDown(toolbox, platform);
  }
}

async function measure(work: Work, progress: (line: string) => void): Promise<ScaleOutBench> {
  const { settings } = scalingPool(work.blueprint, pool);
  const its = oneMachine(settings);
  const { base } = its.fleet;
  const limit = base.count * base.serves * its.fill;
  const perSecond = { steady: limit * steadyShare, limit, stepped: limit * steppedShare };
  const visits = await beginVisits(work, pool, perSecond.steady);
  try {
    const ways: Way[] = [];
    let tooSoon = 0;
    for (const [machine, warm] of [['warm', 1] as const, ['from the bake', 0] as const]) {
      const way = await measureWay(work, { ...its, warm }, (round) => {
        progress(`${machine}: ${round} of ${rounds}`);
        return visits.step(perSecond.stepped - perSecond.steady, (round * everyMs) / rounds);
      });
      tooSoon += way.tooSoon;
      ways.push({ machine, stages: summedByStage(way.found) });
    }
    const requests = await visits.end();
    const { plan } = await look(work);
    return { goalMs, perSecond, ways, tooSoon, requests, leftToDo: plan.steps.length };
  } finally {
    await visits.end();
  }
}

async function measureWay(
  work: Work,
  settings: ScaleSettings,
  step: (round: number) => MoreVisits,
): Promise<{ readonly found: readonly Round[]; readonly tooSoon: number }> {
  const found: Round[] = [];
  let tooSoon = 0;
  while (found.length < rounds) {
    const round = await withPilot(work, settings, async (measured) => {
      await untilCalm(work, measured, settings.warm);
      return measureRound(work, measured, () => step(found.length + 1));
    });
    if (round.decided > 0) found.push(round);
    else tooSoon += 1;
  }
  return { found, tooSoon };
}

/** Each round has one of its own: from many steps in a row rules would learn that steps are usual. */
async function withPilot(
  work: Work,
  settings: ScaleSettings,
  use: (measured: MeasuredPool) => Promise<Round>,
): Promise<Round> {
  const { toolbox, engines, hosts, blueprint: wanted } = work;
  const { clock } = toolbox;
  const inventories = await inventoriesOf(engines, wanted.platform);
  const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
  const run = `bench-${clock.now()}`;
  const pilot = createPilot(work, machines, {
    ...{ settings: new Map([[pool, settings]]), run, lock: alreadyHeld },
    signal: new AbortController().signal,
  });
  const driver = pilot.drivers.get(pool);
  if (driver === undefined) throw new Error(`nobody drives ${pool}`);
  // Of its own, so that its questions do not wait behind those of a turn.
  const watching = machines
    .filter((machine) => entrancesTo(wanted, pool).includes(machine.pool))
    .map(({ name, reach }) => {
      const open = () => hosts.openSocket({ machine: name, ...reach }, runtimeSocket);
      return haproxySocket({ balancer: name, open, clock });
    });
  try {
    return await use({ driver, watching, run, pool, patienceMs });
  } finally {
    for (const socket of watching) socket.close();
    await leaveAsFound([driver], new Set(), clock, patienceMs);
    await pilot.close();
  }
}

/**
 * The rules and the fill are the blueprint's. One machine may come, so that no others are made beside what is
 * measured; and it leaves as soon as it may, to come again.
 */
function oneMachine({ fleet: { base, overflow }, ...settings }: ScaleSettings): ScaleSettings {
  return {
    ...settings,
    fleet: {
      base: { ...base, serves: base.serves * part },
      overflow: { count: 1, serves: overflow.serves * part },
    },
    hold: { ...settings.hold, inMs: 1_000 },
    billing: { periodMs: 0, marginMs: 0 },
    drainMs: 5_000,
  };
}

function summedByStage(found: readonly Round[]): Way['stages'] {
  return stages.flatMap((stage) => {
    const runs = found.flatMap((round) => round[stage] ?? []);
    return runs.length === 0 ? [] : [{ stage, ...summed(runs) }];
  });
}
