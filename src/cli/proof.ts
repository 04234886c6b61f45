/** What a blueprint promises, in virtual time: which objectives hold, in how many seeds, and by how much. */
import { formatValue, objectiveNames } from '../app/rehearse/shown.ts';
import { promisedPeak, prove, whyNotPromised, type Proof, type Proved } from '../app/simulate/prove.ts';
import type { Work } from '../app/work.ts';
import { SpillwayError } from '../model/errors.ts';
import { paint, table } from './output.ts';

/** Chosen: what holds in all of a hundred fails in fewer than three of a hundred, with 95 % certainty. */
const seeds = 100;

export function proofOf({ toolbox, blueprint }: Pick<Work, 'toolbox' | 'blueprint'>, json: boolean): Promise<Proof> {
  const scenario = promisedPeak(blueprint);
  if (scenario === undefined) {
    const { lacks, mend } = whyNotPromised(blueprint);
    throw new SpillwayError({
      ...{ code: 'no-promise', message: `nothing can be proved of ${blueprint.platform}: it ${lacks}` },
      ...{ mend, exit: 'wrongInput' },
    });
  }
  const shows = !json && process.stderr.isTTY;
  return prove(toolbox, blueprint, scenario, seeds, (done) => {
    if (shows) process.stderr.write(`\r\u001b[K${done === seeds ? '' : `… the peak, ${done} of ${seeds} times`}`);
  });
}

export function proofText({ seeds: played, held, objectives, violations }: Proof, currency: string): readonly string[] {
  const shown = ({ unit }: Proved, value: number) =>
    Number.isFinite(value) ? formatValue(unit, value, currency) : 'nothing was measured';
  const mark = (one: Proved) => (one.heldIn === played ? paint('green', '✓') : paint('red', '✗'));
  const broken = Object.entries(violations).map(([name, times]) => `${name} was broken in ${times} of ${played} seeds`);
  return [
    '',
    `The promised peak, ${played} times in virtual time: ${held ? 'all that is promised holds' : 'not all that is promised holds'}`,
    table(
      ['', 'objective', 'wanted', 'median', 'worst', 'held in'],
      objectives.map((one) => [
        ...[mark(one), objectiveNames[one.name], shown(one, one.wanted), shown(one, one.median), shown(one, one.worst)],
        `${one.heldIn} of ${played}`,
      ]),
    ),
    ...broken.map((line) => paint('red', line)),
  ];
}
