/** The simulator beside the truth, figure by figure. */
import { load } from '../app/load.ts';
import { findScenario } from '../app/rehearse/find-scenario.ts';
import type { Recording } from '../app/rehearse/shown.ts';
import { compare, comparedSeeds, type Compared, type Comparison } from '../app/simulate/compare.ts';
import { prepareScenario } from '../app/simulate/prepare-scenario.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { withWork } from '../app/work.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson, table } from './output.ts';
import { rehearseWithView } from './rehearsal.ts';

export async function run({
  toolbox,
  operands: [which = '', scenarioName = ''],
  options: { recording: file },
  json,
}: CommandCall): Promise<number> {
  const rehearsed =
    typeof file === 'string' ? recordingIn(toolbox, file) : await rehearseNow(toolbox, which, scenarioName, json);
  const prepared = prepareScenario(toolbox, which, scenarioName, { calibrated: true });
  const comparison = await compare(prepared, rehearsed, comparedSeeds, () => undefined);
  if (json) printJson(comparison);
  else print(comparisonText(comparison).join('\n'));
  return exitCodes.done;
}

function rehearseNow(toolbox: Toolbox, which: string, scenarioName: string, json: boolean): Promise<Recording> {
  const loaded = load(toolbox, which);
  const found = findScenario({ toolbox, ...loaded }, scenarioName);
  return withWork(toolbox, loaded, async (work) => {
    const signal = untilInterrupted(() => undefined);
    const { recording } = await rehearseWithView(work, { ...found, json, signal });
    return recording;
  });
}

function recordingIn({ files }: Toolbox, file: string): Recording {
  try {
    const read = JSON.parse(files.readText(file)) as Partial<Recording> | null;
    // One with a seed was never on a machine.
    if (read?.format === 1 && read.seed === undefined) return read as Recording;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SpillwayError({
    code: 'no-recording',
    message: `${file} is no recording of a rehearsal`,
    mend: 'make one: spillway rehearse PLATFORM SCENARIO --recording FILE',
    exit: 'wrongInput',
  });
}

export function comparisonText({ scenario, seeds, calibratedBySteps, figures }: Comparison): readonly string[] {
  const times =
    calibratedBySteps === 0
      ? 'its times are the usual ones, for the journal knows none'
      : `its times are those of ${calibratedBySteps} steps in the journal`;
  return [
    `${paint('bold', scenario)}  on the machines, and in virtual time: the median of ${seeds} seeds; ${times}`,
    '',
    table(
      ['', 'rehearsed', 'simulated', 'difference'],
      figures
        .filter(({ name }) => name !== 'apart')
        .map((one) => [one.name, shown(one, one.rehearsed), shown(one, one.simulated), difference(one)]),
    ),
    '',
    ...figures.flatMap(({ name, simulated }) =>
      name === 'apart' && simulated !== undefined
        ? [`second by second, ${simulated.toFixed(2)} machines apart on average`]
        : [],
    ),
  ];
}

function shown({ unit }: Compared, value: number | undefined): string {
  if (value === undefined) return '–';
  switch (unit) {
    case 'ms':
      return formatDuration(value);
    case 'share':
      return `${Number((100 * value).toPrecision(3))} %`;
    case 'machines':
      return String(value);
    case 'hours':
      return value.toFixed(3);
  }
}

function difference({ rehearsed, simulated }: Compared): string {
  if (rehearsed === undefined || simulated === undefined) return '–';
  if (rehearsed === simulated) return 'none';
  if (rehearsed === 0) return '';
  const percent = (100 * (simulated - rehearsed)) / rehearsed;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(0)} %`;
}
