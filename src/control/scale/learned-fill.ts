/**
 * How full machines may be, learnt from what the demand did: for each of some
 * shares it is told how much would have been lacking if machines had been that
 * full, and had come as late as they do. The fullest that costs next to nothing
 * more than the emptiest is right: noise, growth and whole machines are all in it.
 */
import { staleMs } from '../fresh.ts';
import { capacityOf, sizeFor, type Fleet } from './capacity.ts';

/** Plain data. */
export interface FillState {
  /** For what it was learnt: how long machines take, what the base serves, and what one more does. */
  readonly of: readonly [readyMs: number, base: number, each: number];
  /** Mean demands of the last periods, oldest first. */
  readonly recent: readonly number[];
  /** Of the period that runs. */
  readonly since: number;
  readonly sum: number;
  readonly count: number;
  /** For each of `fills`, the share of the demand that would have been lacking; old times fade. */
  readonly lacking: readonly number[];
  /** Periods that were judged. */
  readonly seen: number;
}

const nothingLearnt: Omit<FillState, 'of'> = { recent: [], since: 0, sum: 0, count: 0, lacking: [], seen: 0 };

/** Chosen: below it even a doubling in the time that a machine takes finds room; beyond it requests wait for each other. */
const fills = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.84, 0.88, 0.92] as const;
/** Chosen: a mean over a sixth of the time that a machine takes costs a sixth of it, and takes away most of the noise. */
const periods = 6;
/** Chosen: of ten thousand requests, two more may find the machines full, and wait. */
const mostLacking = 0.0002;
/** Chosen: what was three days ago counts half. */
const halfLifeMs = 3 * 86_400_000;
/** Chosen: by then the noise is known; how it grows is learnt as it does, and what was never seen is the burst's. */
const leastMs = 2 * 3_600_000;

const periodMsOf = (readyMs: number) => Math.max(1000, readyMs / periods);

/** Undefined when nothing was learnt before. */
export function learn(
  before: FillState | undefined,
  demand: number,
  { fleet, readyMs }: { readonly fleet: Fleet; readonly readyMs: number },
  nowMs: number,
): FillState {
  const periodMs = periodMsOf(readyMs);
  const { base, overflow } = fleet;
  const serves = base.count * base.serves;
  const [ready, all, each] = before?.of ?? [];
  // What was learnt for other machines says nothing of these.
  const isSame = ready === readyMs && all === serves && each === overflow.serves;
  const known =
    before !== undefined && isSame ? before : { ...nothingLearnt, of: [readyMs, serves, overflow.serves] as const };
  // Nobody looked for a while: what came then is not what grew out of what was before.
  const state = nowMs - known.since > 3 * periodMs + staleMs ? { ...known, recent: [], sum: 0, count: 0 } : known;
  if (state.count === 0) return { ...state, since: nowMs, sum: demand, count: 1 };
  if (nowMs - state.since < periodMs) return { ...state, sum: state.sum + demand, count: state.count + 1 };
  const mean = state.sum / state.count;
  const recent = [...state.recent, mean].slice(-periods - 2);
  const [then] = recent;
  const next = { ...state, recent, since: nowMs, sum: demand, count: 1 };
  if (then === undefined || recent.length < periods + 2 || mean <= 0) return next;
  const weight = Math.max(1 / (state.seen + 1), 1 - Math.pow(0.5, periodMs / halfLifeMs));
  const lacking = fills.map((fill, index) => {
    const lacked = state.lacking[index] ?? 0;
    const capacity = capacityOf(fleet, sizeFor(fleet, then / fill));
    return lacked + weight * (Math.max(0, mean - capacity) / mean - lacked);
  });
  return { ...next, lacking, seen: state.seen + 1 };
}

/** Undefined before enough was seen. */
export function learntFill({ lacking, seen }: FillState, readyMs: number): number | undefined {
  if (seen * periodMsOf(readyMs) < leastMs) return undefined;
  const unavoidable = lacking[0] ?? 0;
  return fills.findLast((_, index) => (lacking[index] ?? Infinity) - unavoidable <= mostLacking);
}
