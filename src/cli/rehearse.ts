import { load } from '../app/load.ts';
import { verdictAsData } from '../app/rehearse/shown.ts';
import { findScenario } from '../app/rehearse/find-scenario.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { printJson } from './output.ts';
import { rehearseWithView } from './rehearsal.ts';

export async function run({
  toolbox,
  operands: [which = '', scenarioName = ''],
  options: { report, recording },
  json,
}: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  const found = findScenario({ toolbox, ...loaded }, scenarioName);
  return withWork(toolbox, loaded, async (work) => {
    const { verdict, recording: recorded } = await rehearseWithView(work, {
      ...found,
      ...{ json, signal: untilInterrupted(() => undefined) },
      ...(typeof report === 'string' && { report }),
      ...(typeof recording === 'string' && { recording }),
    });
    if (json) printJson(verdictAsData(verdict, recorded));
    return verdict.held ? exitCodes.done : exitCodes.failed;
  });
}
