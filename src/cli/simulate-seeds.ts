/** Several seeds: this process starts others, and merges what they say. A scenario's are played the same way. */
import { availableParallelism } from 'node:os';
import {
  failsBy,
  medianElasticity,
  mergeSeeds,
  playSeeds,
  type ScaledSeedLine,
  type SeedLine,
  type SeedRange,
} from '../app/simulate/seeds.ts';
import { exitCodes } from '../model/errors.ts';
import { quoted, wordsOf } from './again.ts';
import type { CommandCall } from './command.ts';
import { print, printJson } from './output.ts';
import { elasticityText, seedsText } from './simulate-view.ts';

/** What is told of all seeds together, beside how many held. */
export interface Measured<Line extends SeedLine> {
  data(lines: readonly Line[]): object;
  text(lines: readonly Line[]): string;
}

export const byElasticity: Measured<ScaledSeedLine> = {
  data: (lines) => ({ elasticity: medianElasticity(lines) }),
  text: (lines) => `medians: ${elasticityText(medianElasticity(lines))}`,
};

export async function runSeeds<Line extends SeedLine>(
  call: CommandCall,
  seeds: SeedRange,
  measured: Measured<Line>,
): Promise<number> {
  const { toolbox, operands, json } = call;
  const { json: _, seeds: __, lines: ___, ...options } = call.options;
  const again = (more: CommandCall['options']) => wordsOf('simulate', { operands, options: { ...options, ...more } });
  const self = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  const replay = (line: SeedLine) => {
    const until = failsBy(line);
    const words = again({ seed: line.seed, ...(until !== undefined && { until: `${until}s` }) });
    return quoted(['./spillway', ...words]);
  };
  const beganMs = toolbox.clock.now();
  const lines = await playSeeds<Line>({
    seeds,
    parallel: availableParallelism(),
    argvOf: ({ from, to }) => [...self, ...again({ seeds: `${from}..${to}`, lines: true })],
    progress: createProgress(seeds.to - seeds.from + 1),
  });
  const summary = mergeSeeds(seeds, lines, replay, (toolbox.clock.now() - beganMs) / 1000);
  if (json) printJson({ ...summary, ...measured.data(lines) });
  else {
    const what = operands.length > 0 ? operands.join(' ') : String(options.trace);
    print([...seedsText(what, summary), measured.text(lines)].join('\n'));
  }
  return summary.held ? exitCodes.done : exitCodes.failed;
}

/** At a terminal only, on one line that goes when all are done. */
function createProgress(count: number): (done: number) => void {
  const { stderr } = process;
  return (done) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[K${done === count ? '' : `… ${done} of ${count} seeds`}`);
  };
}
