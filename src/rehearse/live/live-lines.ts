/**
 * What a person sees while a rehearsal runs: lines of text, made anew from the
 * recording so far. Nothing is remembered between two views.
 */
import type { PoolName } from '../../model/ids.ts';
import { counted, formatDuration } from '../../model/quantities.ts';
import { clockOf, dayTimeOf } from '../at-time.ts';
import { capacityAt, fleetAt } from '../fleet.ts';
import { longestInterruption } from '../ledger/interruptions.ts';
import type { RecordedLedger } from '../ledger/ledger.ts';
import { countedIn } from '../ledger/rate.ts';
import { durationMs, rateAt } from '../load/traffic.ts';
import { recordedUntilMs, type MachineStage, type Recording, type RecordedPool } from '../recording.ts';
import { lostIn } from '../verdict/requests.ts';
import { faultSays, percent, whole } from '../words.ts';
import { progressBar, sparkline } from './bars.ts';

export type LiveStyle = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'blue';
export type Paint = (style: LiveStyle, text: string) => string;

interface View {
  readonly recording: Recording;
  readonly nowMs: number;
  readonly width: number;
  readonly paint: Paint;
}

/** Chosen: the longest label. */
const labelChars = 12;
/** Chosen: room for `12,345 requests/s`. */
const figureChars = 19;
/** Chosen: what came in the last minutes is on the screen, what came before in the report. */
const lastEvents = 8;

export function liveLines(recording: Recording, width: number, paint: Paint = (_, text) => text): readonly string[] {
  const view: View = { recording, nowMs: recordedUntilMs(recording), width, paint };
  return [...head(view), '', ...curves(view), '', ...machines(view), '', ...events(view)].map((line) => line.trimEnd());
}

function head({ recording, nowMs, width, paint }: View): readonly string[] {
  const { platform, scenario, startedAtMs, traffic, endedAtMs } = recording;
  const passedMs = nowMs - startedAtMs;
  const lastsMs = durationMs(traffic);
  const state =
    endedAtMs !== undefined
      ? 'over'
      : recording.seconds.length === 0
        ? 'getting ready'
        : passedMs >= lastsMs
          ? 'waiting for the base'
          : `${clockOf(passedMs)} of ${clockOf(lastsMs)}`;
  const dayTime = dayTimeOf(recording, nowMs);
  const title = `${platform} · ${scenario}`;
  const right = dayTime === undefined ? state : `${dayTime} · ${state}`;
  const gap = ' '.repeat(Math.max(2, width - title.length - right.length));
  const [done, left] = progressBar(lastsMs === 0 ? 1 : passedMs / lastsMs, width);
  return [`${paint('bold', title)}${gap}${right}`, `${paint('cyan', done)}${paint('dim', left)}`];
}

type Line = (label: string, figure: string, values: readonly number[], most: number, style: LiveStyle) => string;

function curves(view: View): readonly string[] {
  const { recording, width, paint } = view;
  const columns = Math.max(10, width - labelChars - figureChars);
  const line: Line = (label, figure, values, most, style) =>
    `${paint('dim', label.padEnd(labelChars))}${figure.padEnd(figureChars)}${paint(style, sparkline(values, columns, most))}`;
  return [
    ...(recording.visited === undefined ? [] : visits(view, recording.visited, line)),
    ...(recording.ledger === undefined ? [] : writes(view, recording.ledger, line)),
  ];
}

function visits({ recording, nowMs, paint }: View, visited: PoolName, line: Line): readonly string[] {
  const { seconds, startedAtMs, readings, traffic, objectives } = recording;
  const last = seconds.at(-1);
  const capacity = capacityAt(recording, visited, nowMs);
  const capacities = seconds.map(
    ({ second }) => capacityAt(recording, visited, startedAtMs + 1000 * (second + 1)) ?? 0,
  );
  const sent = seconds.map((one) => one.sent);
  const mostRate = Math.max(1, ...sent, ...capacities);
  const p99s = seconds.map(({ percentiles }) => percentiles?.p99Ms ?? 0);
  const bound = objectives.p99Ms;
  const isSlow = bound !== undefined && (last?.percentiles?.p99Ms ?? 0) > bound;
  const queues = queuesBySecond(recording, visited);
  const waiting = readings.findLast(({ pool }) => pool === visited)?.queue ?? 0;
  const lost = seconds.map(lostIn);
  const lostAll = lost.reduce((sum, one) => sum + one, 0);
  const sentAll = sent.reduce((sum, one) => sum + one, 0);
  const meant = rateAt(traffic, Math.max(0, nowMs - startedAtMs - 1000));
  return [
    line('visitors', `${whole(last?.sent ?? meant)} requests/s`, sent, mostRate, 'cyan'),
    ...(capacity === undefined
      ? []
      : [
          line(
            'room for',
            `${whole(capacity)} requests/s`,
            capacities,
            mostRate,
            capacity < (last?.sent ?? 0) ? 'red' : 'green',
          ),
        ]),
    line('p99', formatMs(last?.percentiles?.p99Ms), p99s, Math.max(bound ?? 1, ...p99s), isSlow ? 'red' : 'blue'),
    `${paint('dim', 'p50'.padEnd(labelChars))}${formatMs(last?.percentiles?.p50Ms)}`,
    line('waiting', counted(waiting, 'request'), queues, Math.max(1, ...queues), 'yellow'),
    line(
      'lost',
      lostAll === 0 ? 'none' : `${whole(lostAll)}, ${percent(lostAll / Math.max(1, sentAll))}`,
      lost,
      Math.max(1, ...lost),
      lostAll === 0 ? 'green' : 'red',
    ),
  ];
}

/** How many a second, and the longest time without one: the one that lasts still, if it is. */
function writes({ recording, nowMs }: View, ledger: RecordedLedger, line: Line): readonly string[] {
  const { startedAtMs, endedAtMs } = recording;
  const { acknowledged, stoppedAtMs } = ledger;
  const last = acknowledged.at(-1);
  const counts = countedIn(acknowledged, { fromMs: startedAtMs, toMs: stoppedAtMs ?? nowMs, binMs: 1000 });
  const longest = longestInterruption(ledger);
  const longestMs = longest === undefined ? 0 : (longest.toMs ?? nowMs) - longest.fromMs;
  const openMs = last === undefined || endedAtMs !== undefined || stoppedAtMs !== undefined ? 0 : nowMs - last;
  const recent = acknowledged.length - acknowledged.findLastIndex((atMs) => atMs <= nowMs - 1000) - 1;
  const rate = stoppedAtMs === undefined ? `${whole(recent)}/s` : whole(acknowledged.length);
  const gapMs = Math.max(longestMs, openMs);
  // There is little room.
  const gap = gapMs < 60_000 ? formatDuration(gapMs) : clockOf(gapMs);
  const isLong = openMs > haltedMs;
  return [line('writes', `${rate}, gap ${gap}`, counts, Math.max(1, ...counts), isLong ? 'red' : 'green')];
}

/** Chosen: what nobody notices is no halt. */
const haltedMs = 1000;

/** The most that waited in each second, and what waits now: a turn is shorter than a second, and not all curves have turns. */
function queuesBySecond({ seconds, readings, startedAtMs }: Recording, visited: PoolName): readonly number[] {
  const most = new Map<number, number>();
  for (const { pool, atMs, queue = 0 } of readings) {
    const second = Math.floor((atMs - startedAtMs) / 1000);
    if (pool === visited) most.set(second, Math.max(most.get(second) ?? 0, queue));
  }
  return seconds.map(({ second }) => most.get(second) ?? 0);
}

function formatMs(ms: number | undefined): string {
  return ms === undefined ? 'no answer' : formatDuration(ms);
}

const shown = {
  serving: { sign: '●', style: 'green' },
  ready: { sign: '◐', style: 'cyan' },
  starting: { sign: '○', style: 'yellow' },
  draining: { sign: '◌', style: 'dim' },
  drained: { sign: '◌', style: 'dim' },
  down: { sign: '✗', style: 'red' },
} as const satisfies Record<Exclude<MachineStage, 'gone'>, { sign: string; style: LiveStyle }>;

const stages = Object.keys(shown) as (keyof typeof shown)[];

/** Pools that can grow, and those in which something is wrong; the others stand still. */
function machines(view: View): readonly string[] {
  const { recording, nowMs } = view;
  return recording.pools
    .filter(
      ({ pool, overflow }) =>
        overflow !== undefined || fleetAt(recording, pool, nowMs).some(({ stage }) => stage !== 'serving'),
    )
    .map((pool) => poolLine(view, pool));
}

function poolLine({ recording, nowMs, paint }: View, { pool, base, overflow }: RecordedPool): string {
  const fleet = fleetAt(recording, pool, nowMs);
  const signs = (part: 'base' | 'overflow') =>
    stages
      .flatMap((stage) => fleet.filter((machine) => machine.part === part && machine.stage === stage))
      .map(({ stage }) => (stage === 'gone' ? '' : paint(shown[stage].style, shown[stage].sign)))
      .join(' ');
  const absent = paint('dim', '·');
  const added = fleet.filter(({ part }) => part === 'overflow').length;
  const free = Array.from({ length: Math.max(0, (overflow?.count ?? 0) - added) }, () => absent).join(' ');
  const counts = stages.flatMap((stage) => {
    const count = fleet.filter((machine) => machine.stage === stage).length;
    return count === 0 ? [] : [`${count} ${stage}`];
  });
  const row = [signs('base'), ...(overflow === undefined ? [] : [[signs('overflow'), free].filter(Boolean).join(' ')])];
  const says = `${counts.join(', ')} of ${base.count + (overflow?.count ?? 0)}`;
  return `${paint('dim', pool.padEnd(labelChars))}${row.join(paint('dim', ' │ '))}   ${says}`;
}

/** Decisions that do something, and what was done to the platform; the latest below. */
function events({ recording, width, paint }: View): readonly string[] {
  const { startedAtMs, decisions, reliefs, faults } = recording;
  const happened = [
    ...decisions
      .filter(({ decision }) => decision.kind !== 'nothing')
      .map(({ atMs, pool, decision: { kind, says } }) => {
        const sign = kind === 'grow' ? '▲' : '▼';
        return { atMs, sign, style: kind === 'grow' ? ('green' as const) : ('dim' as const), text: `${pool} ${says}` };
      }),
    ...reliefs.map(({ atMs, pool, decision: { kind, says } }) => {
      const [sign, style] = kind === 'up' ? (['!', 'yellow'] as const) : (['✓', 'green'] as const);
      return { atMs, sign, style, text: `${pool} ${says}` };
    }),
    ...faults.map((fault) => ({ atMs: fault.atMs, sign: '✗', style: 'red' as const, text: faultSays(fault) })),
  ].toSorted((one, other) => one.atMs - other.atMs);
  if (happened.length === 0) return [paint('dim', 'nothing was decided yet')];
  return happened.slice(-lastEvents).map(({ atMs, sign, style, text }) => {
    const at = clockOf(atMs - startedAtMs).padStart(6);
    const room = Math.max(10, width - at.length - 4);
    return `${paint('dim', at)}  ${paint(style, sign)} ${text.length > room ? `${text.slice(0, room - 1)}…` : text}`;
  });
}
