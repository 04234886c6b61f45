/** What the scale controller promises. */
import type { ScaleAction } from '../../control/scale/decide.ts';
import { paidUntilMs } from '../../control/scale/paid-hours.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import { stateless, type Invariant, type Turn } from './invariant.ts';

const named = ({ decision }: Turn, ...kinds: readonly ScaleAction['kind'][]) =>
  decision.actions.flatMap((action) =>
    action.kind !== 'create' && kinds.includes(action.kind) ? [action.machine] : [],
  );
const created = ({ decision }: Turn) =>
  decision.actions.reduce((sum, action) => sum + (action.kind === 'create' ? action.count : 0), 0);
/** Most turns are: nothing is done in them that could be wrong. */
const doesNothing = ({ decision }: Turn) => decision.actions.length === 0;
const inStage = ({ machines }: Turn, ...stages: readonly ObservedMachine['stage'][]) =>
  machines.filter(({ stage }) => stages.includes(stage));

export const baseLast = stateless('base-last', 'No machine of the base is taken out of use.', (turn) => {
  if (doesNothing(turn)) return undefined;
  const base = new Set(turn.machines.filter(({ part }) => part === 'base').map(({ name }) => name));
  const taken = named(turn, 'drain', 'close', 'destroy').filter((name) => base.has(name));
  return taken.length === 0 ? undefined : `${taken.join(', ')} of the base is to go`;
});

export const aboveMinimum = stateless(
  'above-minimum',
  'No decision makes fewer machines serve than the base has.',
  (turn) => {
    if (doesNothing(turn)) return undefined;
    const serving = inStage(turn, 'serving');
    const leaving = new Set(named(turn, 'drain', 'close', 'destroy'));
    const left = serving.filter(({ name }) => !leaving.has(name)).length + named(turn, 'admit').length;
    const least = Math.min(serving.length, turn.settings.fleet.base.count);
    return left < least ? `${left} serve, and the base has ${turn.settings.fleet.base.count}` : undefined;
  },
);

export const withinLimits = stateless(
  'within-limits',
  'There are never more machines than the overflow may have, and none is made that the budget does not pay for.',
  (turn) => {
    if (doesNothing(turn)) return undefined;
    const { overflow } = turn.settings.fleet;
    const there = turn.machines.filter(({ part }) => part === 'overflow').length - named(turn, 'destroy').length;
    const wanted = there + created(turn);
    if (created(turn) === 0) return undefined;
    if (wanted > overflow.count) return `${wanted} of the overflow are wanted, and there may be ${overflow.count}`;
    const { affordable = Infinity } = turn;
    return wanted > affordable ? `${wanted} of the overflow are wanted, and ${affordable} are paid for` : undefined;
  },
);

export const withReason = stateless('with-reason', 'Nothing is decided without a reason.', ({ decision }) =>
  decision.says.trim() === '' ? 'a decision says nothing' : undefined,
);

interface Holds {
  readonly grewAtMs?: number;
  readonly shrankAtMs?: number;
}

export const holdsRespected: Invariant<Holds> = {
  name: 'holds-respected',
  promises: 'It grows again, and shrinks, no sooner than its holds say.',
  begin: () => ({}),
  look(state, turn) {
    const { nowMs, settings, decision, machines } = turn;
    if (doesNothing(turn)) return { state };
    const sinceMs = nowMs - (state.grewAtMs ?? -Infinity);
    const most = settings.fleet.base.count + settings.fleet.overflow.count;
    const serving = machines.filter(({ stage }) => stage === 'serving').length;
    if (decision.kind === 'grow') {
      const next = { ...state, grewAtMs: nowMs };
      return sinceMs < settings.hold.outMs
        ? { state: next, broken: `grew ${sinceMs} ms after it grew` }
        : { state: next };
    }
    const early = named(turn, 'drain').length > 0 && sinceMs < settings.hold.inMs && serving <= most;
    return early ? { state, broken: `shrank ${sinceMs} ms after it grew` } : { state };
  },
};

/** Chosen: what nobody needs is gone within two minutes of the end of what was paid for. */
const leakMs = 120_000;

export const nothingLeaks = stateless(
  'nothing-leaks',
  'Each machine that was made is in use, waits warm, or goes within two minutes.',
  (turn) => {
    const { nowMs, settings, machines } = turn;
    // All that wait are to be warm, and nobody comes or goes.
    let warm = 0;
    if (machines.every(({ stage }) => stage === 'serving' || (stage === 'ready' && ++warm <= settings.warm)))
      return undefined;
    const overdue = (machine: ObservedMachine, afterMs: number) =>
      nowMs - machine.sinceMs > afterMs + leakMs && paidUntilMs(machine, settings.billing, nowMs) <= nowMs;
    const waiting = inStage(turn, 'ready').filter((machine) => overdue(machine, settings.hold.inMs));
    const left = inStage(turn, 'drained').filter((machine) => overdue(machine, 0));
    const never = inStage(turn, 'starting').filter((machine) =>
      overdue(machine, Math.max(60_000, 5 * settings.readyMs)),
    );
    const leaked = [...waiting.slice(settings.warm), ...left, ...never];
    return leaked.length === 0
      ? undefined
      : leaked.map(({ name, stage }) => `${name} is ${stage} and nobody needs it`).join('; ');
  },
);

interface Busy {
  readonly sinceMs: number;
  /** Decisions that did something since then. */
  readonly acts: number;
  readonly wanted: number;
}

/** Chosen: while the same size is wanted, a machine comes, is let in, leaves and goes; each of them twice is enough. */
const mostActsEach = 8;
/** Chosen: over days machines fail, and others take their place; what never rests acts more often within an hour. */
const restMs = 3_600_000;

export const comesToRest: Invariant<Busy | undefined> = {
  name: 'comes-to-rest',
  promises: 'While the same size is wanted, there is an end to what is done, within an hour.',
  begin: () => undefined,
  look(before, { nowMs, decision, machines }) {
    const { wanted } = decision;
    if (before?.wanted === wanted && decision.actions.length === 0) return { state: before };
    const isSame = before?.wanted === wanted && nowMs - before.sinceMs < restMs;
    const same = isSame ? before : { sinceMs: nowMs, acts: 0, wanted };
    const state = { ...same, acts: same.acts + (decision.actions.length > 0 ? 1 : 0) };
    const most = mostActsEach * (machines.length + 1);
    return state.acts > most
      ? { state: { ...state, acts: 0 }, broken: `acted ${state.acts} times while ${wanted} machines were wanted` }
      : { state };
  },
};

/** Chosen: sums of prices are off by the last of their digits. */
const roundingOff = 1e-6;

export const budget = stateless(
  'budget',
  'Nothing is bought that the month’s budget does not pay for, and what it does not pay for any more is on its way out.',
  (turn) => {
    const { spending, machines } = turn;
    if (spending === undefined) return undefined;
    const { spent, allowed, each } = spending;
    const bought = created(turn);
    if (bought > 0 && spent + bought * each > allowed + roundingOff)
      return `${bought} machines are bought for ${money(bought * each)}, with ${money(spent)} of ${money(allowed)} spent`;
    const leaves = machines.some(({ stage, isGoing }) => isGoing === true || leavingStages.has(stage));
    return bought === 0 && !leaves && spent > Math.max(0, allowed) + roundingOff
      ? `${money(spent)} of ${money(allowed)} are spent, and no machine leaves`
      : undefined;
  },
);

const leavingStages: ReadonlySet<ObservedMachine['stage']> = new Set(['draining', 'drained', 'down']);
const money = (amount: number) => amount.toFixed(2);
