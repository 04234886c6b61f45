/**
 * How long machines of the overflow take from the decision until they are ready to be let in: as a copy of the last
 * bake, and from the image alone, in turn. Several are asked for as the scale controller does it, each by itself.
 */
import type { Blueprint } from '../../blueprint/schema.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { Engine } from '../../ports/engine.ts';
import { bring, letGo, type Overflowing } from '../../runtime/overflow.ts';
import type { StepEvent } from '../../runtime/perform.ts';
import { load } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import { exclusively, look, withWork, type Work } from '../work.ts';
import { summed, type Runs } from './figures.ts';
import { benchPlatform, bringUp, takeDown } from './up.ts';

export interface OverflowBench {
  readonly sizes: readonly {
    readonly machines: number;
    readonly asCopies: OverflowRuns;
    readonly fromImage: OverflowRuns;
  }[];
  /** What it takes to make the bake, on machines that work. */
  readonly bakeMs: Runs;
  /** Afterwards the platform is as the blueprint says. */
  readonly leftToDo: number;
}

/** Of the last machine of each turn, in milliseconds since the decision. */
export interface OverflowRuns {
  readonly made: Runs;
  readonly ready: Runs;
  /** Of each machine, as it was ready. */
  readonly changes: Runs;
  readonly bytesReceived: Runs;
}

const blueprint = 'sofoot';
const pool = 'web' as PoolName;
const rounds = 5;
const sizes = [1, 5];

export async function benchOverflow(toolbox: Toolbox, progress: (line: string) => void): Promise<OverflowBench> {
  const platform = benchPlatform(toolbox, 1);
  progress(`up: ${platform}`);
  try {
    await bringUp(toolbox, platform);
    return await withWork(toolbox, load(toolbox, blueprint, platform), (work) =>
      exclusively(work, 'spillway bench overflow', () => compare(work, progress)),
    );
  } finally {
    await takeDown(toolbox, platform);
  }
}

async function compare(work: Work, progress: (line: string) => void): Promise<OverflowBench> {
  const found: OverflowBench['sizes'][number][] = [];
  for (const machines of sizes) {
    const asCopies: Turn[] = [];
    const fromImage: Turn[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`${machines} at once, ${round} of ${rounds}`);
      asCopies.push(await takeTurn(work, machines, work.blueprint));
      fromImage.push(await takeTurn(work, machines, withoutBakes(work.blueprint)));
    }
    found.push({ machines, asCopies: runsOf(asCopies), fromImage: runsOf(fromImage) });
  }
  progress('bakes');
  const bakes: number[] = [];
  for (let round = 1; round <= rounds; round++) bakes.push(await bakeOnce(work));
  const { plan } = await look(work);
  return { sizes: found, bakeMs: summed(bakes), leftToDo: plan.steps.length };
}

interface Turn {
  readonly madeMs: number;
  readonly readyMs: number;
  readonly changes: readonly number[];
  readonly bytes: readonly number[];
}

async function takeTurn(work: Work, machines: number, wanted: Blueprint): Promise<Turn> {
  const { toolbox, engines, hosts, store, vault, assets } = work;
  const { clock } = toolbox;
  const names = Array.from({ length: machines }, (_, index) => `${pool}-x${index + 1}` as MachineName);
  const changes = new Map<string, number>();
  const beganMs = performance.now();
  let madeMs = 0;
  const progress = (event: StepEvent) => {
    if (event.kind !== 'ended') return;
    const { step } = event;
    if (step.kind === 'create-machine') madeMs = performance.now() - beganMs;
    if (step.kind === 'configure') changes.set(step.machine, (changes.get(step.machine) ?? 0) + step.changes.length);
  };
  const overflowing: Overflowing = {
    ...{ platform: wanted.platform, blueprint: wanted, assets, engines, hosts, store, vault, clock, progress },
    run: `bench-${clock.now()}`,
    digest: toolbox.digest(vault),
    signal: new AbortController().signal,
  };
  await Promise.all(names.map((name) => bring(overflowing, new Set([name]))));
  const readyMs = performance.now() - beganMs;
  const bytes = await Promise.all(names.map((name) => received(work, name)));
  await letGo(overflowing, new Set(names), 'it was measured');
  return { madeMs, readyMs, changes: names.map((name) => changes.get(name) ?? 0), bytes };
}

function withoutBakes(wanted: Blueprint): Blueprint {
  const pools = Object.entries(wanted.pools).map(([name, { overflow, ...its }]) => [
    name,
    overflow === undefined ? its : { ...its, overflow: { ...overflow, bake: false } },
  ]);
  return { ...wanted, pools: Object.fromEntries(pools) as Blueprint['pools'] };
}

/** Over all its interfaces, the controller's included. */
async function received({ engines, hosts, blueprint: { platform } }: Work, machine: MachineName): Promise<number> {
  const count = `tr : ' ' < /proc/net/dev | awk '$1 != "lo" && $2 ~ /^[0-9]+$/ { sum += $2 } END { printf "%.0f", sum }'`;
  for (const engine of engines.values()) {
    const there = (await engine.list(platform)).machines.find(({ name }) => name === machine);
    if (there === undefined) continue;
    return Number((await hosts.run({ machine, ...there.reach }, count)).stdout);
  }
  throw new Error(`there is no ${machine}`);
}

async function bakeOnce(work: Work): Promise<number> {
  const { plan } = await look(work, { rebake: new Set([pool]) });
  const [step] = plan.steps.filter(({ kind }) => kind === 'bake');
  if (step?.kind !== 'bake') throw new Error(`${pool} is not ready to be baked`);
  const engine: Engine | undefined = work.engines.get(step.engine);
  const beganMs = performance.now();
  await engine?.bake(step.bake);
  return performance.now() - beganMs;
}

function runsOf(turns: readonly Turn[]): OverflowRuns {
  return {
    made: summed(turns.map(({ madeMs }) => madeMs)),
    ready: summed(turns.map(({ readyMs }) => readyMs)),
    changes: summed(turns.flatMap(({ changes }) => changes)),
    bytesReceived: summed(turns.flatMap(({ bytes }) => bytes)),
  };
}
