/**
 * Many seeds at once: their range is split among processes, each of which plays
 * its part and prints one JSON line a seed; what they print is merged in the
 * order of the seeds.
 */
import { SpillwayError } from '../../model/errors.ts';
import type { Elasticity } from '../../sim/fleet/elasticity.ts';
import { summed } from '../bench/figures.ts';
import { runLines } from './run-lines.ts';
import type { ToldViolation } from './summary.ts';

/** Both ends included. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** What a process prints of one seed. */
export interface SeedLine {
  readonly seed: number;
  readonly held: boolean;
  readonly violations: readonly ToldViolation[];
  readonly virtualSeconds: number;
}

export interface ScaledSeedLine extends SeedLine {
  readonly elasticity: Elasticity;
}

export interface SeedsSummary {
  readonly seeds: SeedRange;
  readonly held: boolean;
  readonly failed: readonly {
    readonly seed: number;
    readonly violations: readonly ToldViolation[];
    /** The command that shows it again. */
    readonly replay: string;
  }[];
  readonly realSeconds: number;
  /** Of all seeds together. */
  readonly virtualSeconds: number;
}

/** Parts of nearly the same size, in order; fewer where there are fewer seeds. */
export function partsOf({ from, to }: SeedRange, parts: number): readonly SeedRange[] {
  const count = to - from + 1;
  const made = Math.min(parts, count);
  const begin = (part: number) => from + Math.floor((part * count) / made);
  return Array.from({ length: made }, (_, part) => ({ from: begin(part), to: begin(part + 1) - 1 }));
}

export interface PlayingSeeds {
  readonly seeds: SeedRange;
  /** Processes at a time. */
  readonly parallel: number;
  /** The program and its words, for the process that plays a part. */
  readonly argvOf: (part: SeedRange) => readonly string[];
  /** Told after each seed how many are done. */
  readonly progress: (done: number) => void;
  readonly run?: typeof runLines;
}

export async function playSeeds<Line extends Pick<SeedLine, 'seed'>>(playing: PlayingSeeds): Promise<readonly Line[]> {
  const { seeds, parallel, argvOf, progress, run = runLines } = playing;
  const lines: Line[] = [];
  const stop = new AbortController();
  const play = async (part: SeedRange) => {
    const argv = argvOf(part);
    const before = new Set<number>();
    const { said } = await run(argv, stop.signal, (text) => {
      const line = JSON.parse(text) as Line;
      before.add(line.seed);
      lines.push(line);
      progress(lines.length);
    });
    const count = part.to - part.from + 1;
    if (before.size === count) return;
    throw new SpillwayError({
      code: 'seeds-lost',
      message: `\`${argv.join(' ')}\` ended after ${before.size} of ${count} seeds:\n${said.trim()}`,
      mend: 'run it by hand to see why',
    });
  };
  try {
    await Promise.all(partsOf(seeds, parallel).map(play));
  } finally {
    stop.abort();
  }
  return lines.toSorted((one, other) => one.seed - other.seed);
}

/** `realSeconds`: how long all of them took. */
export function mergeSeeds(
  seeds: SeedRange,
  lines: readonly SeedLine[],
  replay: (line: SeedLine) => string,
  realSeconds: number,
): SeedsSummary {
  const failed = lines.filter(({ held }) => !held);
  return {
    seeds,
    held: failed.length === 0,
    failed: failed.map((line) => ({ seed: line.seed, violations: line.violations, replay: replay(line) })),
    realSeconds,
    virtualSeconds: lines.reduce((sum, { virtualSeconds }) => sum + virtualSeconds, 0),
  };
}

/** The median of each over the seeds. */
export function medianElasticity(lines: readonly ScaledSeedLine[]): Elasticity {
  const median = (of: (elasticity: Elasticity) => number) =>
    summed(lines.map(({ elasticity }) => of(elasticity))).median;
  return {
    ...{ thetaU: median(({ thetaU }) => thetaU), thetaO: median(({ thetaO }) => thetaO) },
    ...{ tauU: median(({ tauU }) => tauU), tauO: median(({ tauO }) => tauO) },
    upsilon: median(({ upsilon }) => upsilon),
  };
}

/** Of a run that failed, the shortest beginning that fails too ends here, in seconds; undefined when only the end shows it. */
export function failsBy({ violations }: Pick<SeedLine, 'violations'>): number | undefined {
  const times = violations.flatMap(({ at, isOfEnd }) => (isOfEnd === true ? [] : [at]));
  // What happened before the traffic shows in its first second as well.
  return times.length === 0 ? undefined : Math.max(1, Math.ceil(Math.min(...times)));
}
