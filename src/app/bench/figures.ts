/** What measurements have in common: medians, the machine, and how a figure is told. */
import { cpus, loadavg, release } from 'node:os';

/** Times in milliseconds, or rates; as they were measured. */
export interface Runs {
  readonly runs: readonly number[];
  readonly median: number;
}

export function summed(runs: readonly number[]): Runs {
  const sorted = runs.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { runs, median };
}

/** Measures the same work several times; answers with how long each took. */
export async function timed(times: number, work: () => Promise<unknown>): Promise<Runs> {
  const runs: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const began = performance.now();
    await work();
    runs.push(performance.now() - began);
  }
  return summed(runs);
}

export interface Measured<Result> {
  readonly command: string;
  readonly host: {
    readonly cores: number;
    readonly processor: string;
    readonly kernel: string;
    readonly node: string;
    /** Processes that wanted to run in the last minute before the measurement; what they had, it lacked. */
    readonly loadBefore: number;
  };
  readonly result: Result;
}

export async function measured<Result>(command: string, measure: () => Promise<Result>): Promise<Measured<Result>> {
  const [loadBefore = 0] = loadavg();
  const result = await measure();
  const processors = cpus();
  return {
    command,
    host: {
      cores: processors.length,
      processor: processors[0]?.model ?? 'unknown',
      kernel: release(),
      node: process.version,
      loadBefore,
    },
    result,
  };
}
