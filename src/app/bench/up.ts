/** How long `up` takes from a cached image until every probe is content, and where the time goes. */
import type { PlatformName } from '../../model/ids.ts';
import type { JournalEntry } from '../../ports/store.ts';
import { down } from '../down.ts';
import { load } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import { look, withWork, type Work } from '../work.ts';
import { runProgram } from './child.ts';
import { summed, type Runs } from './figures.ts';

export interface UpBench {
  readonly goalMs: number;
  /** From the command to its end. */
  readonly wholeProcess: Runs;
  /** Of the run that is the median. */
  readonly stages: readonly Stage[];
}

/** Stages overlap: each begins as soon as what it waits for has ended, machine by machine. */
export interface Stage {
  readonly name: string;
  readonly steps: number;
  /** Since the run began, of the first step that began and the last that ended. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** The steps' own times together. */
  readonly busyMs: number;
}

const goalMs = 15_000;
const times = 3;
const blueprint = 'sofoot';

export async function benchUp(toolbox: Toolbox, progress: (line: string) => void): Promise<UpBench> {
  const runs: { readonly tookMs: number; readonly stages: readonly Stage[] }[] = [];
  for (let turn = 1; turn <= times; turn++) {
    const platform = benchPlatform(toolbox, turn);
    await withWork(toolbox, load(toolbox, blueprint, platform), (work) => keepImage(work, progress));
    progress(`up ${turn} of ${times}: ${platform}`);
    try {
      const began = performance.now();
      await bringUp(toolbox, platform);
      runs.push({ tookMs: performance.now() - began, stages: stagesOf(journalOf(toolbox, platform)) });
    } finally {
      await takeDown(toolbox, platform);
    }
  }
  const wholeProcess = summed(runs.map(({ tookMs }) => tookMs));
  const middle = runs.find(({ tookMs }) => tookMs === wholeProcess.median);
  return { goalMs, wholeProcess, stages: middle?.stages ?? [] };
}

/** A name that nobody else's platform has. */
export function benchPlatform(toolbox: Toolbox, turn: number): PlatformName {
  return `bench-${toolbox.self().pid}-${turn}` as PlatformName;
}

/** What is measured begins with a cached image. */
async function keepImage(work: Work, progress: (line: string) => void): Promise<void> {
  const { compiled } = await look(work);
  for (const engine of work.engines.values()) await engine.ensureImage(compiled.packages, progress);
}

export async function bringUp(toolbox: Toolbox, platform: PlatformName): Promise<void> {
  const spillway = toolbox.files.resolve(toolbox.files.home, 'spillway');
  await runProgram([spillway, 'up', blueprint, '--as', platform, '--json']);
}

export async function takeDown(toolbox: Toolbox, platform: PlatformName): Promise<void> {
  await down(toolbox, platform, { confirm: async () => true, progress: () => undefined });
}

function journalOf(toolbox: Toolbox, platform: PlatformName): readonly JournalEntry[] {
  const state = toolbox.open(platform);
  try {
    return state.store.entries({ limit: 100_000 }).toReversed();
  } finally {
    state.close();
  }
}

export function stagesOf(journal: readonly JournalEntry[]): readonly Stage[] {
  const beganMs = journal.find(({ kind }) => kind === 'run-began')?.atMs ?? 0;
  const ended = journal.filter(({ kind }) => kind === 'step-ended');
  const stages = [...Map.groupBy(ended, stageOf)].map(([name, steps]): Stage => {
    const took = steps.map(({ atMs, detail }) => ({ atMs, tookMs: Number(detail.tookMs) }));
    return {
      name,
      steps: steps.length,
      beganMs: Math.min(...took.map(({ atMs, tookMs }) => atMs - tookMs)) - beganMs,
      endedMs: Math.max(...took.map(({ atMs }) => atMs)) - beganMs,
      busyMs: took.reduce((sum, { tookMs }) => sum + tookMs, 0),
    };
  });
  const lastStepMs = Math.max(0, ...stages.map(({ endedMs }) => endedMs));
  const allMs = (journal.find(({ kind }) => kind === 'run-ended')?.atMs ?? beganMs) - beganMs;
  const checks = { name: 'look again, until probes are content', steps: 0, beganMs: lastStepMs, endedMs: allMs };
  return [...stages, { ...checks, busyMs: allMs - lastStepMs }].sort((one, other) => one.beganMs - other.beganMs);
}

/** `web-1/nginx` of kind `configure` belongs to the stage `nginx`; all else to what its kind does. */
function stageOf({ subject, detail }: JournalEntry): string {
  return detail.kind === 'configure' ? `configure ${subject.split('/').at(-1) ?? ''}` : String(detail.kind);
}
