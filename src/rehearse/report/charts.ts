/**
 * The plots: how much came and could be taken, which machines there were, how long visitors waited; and how many
 * writes were acknowledged, where a ledger was kept.
 */
import type { PoolName } from '../../model/ids.ts';
import { formatDuration } from '../../model/quantities.ts';
import { capacityAt, fleetAt } from '../fleet.ts';
import type { RecordedLedger } from '../ledger/ledger.ts';
import { countedIn } from '../ledger/rate.ts';
import type { LoadSecond } from '../load/load-second.ts';
import { recordedUntilMs, type MachineStage, type Recording, type StageChange } from '../recording.ts';
import { lostIn } from '../verdict/requests.ts';
import { whole } from '../words.ts';
import { linear, logarithmic, powers, ticks } from './axes.ts';
import type { Markup } from './markup.ts';
import { area, band, plot, polyline, timeScale, type Frame, type Occasion, type Point } from './plot.ts';

type Shared = Pick<Frame, 'fromMs' | 'toMs' | 'occasions'>;

export function charts(recording: Recording, occasions: readonly Occasion[]): readonly Markup[] {
  const toMs = Math.max(1000, recordedUntilMs(recording) - recording.startedAtMs);
  const shared = { fromMs: 0, toMs, occasions };
  const { visited, ledger } = recording;
  return [
    ...(visited === undefined
      ? []
      : [
          rateChart(recording, visited, shared),
          machineChart(recording, visited, shared),
          latencyChart(recording, shared),
        ]),
    ...(ledger === undefined ? [] : [writesChart(recording, ledger, shared)]),
  ];
}

function rateChart(recording: Recording, visited: PoolName, shared: Shared): Markup {
  const { seconds, startedAtMs } = recording;
  const x = timeScale(shared);
  const capacity = stepTimes(recording, shared).map((ms) => ({
    ms,
    value: capacityAt(recording, visited, startedAtMs + ms),
  }));
  const known = capacity.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const all = ticks(Math.max(1, ...known, ...seconds.map(({ sent }) => sent)));
  const y = linear([0, all.at(-1) ?? 1], [area.bottom, area.top]);
  const curve = (value: (second: LoadSecond) => number): readonly Point[] =>
    seconds.map((one) => [x(1000 * one.second + 500), y(value(one))]);
  const floor: readonly Point[] = seconds.map(({ second }) => [x(1000 * second + 500), y(0)]);
  const hasLost = seconds.some((one) => lostIn(one) > 0);
  return plot(
    {
      ...shared,
      title: 'What came, and what could be taken',
      ...(seconds.length === 0 && { empty: nobodyYet }),
      unit: 'requests/s',
      marks: all.map((value) => ({ y: y(value), label: whole(value) })),
      legend: [
        { name: 'requests sent', series: 'sent', mark: 'area' },
        ...(known.length > 0
          ? [{ name: 'room in the machines that serve', series: 'capacity', mark: 'line' as const }]
          : []),
        ...(hasLost ? [{ name: 'lost', series: 'lost', mark: 'area' as const }] : []),
      ],
    },
    band(
      curve(({ sent }) => sent),
      floor,
      'sent',
    ),
    polyline(
      curve(({ sent }) => sent),
      'sent',
    ),
    ...(hasLost ? [band(curve(lostIn), floor, 'lost'), polyline(curve(lostIn), 'lost')] : []),
    ...(known.length === 0
      ? []
      : [polyline(steps(capacity.map(({ ms, value }) => [x(ms), y(value ?? 0)])), 'capacity')]),
  );
}

/** From the ground up. */
const layers = [
  { name: 'base, serving', series: 'base', part: 'base', stages: ['serving'] },
  { name: 'overflow, serving', series: 'overflow', part: 'overflow', stages: ['serving'] },
  { name: 'ready', series: 'ready', part: undefined, stages: ['ready'] },
  { name: 'being made', series: 'starting', part: undefined, stages: ['starting'] },
  { name: 'leaving', series: 'draining', part: undefined, stages: ['draining', 'drained'] },
  { name: 'down', series: 'down', part: undefined, stages: ['down'] },
] as const satisfies readonly {
  name: string;
  series: string;
  part: StageChange['part'] | undefined;
  stages: readonly MachineStage[];
}[];

function machineChart(recording: Recording, visited: PoolName, shared: Shared): Markup {
  const { startedAtMs } = recording;
  const x = timeScale(shared);
  const times = stepTimes(recording, shared);
  const counts = times.map((ms) => {
    const fleet = fleetAt(recording, visited, startedAtMs + ms);
    return layers.map(
      ({ part, stages }) =>
        fleet.filter((one) => (part === undefined || one.part === part) && stages.some((stage) => stage === one.stage))
          .length,
    );
  });
  const sums = counts.map((row) =>
    row.reduce<number[]>((above, count) => [...above, (above.at(-1) ?? 0) + count], [0]),
  );
  const all = ticks(Math.max(1, ...sums.map((row) => row.at(-1) ?? 0)));
  const y = linear([0, all.at(-1) ?? 1], [area.bottom, area.top]);
  const edgeOf = (layer: number) => steps(times.map((ms, index): Point => [x(ms), y(sums[index]?.[layer] ?? 0)]));
  const seen = layers.flatMap((layer, index) =>
    counts.some((row) => (row[index] ?? 0) > 0) ? [{ ...layer, index }] : [],
  );
  return plot(
    {
      ...shared,
      title: `Machines of the pool ${visited}, by what they do`,
      ...(seen.length === 0 && { empty: whyNoMachines(recording, visited) }),
      unit: 'machines',
      marks: all.map((value) => ({ y: y(value), label: String(value) })),
      legend: seen.map(({ name, series }) => ({ name, series, mark: 'area' as const })),
    },
    ...seen.map(({ series, index }) => band(edgeOf(index + 1), edgeOf(index), series)),
  );
}

const nobodyYet = 'Nobody had come yet.';

/** The scale controller, which decides how many machines there are, is what looks at them. */
function whyNoMachines({ pools }: Recording, visited: PoolName): string {
  const { base, overflow } = pools.find(({ pool }) => pool === visited) ?? {};
  const why =
    overflow === undefined
      ? `has no overflow, and so always its ${base?.count ?? 0}`
      : base?.serves === undefined
        ? 'does not say what a machine serves (`serves`), so nobody decides how many there are'
        : 'was not looked at yet';
  return `The pool ${visited} ${why}.`;
}

function latencyChart({ seconds, objectives }: Recording, shared: Shared): Markup {
  const x = timeScale(shared);
  const answered = seconds.flatMap(({ second, percentiles }) =>
    percentiles === undefined ? [] : [{ second, percentiles }],
  );
  const bound = objectives.p99Ms;
  const least = Math.min(...answered.map(({ percentiles }) => percentiles.p50Ms), bound ?? Infinity, 100);
  const most = Math.max(...answered.map(({ percentiles }) => percentiles.p99Ms), bound ?? 0, 100);
  const all = powers(Math.max(0.1, least), most);
  const y = logarithmic([all[0] ?? 1, all.at(-1) ?? 10], [area.bottom, area.top]);
  const curve = (key: 'p50Ms' | 'p90Ms' | 'p99Ms', series: string): readonly Markup[] =>
    unbroken(answered).map((run) =>
      polyline(
        run.map(({ second, percentiles }): Point => [x(1000 * second + 500), y(percentiles[key])]),
        series,
      ),
    );
  return plot(
    {
      ...shared,
      title: 'How long visitors waited for an answer',
      ...(answered.length === 0 && { empty: seconds.length === 0 ? nobodyYet : 'Nothing was answered.' }),
      unit: 'ms, logarithmic',
      marks: all.map((value) => ({ y: y(value), label: value < 1000 ? String(value) : whole(value) })),
      legend: [
        { name: 'half of them, at most (p50)', series: 'p50', mark: 'line' },
        { name: '90 of 100 (p90)', series: 'p90', mark: 'line' },
        { name: '99 of 100 (p99)', series: 'p99', mark: 'line' },
        ...(bound === undefined
          ? []
          : [{ name: `bound for p99 over all: ${whole(bound)} ms`, series: 'bound', mark: 'dashes' as const }]),
      ],
    },
    ...(bound === undefined
      ? []
      : [
          polyline(
            [
              [area.left, y(bound)],
              [area.right, y(bound)],
            ],
            'bound',
            'dashes',
          ),
        ]),
    ...curve('p50Ms', 'p50'),
    ...curve('p90Ms', 'p90'),
    ...curve('p99Ms', 'p99'),
  );
}

/** Chosen: a picture has so many columns, and an interruption of the shortest kind is one of them. */
const writeBins = 400;
const shortestBinMs = 100;

function writesChart({ startedAtMs }: Recording, { acknowledged, pool }: RecordedLedger, shared: Shared): Markup {
  const x = timeScale(shared);
  const binMs = shortestBinMs * Math.ceil((shared.toMs - shared.fromMs) / writeBins / shortestBinMs);
  const counts = countedIn(acknowledged, { fromMs: startedAtMs, toMs: startedAtMs + shared.toMs, binMs });
  const rates = counts.map((count) => (1000 * count) / binMs);
  const all = ticks(Math.max(1, ...rates));
  const y = linear([0, all.at(-1) ?? 1], [area.bottom, area.top]);
  const ends = (bin: number) => [x(bin * binMs), x(Math.min(shared.toMs, (bin + 1) * binMs))] as const;
  const edge = (heightOf: (rate: number) => number): readonly Point[] =>
    rates.flatMap((rate, bin): Point[] => ends(bin).map((at): Point => [at, y(heightOf(rate))]));
  return plot(
    {
      ...shared,
      title: `Acknowledged writes of ${pool}`,
      ...(acknowledged.length === 0 && { empty: 'No write was acknowledged.' }),
      unit: 'writes/s',
      marks: all.map((value) => ({ y: y(value), label: whole(value) })),
      legend: [{ name: `acknowledged, each ${formatDuration(binMs)}`, series: 'written', mark: 'area' }],
    },
    band(
      edge((rate) => rate),
      edge(() => 0),
      'written',
    ),
  );
}

/** A second without any answer is a gap, not a line across it. */
function unbroken<Item extends { readonly second: number }>(items: readonly Item[]): readonly (readonly Item[])[] {
  const runs: Item[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run?.at(-1)?.second === item.second - 1) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** The instants at which a machine's stage changed, and both ends. */
function stepTimes({ stages, startedAtMs }: Recording, { fromMs, toMs }: Shared): readonly number[] {
  const changed = stages.map(({ atMs }) => atMs - startedAtMs).filter((ms) => ms > fromMs && ms < toMs);
  return [...new Set([fromMs, ...changed, toMs])].toSorted((one, other) => one - other);
}

/** A count stays as it is until it changes. */
function steps(points: readonly Point[]): readonly Point[] {
  return points.flatMap(([x, y], index): Point[] => {
    const before = points[index - 1];
    return before === undefined
      ? [[x, y]]
      : [
          [x, before[1]],
          [x, y],
        ];
  });
}
