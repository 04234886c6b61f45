/**
 * What a pool does while more come than it can serve, and machines are not there
 * yet: first requests wait, then features are shed by their order, then some are
 * turned away. One level at a time, up and down, and none without a reason.
 */
import type { FeatureName } from '../../model/ids.ts';
import type { PoolObservation } from '../../model/observation.ts';
import { fresh } from '../fresh.ts';

export interface ReliefSettings {
  /** So many may wait. */
  readonly most: number;
  /** What the pool can do without, the first one first. */
  readonly shed: readonly FeatureName[];
}

/** 0: all is well. 1: requests wait. Then one feature more each. The last one: some are turned away. Plain data. */
export interface ReliefState {
  readonly level: number;
  readonly sinceMs: number;
  /** Since when less would be enough. */
  readonly calmSinceMs?: number;
}

export interface ReliefDecision {
  readonly kind: 'up' | 'down' | 'nothing';
  readonly level: number;
  /** `flowing`, `queueing`, `shedding` or `turning-away`. */
  readonly state: ReliefName;
  /** Features that are shed now. */
  readonly shed: readonly FeatureName[];
  readonly turnsAway: boolean;
  /** Why, in one sentence. */
  readonly says: string;
}

export type ReliefName = 'flowing' | 'queueing' | 'shedding' | 'turning-away';

/** Chosen: a few that wait for a moment are no queue. */
const waitingShare = 0.02;
/** Chosen: who waits misses nothing; with two fifths of what may wait it is time for one feature less, and still room for what comes until it shows. */
const pressingShare = 0.4;
/** Chosen: from one level to the next one sees what the first has done; when the queue is nearly full there is no time for it. */
const [stepMs, hurriedMs, hurriedShare] = [2_000, 500, 0.6];
/** Chosen: who sheds and takes back each second helps nobody. */
const calmMs = 5_000;

/** For one that begins anew, and finds so much shed already. */
export function levelOf(
  { shed }: ReliefSettings,
  held: { readonly shed: readonly string[]; readonly turnsAway: boolean },
) {
  if (held.turnsAway) return shed.length + 2;
  return held.shed.length === 0 ? 0 : Math.min(shed.length, held.shed.length) + 1;
}

export function decideRelief(
  { most, shed }: ReliefSettings,
  before: ReliefState,
  seen: Pick<PoolObservation, 'queue' | 'machines'>,
  nowMs: number,
): { readonly state: ReliefState; readonly decision: ReliefDecision } {
  const last = shed.length + 2;
  const { calmSinceMs: _, ...standing } = before;
  const waiting = fresh(seen.queue, nowMs);
  const told = (kind: ReliefDecision['kind'], state: ReliefState, says: string) => ({
    state,
    decision: {
      ...{ kind, level: state.level, state: nameOf(state.level, last) },
      shed: shed.slice(0, Math.max(0, state.level - 1)),
      turnsAway: state.level === last,
      says,
    },
  });
  if (waiting === undefined) {
    const says = 'nobody knows how many wait, so it stays as it is';
    return told('nothing', standing, before.level === 0 ? 'nobody knows how many wait' : says);
  }

  const many = `${Math.round(waiting)} of at most ${most} wait`;
  const presses = waiting >= most * (before.level === 0 ? waitingShare : pressingShare);
  if (presses) {
    const restMs = before.level === 0 ? 0 : waiting >= most * hurriedShare ? hurriedMs : stepMs;
    if (before.level === last) return told('nothing', standing, many);
    if (nowMs - before.sinceMs < restMs) return told('nothing', standing, `${many}; the last step must show first`);
    const next = { level: before.level + 1, sinceMs: nowMs };
    return told('up', next, `${many}${onTheWay(seen)}: ${stepTo(next.level, last, shed)}`);
  }
  if (before.level === 0 || waiting >= most * waitingShare) return told('nothing', standing, many);

  const calmSinceMs = before.calmSinceMs ?? nowMs;
  if (nowMs - calmSinceMs < calmMs)
    return told('nothing', { ...standing, calmSinceMs }, `${many}, and calm for a moment`);
  const next = { level: before.level - 1, sinceMs: nowMs, calmSinceMs: nowMs };
  return told('down', next, `${many} for ${calmMs / 1000} s: ${stepBack(before.level, last, shed)}`);
}

function nameOf(level: number, last: number): ReliefName {
  if (level === 0) return 'flowing';
  if (level === last) return 'turning-away';
  return level === 1 ? 'queueing' : 'shedding';
}

function stepTo(level: number, last: number, shed: readonly FeatureName[]): string {
  if (level === 1) return 'they wait';
  return level === last ? 'some are turned away' : `does without ${shed[level - 2] ?? ''}`;
}

function stepBack(level: number, last: number, shed: readonly FeatureName[]): string {
  if (level === 1) return 'all is well';
  return level === last ? 'nobody is turned away any more' : `has ${shed[level - 2] ?? ''} again`;
}

function onTheWay({ machines }: Pick<PoolObservation, 'machines'>): string {
  const coming = machines.filter(({ stage }) => stage === 'starting').length;
  return coming === 0 ? ', and no machine is on its way' : `, and ${coming} on the way`;
}
