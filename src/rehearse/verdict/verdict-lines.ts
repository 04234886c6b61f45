/** The verdict as a person reads it at a terminal. */
import { counted, formatDuration, formatMoney } from '../../model/quantities.ts';
import type { Failover } from '../ledger/interruptions.ts';
import type { LiveStyle, Paint } from '../live/live-lines.ts';
import { chaosSays, formatValue, objectiveNames, partSays, whole } from '../words.ts';
import type { Writes } from './ledger.ts';
import type { ScaleOut } from './scaling.ts';
import type { Outcome, Verdict } from './verdict.ts';

export function verdictLines(verdict: Verdict, paint: Paint = (_, text) => text): readonly string[] {
  const { outcome, reasons, part, objectives, requests, chaos, ledger, failover = [], scaling, cost } = verdict;
  const { currency } = cost;
  const width = Math.max(...objectives.map(({ name }) => objectiveNames[name].length));
  const money = (amount: number) => formatMoney(amount, currency);
  // With a ledger alone nobody visits, and there is no peak.
  const isVisited = ledger === undefined || requests.sent > 0;
  return [
    paint(headlines[outcome].style, headlines[outcome].says),
    ...(part === undefined ? [] : [`This is of ${partSays(part)}.`]),
    ...reasons.map((reason) => paint('yellow', reason)),
    '',
    ...objectives.map(({ name, unit, wanted, measured, held }) => {
      const sign = held ? paint('green', '✓') : outcome === 'void' ? paint('yellow', '?') : paint('red', '✗');
      const got = measured === undefined ? 'nothing was measured' : formatValue(unit, measured, currency);
      return `${sign} ${objectiveNames[name].padEnd(width)}  ${got}${paint('dim', `, wanted ${formatValue(unit, wanted, currency)}`)}`;
    }),
    '',
    ...(isVisited ? [`${whole(requests.sent)} requests, ${whole(requests.lost)} lost${latencies(verdict)}`] : []),
    ...(ledger === undefined ? [] : [ledgerLine(ledger)]),
    ...(chaos === undefined ? [] : [chaosSays(chaos)]),
    ...failover.map(failoverLine),
    ...scaling.map((one) => scaleOutLine(one, paint)),
    isVisited
      ? `a month with one such peak: ${money(cost.withOverflow)}; with as many machines all month: ${money(cost.staticForSamePeak)}; the base alone: ${money(cost.withoutOverflow)}`
      : `a month of it: ${money(cost.withoutOverflow)}`,
  ];
}

const headlines = {
  held: { style: 'green', says: 'The objectives held.' },
  'not held': { style: 'red', says: 'The objectives did not hold.' },
  void: { style: 'yellow', says: 'Void: this says nothing of the platform.' },
} as const satisfies Record<Outcome, { style: LiveStyle; says: string }>;

/** Chosen: less than this no rehearsal feels. */
const noteworthyCores = 0.05;

function latencies({ requests: { p50Ms, p99Ms, late, stolenCores } }: Verdict): string {
  const times =
    p50Ms === undefined || p99Ms === undefined
      ? ''
      : `; half within ${formatDuration(p50Ms)}, 99 of 100 within ${formatDuration(p99Ms)}`;
  return [
    times,
    ...(late === 0 ? [] : [`${counted(late, 'request')} left late`]),
    ...(stolenCores < noteworthyCores ? [] : [`others had ${stolenCores.toFixed(2)} cores of this host meanwhile`]),
  ].join('; ');
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

function ledgerLine({ acknowledged, lost, duplicated, doubleWriterMs, longestGapMs }: Writes): string {
  return [
    `${whole(acknowledged)} writes acknowledged`,
    lost === undefined ? 'nobody could be asked for them' : `${whole(lost)} of them lost`,
    ...(duplicated === undefined ? [] : [`${whole(duplicated)} there twice`]),
    ...(longestGapMs === undefined ? [] : [`${formatDuration(longestGapMs)} at most from one to the next`]),
    ...(doubleWriterMs === undefined || doubleWriterMs === 0
      ? []
      : [`two machines took them for ${formatDuration(doubleWriterMs)}`]),
  ].join(', ');
}

function failoverLine({ what, rtoMs }: Failover): string {
  return rtoMs === undefined
    ? `${what}: no write was acknowledged any more`
    : `${what}: ${formatDuration(rtoMs)} without an acknowledged write`;
}
