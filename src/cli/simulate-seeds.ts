/** Several seeds: this process starts others, and merges what they say. A scenario's are played the same way. */
import { availableParallelism } from 'node:os';
import { failsBy, mergeSeeds, playSeeds, type SeedLine, type SeedRange } from '../app/simulate/seeds.ts';
import { exitCodes } from '../model/errors.ts';
import { quoted, wordsOf } from './again.ts';
import type { CommandCall } from './command.ts';
import { print, printJson } from './output.ts';
import { seedsText } from './simulate-view.ts';

export async function runSeeds(call: CommandCall, seeds: SeedRange): Promise<number> {
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
  const lines = await playSeeds({
    seeds,
    parallel: availableParallelism(),
    argvOf: ({ from, to }) => [...self, ...again({ seeds: `${from}..${to}`, lines: true })],
    progress: createProgress(seeds.to - seeds.from + 1),
  });
  const summary = mergeSeeds(seeds, lines, replay, (toolbox.clock.now() - beganMs) / 1000);
  if (json) printJson(summary);
  else print(seedsText(operands.length > 0 ? operands.join(' ') : String(options.trace), summary).join('\n'));
  return summary.held ? exitCodes.done : exitCodes.failed;
}

/** At a terminal only, on one line that goes when all are done. */
function createProgress(count: number): (done: number) => void {
  const { stderr } = process;
  return (done) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[K${done === count ? '' : `… ${done} of ${count} seeds`}`);
  };
}
