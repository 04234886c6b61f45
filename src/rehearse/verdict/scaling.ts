/** Each machine that was added: when it was needed, when that was decided, when it served, and what took how long. */
import type { MachineName, PoolName } from '../../model/ids.ts';
import { capacityBySecond, stays, type Stay } from '../fleet.ts';
import type { Recording } from '../recording.ts';

/** Times are milliseconds since 1970. */
export interface ScaleOut {
  readonly pool: PoolName;
  readonly machine: MachineName;
  /** Since when more came than the machines should take. Absent when it was decided before, or nobody knows. */
  readonly breachAtMs?: number;
  readonly decidedAtMs: number;
  /** Absent when it never served. */
  readonly servingAtMs?: number;
  /** From the decision on; `name` is what was reached at the end of it. */
  readonly stages: readonly { readonly name: string; readonly ms: number }[];
}

/** In the order of the decisions. */
export function scaleOuts(recording: Recording): readonly ScaleOut[] {
  const { visited } = recording;
  const capacities = visited === undefined ? [] : capacityBySecond(recording, visited);
  return stays(recording)
    .flatMap((stay) => {
      const admitted = servesFrom(stay, recording);
      return admitted === undefined ? [] : [scaleOut(recording, stay, admitted, capacities)];
    })
    .toSorted((one, other) => one.decidedAtMs - other.decidedAtMs);
}

/** Chosen: four turns of the controller. One that was needed when it was made is let in within them. */
const waitedMs = 2_000;

/** When it was first asked to serve; a machine that served before the load did not have to be added. */
function servesFrom({ part, changes, fromMs }: Stay, { startedAtMs, decisions }: Recording): number | undefined {
  const [first] = changes;
  if (part === 'base' || (first?.stage !== 'starting' && first?.stage !== 'ready')) return undefined;
  const ready = changes.find(({ stage }) => stage === 'ready') ?? first;
  const admission = decisions.find(({ decision, atMs }) =>
    decision.actions.some(
      (action) => action.kind === 'admit' && action.machine === first.machine && atMs >= ready.atMs,
    ),
  );
  // Made to be warm: it is added when a decision lets it in.
  if (first.stage === 'starting')
    return admission !== undefined && admission.atMs - ready.atMs > waitedMs ? admission.atMs : fromMs;
  return admission?.atMs ?? changes.find(({ stage, atMs }) => stage === 'serving' && atMs >= startedAtMs)?.atMs;
}

function scaleOut(
  recording: Recording,
  { machine, pool, changes, goneAtMs = Infinity }: Stay,
  fromMs: number,
  capacities: readonly (number | undefined)[],
): ScaleOut {
  const decision = recording.decisions.findLast(
    ({ pool: its, atMs, decision: { kind } }) => its === pool && atMs <= fromMs && kind === 'grow',
  );
  const decidedAtMs = decision?.atMs ?? fromMs;
  const servingAtMs = changes.find(({ stage, atMs }) => stage === 'serving' && atMs >= decidedAtMs)?.atMs;
  const untilMs = servingAtMs ?? goneAtMs;
  const reached = [
    ...recording.marks.filter((mark) => mark.machine === machine).map(({ atMs, name }) => ({ atMs, name })),
    ...changes.map(({ atMs, stage }) => ({ atMs, name: stage })),
  ]
    .filter(({ atMs, name }) => atMs > decidedAtMs && atMs <= untilMs && name !== 'starting')
    .toSorted((one, other) => one.atMs - other.atMs);
  const stages = reached.map(({ atMs, name }, index) => ({
    name,
    ms: atMs - (reached[index - 1]?.atMs ?? decidedAtMs),
  }));
  const breachAtMs = breachBefore(recording, pool, decidedAtMs, capacities);
  return {
    ...{ pool, machine, decidedAtMs, stages },
    ...(breachAtMs !== undefined && { breachAtMs }),
    ...(servingAtMs !== undefined && { servingAtMs }),
  };
}

/** The beginning of the last unbroken stretch, up to the decision, in which more was sent than the fill allows. */
function breachBefore(
  { visited, startedAtMs, seconds, pools }: Recording,
  pool: PoolName,
  decidedAtMs: number,
  capacities: readonly (number | undefined)[],
): number | undefined {
  const { fill = 1 } = pools.find((one) => one.pool === pool) ?? {};
  if (pool !== visited) return undefined;
  let breachAtMs: number | undefined;
  for (const [index, { second, sent }] of seconds.entries()) {
    const atMs = startedAtMs + 1000 * second;
    if (atMs > decidedAtMs) break;
    const capacity = capacities[index];
    if (capacity === undefined || sent <= fill * capacity) breachAtMs = undefined;
    else breachAtMs ??= atMs;
  }
  return breachAtMs;
}
