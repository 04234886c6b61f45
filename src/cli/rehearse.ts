import { randomInt } from 'node:crypto';
import { load } from '../app/load.ts';
import { byChance } from '../app/rehearse/by-chance.ts';
import { exitCodeOf, verdictAsData } from '../app/rehearse/shown.ts';
import { findScenario } from '../app/rehearse/find-scenario.ts';
import { withWork } from '../app/work.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import { quoted } from './again.ts';
import type { CommandCall } from './command.ts';
import { createGiven, largestSeed, type Options, quantityFrom, wholeBetween } from './given.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';
import { rehearseWithView } from './rehearsal.ts';

export async function run({
  toolbox,
  operands: [which = '', scenarioName = ''],
  options,
  json,
}: CommandCall): Promise<number> {
  const { report, recording } = options;
  const chance = chanceOf(options);
  const loaded = load(toolbox, which);
  const written = findScenario({ toolbox, ...loaded }, scenarioName);
  const found =
    chance === undefined ? written : { ...written, scenario: byChance(loaded.blueprint, written.scenario, chance) };
  return withWork(toolbox, loaded, async (work) => {
    const { chaos } = found.scenario;
    if (!json && chaos !== undefined) {
      const again = ['spillway', 'rehearse', which, scenarioName, '--chaos', '--seed', `${chaos.seed}`];
      const time = typeof options.for === 'string' ? ['--for', options.for] : [];
      print(`${counted(chaos.drawn, 'fault')} by chance within ${formatDuration(chaos.forMs)}; the same again:`);
      print(paint('dim', `  ${quoted([...again, ...time])}`));
    }
    const { verdict, recording: recorded } = await rehearseWithView(work, {
      ...found,
      ...{ json, signal: untilInterrupted(() => undefined) },
      ...(typeof report === 'string' && { report }),
      ...(typeof recording === 'string' && { recording }),
    });
    if (json) printJson(verdictAsData(verdict, recorded));
    return exitCodeOf(verdict);
  });
}

/** Undefined where the scenario's own faults are played. */
function chanceOf(options: Options): { readonly seed: number; readonly forMs?: number } | undefined {
  const given = createGiven(options, 'wrong-rehearsal');
  const seed = given.maybe('seed', wholeBetween(0, largestSeed));
  const forMs = given.maybe('for', quantityFrom('duration', 1000, '1s'));
  if (given.has('chaos')) return { seed: seed ?? randomInt(largestSeed), ...(forMs !== undefined && { forMs }) };
  const flag = ['seed', 'for'].find((one) => given.has(one));
  if (flag !== undefined)
    throw given.wrong(`\`--${flag}\` is about faults by chance`, 'add `--chaos`, or leave it out');
  return undefined;
}
