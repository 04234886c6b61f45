/** The databases of a platform in virtual time, while machines, links, the provider and the controller fail. */
import {
  failoversToPlay,
  playFailovers,
  shortestThatFails,
  type FailoversLine,
  type FailoversToPlay,
} from '../app/simulate/failovers.ts';
import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import { quoted, wordsOf } from './again.ts';
import type { CommandCall } from './command.ts';
import type { Given } from './given.ts';
import { paint, print, printJson } from './output.ts';
import { givenToSimulate, seedOf, seedsOf, untilOf } from './simulate-options.ts';
import { runSeeds, type Measured } from './simulate-seeds.ts';
import { pace, violationText } from './simulate-view.ts';

/** Chosen: some forty troubles, and a moment of this computer. */
const usualMs = 600_000;
const itsOwn = ['failovers', 'seed', 'seeds', 'lines', 'until', 'json'];

export async function runFailovers(call: CommandCall): Promise<number> {
  const { toolbox, operands, options, json } = call;
  const given = givenToSimulate(options);
  refuseOthers(given, operands, Object.keys(options));
  const [seeds, seed] = [seedsOf(given), seedOf(given)];
  const toPlay = failoversToPlay(toolbox, operands[0] ?? '', untilOf(given) ?? usualMs);
  if (seeds !== undefined && !given.has('lines')) return runSeeds(call, seeds, byFailovers);
  if (seeds !== undefined) {
    for (let one = seeds.from; one <= seeds.to; one++) print(JSON.stringify(await playFailovers(toPlay, one)));
    return exitCodes.done;
  }
  const beganMs = toolbox.clock.now();
  const told = json ? undefined : tellEvents(toPlay);
  const line = await playFailovers(toPlay, seed, told);
  const realSeconds = (toolbox.clock.now() - beganMs) / 1000;
  const shortest = line.held ? undefined : await shortestThatFails(toPlay, seed);
  if (json) printJson({ platform: toPlay.platform, ...line, realSeconds, ...(shortest !== undefined && { shortest }) });
  else print(lineText(call, line, realSeconds, shortest).join('\n'));
  return line.held ? exitCodes.done : exitCodes.failed;
}

const byFailovers: Measured<FailoversLine> = {
  data: (lines) => sums(lines),
  text: (lines) => sumsText(sums(lines)),
};

function sums(lines: readonly FailoversLine[]) {
  const sum = (of: (line: FailoversLine) => number) => lines.reduce((all, line) => all + of(line), 0);
  return {
    troubles: sum(({ troubles }) => troubles),
    moves: sum(({ moves }) => moves),
    refusals: sum(({ refusals }) => refusals),
    acknowledged: sum(({ acknowledged }) => acknowledged),
  };
}

function sumsText({ troubles, moves, refusals, acknowledged }: ReturnType<typeof sums>): string {
  const writes = acknowledged.toLocaleString('en');
  return `${counted(troubles, 'trouble')}, ${counted(moves, 'move')} of a primary, ${counted(refusals, 'refusal')}, ${writes} writes acknowledged`;
}

function lineText(
  { operands, options }: CommandCall,
  line: FailoversLine,
  realSeconds: number,
  shortest: number | undefined,
): readonly string[] {
  const { seed, violations, virtualSeconds } = line;
  const again = (until: number) =>
    quoted(['./spillway', ...wordsOf('simulate', { operands, options: { ...options, until: `${until}s` } })]);
  return [
    '',
    sumsText(sums([line])),
    paint('dim', `seed ${seed}: ${pace(virtualSeconds, realSeconds)}`),
    ...(violations.length === 0
      ? [`${paint('green', '✓')} no invariant was broken`]
      : [paint('red', `✗ ${counted(violations.length, 'violation')}`), ...violations.map(violationText)]),
    ...(shortest === undefined ? [] : [`  ${paint('dim', 'the shortest that fails too:')} ${again(shortest)}`]),
  ];
}

/** With the name of the pool where there are several. */
function tellEvents({ pools }: FailoversToPlay) {
  return (pool: string, atMs: number, says: string): void => {
    const where = pools.length > 1 ? `${pool}  ` : '';
    print(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${where}${says}`);
  };
}

function refuseOthers(given: Given, operands: readonly string[], flags: readonly string[]): void {
  const other = flags.find((flag) => !itsOwn.includes(flag));
  if (other !== undefined)
    throw given.wrong('`--failovers` is about databases alone, and needs no traffic', 'leave out the other options');
  if (operands.length !== 1)
    throw given.wrong('`--failovers` needs no scenario', 'name one platform: `spillway simulate sofoot --failovers`');
  if (given.has('lines') && !given.has('seeds'))
    throw given.wrong('`--lines` is about several seeds', 'say which, for example `--seeds 1..100`');
}
