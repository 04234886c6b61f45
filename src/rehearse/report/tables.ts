/** The report's tables: what had to hold, what was decided, what growing took, what it costs. */
import { formatDuration, formatMoney } from '../../model/quantities.ts';
import { clockOf, dayTimeOf } from '../at-time.ts';
import type { Failover } from '../ledger/interruptions.ts';
import type { Recording } from '../recording.ts';
import type { Cost } from '../verdict/cost.ts';
import type { Judged } from '../verdict/objectives.ts';
import type { ScaleOut } from '../verdict/scaling.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { faultSays, formatValue, objectiveNames } from '../words.ts';
import { all, tag, type Markup } from './markup.ts';
import type { Occasion } from './plot.ts';

export function objectivesTable({ objectives, outcome }: Verdict, currency: string): Markup {
  return table(
    ['what must hold', 'wanted', 'measured', ''],
    objectives.map(({ name, unit, wanted, measured, held, excused }) => [
      tag('td', {}, objectiveNames[name]),
      tag('td', { class: 'number' }, `${bounds[name]}${formatValue(unit, wanted, currency)}`),
      tag(
        'td',
        { class: 'number' },
        measured === undefined ? 'nothing to measure' : formatValue(unit, measured, currency),
      ),
      !held && outcome === 'void'
        ? tag('td', { class: 'maybe' }, excused ? '? while the host was short' : '? says nothing')
        : tag('td', { class: held ? 'yes' : 'no' }, held ? '✓ held' : '✗ not held'),
    ]),
    [1, 2],
  );
}

const bounds: Readonly<Record<Judged['name'], string>> = {
  ...{ peak: 'at least ', lostRequests: 'at most ', p99: 'at most ', backAtBase: '', budget: 'at most ' },
  ...{ rto: 'at most ', rpo: 'at most ', writtenOnce: '', oneWriter: '' },
};

export interface Told extends Occasion {
  /** By the rehearsal's own calendar, if it had one. */
  readonly dayTime?: string;
  readonly text: string;
}

/** What was decided and what was done to the platform, numbered in the order of time. */
export function occasionsOf(recording: Recording): readonly Told[] {
  const { decisions, reliefs, faults, startedAtMs } = recording;
  const decided = decisions.flatMap(({ atMs, pool, decision: { kind, says } }) =>
    kind === 'nothing'
      ? []
      : [{ atMs: atMs - startedAtMs, kind, text: `${pool} ${kind === 'grow' ? 'grows' : 'shrinks'} ${says}` }],
  );
  const relieved = reliefs.map(({ atMs, pool, decision: { kind, says } }) => ({
    atMs: atMs - startedAtMs,
    kind: kind === 'up' ? ('strained' as const) : ('relaxed' as const),
    text: `${pool}: ${says}`,
  }));
  const done = faults.map((fault) => ({
    atMs: fault.atMs - startedAtMs,
    kind: 'fault' as const,
    text: faultSays(fault),
  }));
  return [...decided, ...relieved, ...done]
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((one, index) => {
      const dayTime = dayTimeOf(recording, startedAtMs + one.atMs);
      return { ...one, number: index + 1, ...(dayTime !== undefined && { dayTime }) };
    });
}

export function occasionsTable(occasions: readonly Told[]): Markup {
  if (occasions.length === 0) return tag('p', { class: 'soft' }, 'Nothing was decided, and nothing went wrong.');
  const hasCalendar = occasions.some(({ dayTime }) => dayTime !== undefined);
  return table(
    ['', 'at', ...(hasCalendar ? ['calendar'] : []), 'what, and why'],
    occasions.map(({ number, atMs, kind, dayTime, text }) => [
      tag('td', { class: 'narrow' }, tag('span', { class: `pill flag ${kind}` }, number)),
      tag('td', { class: 'number narrow' }, clockOf(atMs)),
      ...(hasCalendar ? [tag('td', { class: 'number narrow' }, dayTime ?? '')] : []),
      tag('td', {}, text),
    ]),
    hasCalendar ? [1, 2] : [1],
  );
}

/** What each fault did to the writes. */
export function failoverTable(failover: readonly Failover[], startedAtMs: number): Markup {
  if (failover.length === 0) return tag('p', { class: 'soft' }, 'Nothing was done to the platform.');
  return table(
    ['what', 'at', 'without an acknowledged write'],
    failover.map(({ what, atMs, rtoMs }) => [
      tag('td', {}, what),
      tag('td', { class: 'number' }, clockOf(atMs - startedAtMs)),
      rtoMs === undefined
        ? tag('td', { class: 'number no' }, 'to the end')
        : tag('td', { class: 'number' }, formatDuration(rtoMs)),
    ]),
    [1, 2],
  );
}

export function scalingTable(scaling: readonly ScaleOut[], startedAtMs: number): Markup {
  if (scaling.length === 0) return tag('p', { class: 'soft' }, 'No machine was added.');
  const lengths = scaling.map(({ stages }) => stages.reduce((sum, { ms }) => sum + ms, 0));
  const longest = Math.max(1, ...lengths);
  // Those that had all the way to go have the stages in their order.
  const fullest = scaling.toSorted((one, other) => other.stages.length - one.stages.length);
  const names = [...new Set(fullest.flatMap(({ stages }) => stages.map(({ name }) => name)))];
  const at = (ms: number | undefined) => (ms === undefined ? '–' : clockOf(ms - startedAtMs));
  const rows = scaling.map(({ machine, breachAtMs, decidedAtMs, servingAtMs, stages }) => [
    tag('td', {}, machine),
    tag('td', { class: 'number' }, at(breachAtMs)),
    tag('td', { class: 'number' }, at(decidedAtMs)),
    servingAtMs === undefined ? tag('td', { class: 'no' }, 'never') : tag('td', { class: 'number' }, at(servingAtMs)),
    tag(
      'td',
      { class: 'number' },
      servingAtMs === undefined ? '–' : formatDuration(servingAtMs - (breachAtMs ?? decidedAtMs)),
    ),
    tag(
      'td',
      { class: 'wide' },
      tag(
        'div',
        { class: 'bar' },
        ...stages.map(({ name, ms }) =>
          tag('i', {
            class: `s${names.indexOf(name) % 6}`,
            style: `width:${((100 * ms) / longest).toFixed(1)}%`,
            title: `${name}: ${formatDuration(ms)}`,
          }),
        ),
      ),
    ),
  ]);
  const legend = names.map((name, index) =>
    tag('span', {}, tag('i', { class: `key area s${index % 6}` }), `until ${name}`),
  );
  return all(
    table(
      [
        'machine',
        'needed at',
        'decided at',
        'served at',
        'took',
        `from the decision on (the longest: ${formatDuration(longest)})`,
      ],
      rows,
      [1, 2, 3, 4],
    ),
    tag('p', { class: 'legend' }, ...legend),
  );
}

export function costTable({ currency, withOverflow, staticForSamePeak, withoutOverflow, machineHours }: Cost): Markup {
  const most = Math.max(withOverflow, staticForSamePeak, withoutOverflow, 1);
  const hours = machineHours === 1 ? '1 machine-hour' : `${Math.round(machineHours * 10) / 10} machine-hours`;
  const row = (what: string, amount: number, series: string) => [
    tag('td', {}, what),
    tag('td', { class: 'number' }, formatMoney(amount, currency)),
    tag(
      'td',
      { class: 'wide' },
      tag('div', { class: 'bar' }, tag('i', { class: series, style: `width:${((100 * amount) / most).toFixed(1)}%` })),
    ),
  ];
  return table(
    ['for a month', 'cost', ''],
    [
      row(`the base, and the overflow for one such peak (${hours})`, withOverflow, 's3'),
      row('the base alone, without room for the peak', withoutOverflow, 's5'),
      row('as many machines of the base’s kind as the peak takes, all month', staticForSamePeak, 's1'),
    ],
    [1],
  );
}

function table(head: readonly string[], rows: readonly (readonly Markup[])[], numbers: readonly number[]): Markup {
  const title = (text: string, column: number) => tag('th', numbers.includes(column) ? { class: 'number' } : {}, text);
  return tag(
    'table',
    {},
    tag('thead', {}, tag('tr', {}, ...head.map(title))),
    tag('tbody', {}, ...rows.map((cells) => tag('tr', {}, ...cells))),
  );
}
