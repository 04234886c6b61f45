/** The verdict as a person reads it at a terminal. */
import { counted, formatDuration, formatMoney } from '../../model/quantities.ts';
import type { Paint } from '../live/live-lines.ts';
import { formatValue, objectiveNames, whole } from '../words.ts';
import type { ScaleOut } from './scaling.ts';
import type { Verdict } from './verdict.ts';

export function verdictLines(verdict: Verdict, paint: Paint = (_, text) => text): readonly string[] {
  const { held, reason, objectives, requests, scaling, cost } = verdict;
  const { currency } = cost;
  const width = Math.max(...objectives.map(({ name }) => objectiveNames[name].length));
  const money = (amount: number) => formatMoney(amount, currency);
  return [
    held ? paint('green', 'The objectives held.') : paint('red', 'The objectives did not hold.'),
    ...(reason === undefined ? [] : [paint('yellow', reason)]),
    '',
    ...objectives.map(({ name, unit, wanted, measured, held: its }) => {
      const sign = its ? paint('green', '✓') : paint('red', '✗');
      const got = measured === undefined ? 'nothing was measured' : formatValue(unit, measured, currency);
      return `${sign} ${objectiveNames[name].padEnd(width)}  ${got}${paint('dim', `, wanted ${formatValue(unit, wanted, currency)}`)}`;
    }),
    '',
    `${whole(requests.sent)} requests, ${whole(requests.lost)} lost${latencies(verdict)}`,
    ...scaling.map((one) => scaleOutLine(one, paint)),
    `a month with one such peak: ${money(cost.withOverflow)}; with as many machines all month: ${money(cost.staticForSamePeak)}; the base alone: ${money(cost.withoutOverflow)}`,
  ];
}

function latencies({ requests: { p50Ms, p99Ms, late } }: Verdict): string {
  const times =
    p50Ms === undefined || p99Ms === undefined
      ? ''
      : `; half within ${formatDuration(p50Ms)}, 99 of 100 within ${formatDuration(p99Ms)}`;
  return late === 0 ? times : `${times}; ${counted(late, 'request')} left late`;
}

function scaleOutLine({ machine, breachAtMs, decidedAtMs, servingAtMs, stages }: ScaleOut, paint: Paint): string {
  const serves =
    servingAtMs === undefined
      ? 'never served'
      : `served ${formatDuration(servingAtMs - decidedAtMs)} after the decision`;
  const breach =
    breachAtMs === undefined
      ? ', before it was needed'
      : `, decided ${formatDuration(Math.max(0, decidedAtMs - breachAtMs))} after the breach`;
  const way = stages.map(({ name, ms }) => `${name} ${formatDuration(ms)}`).join(', ');
  return `${machine} ${serves}${breach} ${paint('dim', way)}`;
}
