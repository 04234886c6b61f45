/**
 * How many machines a pool has, decided once a second and whenever something
 * changed. It is level-triggered: the decision says what should be done about
 * what is seen, so that one that was lost costs nothing.
 */
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine, PoolObservation } from '../../model/observation.ts';
import { asTimeRuns, type Calendar } from './calendar.ts';
import { capacityOf, type Fleet } from './capacity.ts';
import { paidUntilMs, type Billing } from './paid-hours.ts';
import { fresh } from '../fresh.ts';
import { learn, learntFill, type FillState } from './learned-fill.ts';
import type { Proposal } from './rule.ts';
import { proposeAll, type RuleSettings, type RuleStates } from './rules/index.ts';

export interface ScaleSettings {
  readonly fleet: Fleet;
  readonly rules: RuleSettings;
  /** How full machines may be in quiet times, 0 to 1. */
  readonly fill: number;
  /** Whether it learns from the demand how full they may be; until it has, it is as `fill` says. */
  readonly learnsFill?: { readonly most: number };
  /** How long a machine takes from the decision to its first answer. */
  readonly readyMs: number;
  /** Machines of the overflow that wait, ready, outside the balancers. */
  readonly warm: number;
  readonly hold: {
    /** From one growth to the next. */
    readonly outMs: number;
    /** How long less must have been enough before a machine goes. */
    readonly inMs: number;
  };
  readonly billing: Billing;
  /** How long a machine that leaves may take for what it still answers. */
  readonly drainMs: number;
}

/** Plain data: it is journaled, and read again when the controller starts. */
export interface ScaleState {
  readonly rules: RuleStates;
  /** What was learnt of how the demand grows. */
  readonly fill?: FillState;
  /** Sizes that were wanted within the hold, each larger than all that came after it. */
  readonly wanted: readonly { readonly atMs: number; readonly size: number }[];
  readonly grewAtMs?: number;
  readonly shrankAtMs?: number;
  /** Since when it goes by these settings; absent when there were none before. */
  readonly changedAtMs?: number;
  /** When machines were given up that did not come, or did not come back, since the last one that came and stayed. */
  readonly gaveUpAtMs: readonly number[];
}

/** What a person or the budget says beside the rules. */
export interface Orders {
  /**
   * Wins over every rule until it ends, and over what would keep a machine for the sake of money or a hold. It also
   * wins over the budget, which limits what is spent without a person: who gives the order answers for its price.
   */
  readonly manual?: ManualOrder;
  /** Machines of the overflow that the budget still pays for, those that there are included. */
  readonly affordable?: number;
}

export interface ManualOrder {
  /** The base included. */
  readonly size: number;
  readonly untilMs: number;
}

export type ScaleAction =
  | { readonly kind: 'create'; readonly count: number }
  /** `admit`: into the balancers, whether it was ready, draining or drained. */
  /** `close`: what it still answers is ended, for it has had its time. */
  /** `keep`: one that has left the balancers stays as one of the warm ones. */
  | { readonly kind: 'admit' | 'drain' | 'close' | 'keep' | 'destroy'; readonly machine: MachineName };

export interface ScaleDecision {
  readonly kind: 'grow' | 'shrink' | 'nothing';
  readonly actions: readonly ScaleAction[];
  /** Machines that serve or are on their way to, and how many should. */
  readonly size: number;
  readonly wanted: number;
  /** Requests/s that the machines serve which serve now. */
  readonly capacity: number;
  /** Why this, in one sentence; also why nothing. */
  readonly says: string;
  readonly winner?: Proposal;
  readonly losers: readonly Proposal[];
}

/** Chosen: one machine's leaving must show in the readings before the next one goes. */
const betweenDrainsMs = 5_000;
/** Chosen: a machine that takes five times as long as it should is not coming; nor is one in a minute that should in a second. */
const leastPatienceMs = 60_000;
/** Chosen: a check that comes late on a busy machine looks like one that fails; HAProxy asks again within this time. */
const blipMs = 2_000;
/** Chosen: HAProxy sees a machine again within a second of its return. */
const downPatienceMs = 10_000;
/** Chosen: what fails three times is no accident of one machine. */
const freeTries = 3;
/**
 * Chosen: then one at a time is tried, after a pause that doubles up to the time that a try is paid for: so they cost no
 * more than one machine that is there. Nobody waits longer than an hour for a provider that is well again.
 */
const [firstPauseMs, longestPauseMs] = [10 * 60_000, 3_600_000];

export const beginning: ScaleState = { rules: {}, wanted: [], gaveUpAtMs: [] };

export function decide(
  settings: ScaleSettings,
  before: ScaleState,
  observed: PoolObservation,
  nowMs: number,
  orders: Orders = {},
  calendar: Calendar = asTimeRuns(nowMs),
): { readonly state: ScaleState; readonly decision: ScaleDecision } {
  const seen = withoutBlips(observed, nowMs);
  const fleet = livingFleet(settings.fleet, seen.machines);
  const inUse = seen.machines.filter(({ stage }) => stage === 'serving');
  const coming = seen.machines.filter(({ stage }) => stage === 'starting' || stage === 'ready');
  // Warm machines are no part of the size until they are asked to serve.
  const size = inUse.length + Math.max(0, coming.length - settings.warm);
  const { readyMs } = settings;
  const learnt = settings.learnsFill && learnFrom(settings, before.fill, seen, nowMs);
  const fill = Math.min(settings.learnsFill?.most ?? 1, (learnt && learntFill(learnt, readyMs)) ?? settings.fill);
  const sight = { nowMs, calendar, seen, fleet, size: inUse.length, fill, readyMs };
  const { states, proposals } = proposeAll(settings.rules, before.rules, sight);

  const manual = orders.manual !== undefined && nowMs < orders.manual.untilMs ? orders.manual : undefined;
  const ranked = [...(manual === undefined ? [] : [byHand(manual)]), ...bySize(proposals)];
  const [winner, ...losers] = ranked.filter((one) => one.size !== undefined);
  const silent = ranked.filter((one) => one.size === undefined);
  const budget = mostOf(fleet, seen.machines, orders);
  const { most, says: limit } = manual === undefined ? budget : mostOf(fleet, seen.machines, {});
  // Where a machine of the base is down one of the overflow stands in, though the others could do it: they are fewer than they should be.
  const least = settings.fleet.base.count;
  const asked = winner?.size ?? least;
  const wantedNow = Math.min(Math.max(asked, least), most);
  const clipped = asked > most ? limit : wantedNow > budget.most ? budget.says : '';

  // What an order holds goes slowly once it ends, as what a rule asked for does.
  const history =
    manual === undefined
      ? remember(before.wanted, wantedNow, nowMs, settings.hold.inMs)
      : [{ atMs: nowMs, size: wantedNow }];
  const wanted = Math.min(most, Math.max(wantedNow, history[0]?.size ?? 0));
  const blind = manual === undefined && fresh(seen.demand, nowMs) === undefined;
  const lost = lostCauses(seen.machines, readyMs, nowMs);
  // One that left and could not be removed has come all the same.
  const missing = lost.filter(({ downAfter }) => downAfter !== 'draining' && downAfter !== 'drained');
  const gaveUpAtMs = [...failedSince(before.gaveUpAtMs, seen.machines, nowMs), ...missing.map(() => nowMs)];
  const given =
    lost.length === 0 ? seen : { ...seen, machines: seen.machines.filter((machine) => !lost.includes(machine)) };
  const byOrder = manual !== undefined;
  const sure = observed.machines.filter(({ stage }) => stage === 'serving').length;
  const deciding = { settings, before, seen: given, sure, nowMs, most: most - lost.length, wanted, blind, byOrder };
  const outcome = makingAtMost(
    mayMake(gaveUpAtMs, given.machines, settings.billing, nowMs),
    actionsFor(deciding),
    gaveUpAtMs.length,
  );
  const { kind } = outcome;
  const overdue = overdueIn(seen.machines, outcome, settings.drainMs, nowMs);
  const actions = [
    ...lost.map(({ name }): ScaleAction => ({ kind: 'destroy', machine: name })),
    ...outcome.actions,
    ...overdue.map((name): ScaleAction => ({ kind: 'close', machine: name })),
  ];
  const says = [
    outcome.says,
    ...overdue.map((name) => `${name} had ${seconds(settings.drainMs)} for its last requests, and they are ended`),
    winner === undefined ? 'no rule asks for more than the base' : `${winner.rule}: ${winner.says}`,
    clipped,
  ];
  return {
    state: {
      ...(learnt !== undefined && { fill: learnt }),
      rules: states,
      wanted: history,
      gaveUpAtMs,
      ...(kind === 'grow' ? { grewAtMs: nowMs } : before.grewAtMs !== undefined && { grewAtMs: before.grewAtMs }),
      ...(kind === 'shrink'
        ? { shrankAtMs: nowMs }
        : before.shrankAtMs !== undefined && { shrankAtMs: before.shrankAtMs }),
      ...(before.changedAtMs !== undefined && { changedAtMs: before.changedAtMs }),
    },
    decision: {
      ...{ kind, actions, size, wanted },
      capacity: capacityOf(fleet, inUse.length),
      says: says.filter((part) => part !== '').join('; '),
      ...(winner !== undefined && { winner }),
      losers: [...losers, ...silent],
    },
  };
}

function learnFrom(settings: ScaleSettings, before: FillState | undefined, seen: PoolObservation, nowMs: number) {
  const demand = fresh(seen.demand, nowMs);
  return demand === undefined ? before : learn(before, demand, settings, nowMs);
}

/** Machines of the overflow that did not come in time, or did not come back: others are made in their place. */
function lostCauses(machines: readonly ObservedMachine[], readyMs: number, nowMs: number): readonly ObservedMachine[] {
  const patienceMs = { starting: Math.max(leastPatienceMs, 5 * readyMs), down: downPatienceMs };
  return machines.filter(
    ({ part, stage, sinceMs }) =>
      part === 'overflow' && (stage === 'starting' || stage === 'down') && nowMs - sinceMs > patienceMs[stage],
  );
}

/** Of those that leave; one that is let in again has nothing to end. */
function overdueIn(
  machines: readonly ObservedMachine[],
  { actions }: Outcome,
  drainMs: number,
  nowMs: number,
): readonly MachineName[] {
  if (!machines.some(({ stage }) => stage === 'draining')) return [];
  const admitted = new Set(actions.flatMap((action) => (action.kind === 'admit' ? [action.machine] : [])));
  return machines.flatMap(({ name, part, stage, sinceMs }) =>
    part === 'overflow' && stage === 'draining' && nowMs - sinceMs >= drainMs && !admitted.has(name) ? [name] : [],
  );
}

/** One that came and stayed shows that they come again. */
function failedSince(gaveUpAtMs: readonly number[], machines: readonly ObservedMachine[], nowMs: number) {
  const last = gaveUpAtMs.at(-1);
  const hasCome = machines.some(
    ({ part, stage, sinceMs }) =>
      part === 'overflow' && stage === 'serving' && sinceMs > (last ?? Infinity) && nowMs - sinceMs > downPatienceMs,
  );
  // As many as make the longest pause; more say no more.
  return hasCome ? [] : gaveUpAtMs.slice(-mostKept);
}

const mostKept = freeTries + Math.ceil(Math.log2(longestPauseMs / firstPauseMs));

function mayMake(
  gaveUpAtMs: readonly number[],
  machines: readonly ObservedMachine[],
  { periodMs }: Billing,
  nowMs: number,
): number {
  const last = gaveUpAtMs.at(-1);
  if (last === undefined || gaveUpAtMs.length < freeTries) return Infinity;
  // Those that were asked for together fail together.
  const waitedFor = gaveUpAtMs.filter((atMs, index) => atMs - (gaveUpAtMs[index - 1] ?? atMs) >= firstPauseMs).length;
  const mostMs = Math.min(longestPauseMs, Math.max(firstPauseMs, periodMs));
  const pauseMs = Math.min(mostMs, firstPauseMs * 2 ** waitedFor);
  const underWay = machines.filter(({ stage }) => stage === 'starting').length;
  return nowMs - last < pauseMs ? 0 : Math.max(0, 1 - underWay);
}

function makingAtMost(most: number, { kind, actions, says }: Outcome, failed: number): Outcome {
  const asked = actions.reduce((sum, action) => sum + (action.kind === 'create' ? action.count : 0), 0);
  if (asked <= most) return { kind, actions, says };
  const others = actions.filter((action) => action.kind !== 'create');
  const left = most === 0 ? others : [...others, { kind: 'create', count: most } as const];
  const why = `${failed} machines did not come lately, and ${most === 0 ? 'no more are tried for now' : 'one at a time is tried'}`;
  return { kind: left.length === 0 ? 'nothing' : kind, actions: left, says: why };
}

function withoutBlips(observed: PoolObservation, nowMs: number): PoolObservation {
  return observed.machines.some(({ stage }) => stage === 'down')
    ? { ...observed, machines: observed.machines.map((machine) => withoutBlip(machine, nowMs)) }
    : observed;
}

/** One that served and is down for a moment only is taken to serve: to act on it costs more than to wait. */
function withoutBlip(machine: ObservedMachine, nowMs: number): ObservedMachine {
  const { stage, downAfter, sinceMs } = machine;
  return stage === 'down' && downAfter === 'serving' && nowMs - sinceMs < blipMs
    ? { ...machine, stage: 'serving' }
    : machine;
}

/** Of the base only what is alive serves. */
function livingFleet(fleet: Fleet, machines: readonly ObservedMachine[]): Fleet {
  const { base, overflow } = fleet;
  const down = machines.filter(({ part, stage }) => part === 'base' && stage === 'down').length;
  if (down === 0) return fleet;
  return { base: { ...base, count: Math.max(0, base.count - down) }, overflow };
}

function byHand({ size }: NonNullable<Orders['manual']>): Proposal {
  return { rule: 'manual', size, says: `a person wants ${size}`, inputs: { size } };
}

function bySize(proposals: readonly Proposal[]): readonly Proposal[] {
  return proposals.toSorted((one, other) => (other.size ?? -1) - (one.size ?? -1));
}

/** A machine that is down or on its way out is still paid for, and so counts against the budget. */
function mostOf(
  { base, overflow }: Fleet,
  machines: readonly ObservedMachine[],
  { affordable }: Orders,
): { readonly most: number; readonly says: string } {
  const lost = machines.filter(({ part, stage }) => part === 'overflow' && stage === 'down').length;
  const allowed = affordable === undefined ? Infinity : Math.max(0, affordable - lost);
  return allowed < overflow.count
    ? { most: base.count + allowed, says: `the budget pays for ${allowed} of the overflow` }
    : { most: base.count + overflow.count, says: `the pool may have ${base.count + overflow.count}` };
}

/** Drops what is older than the hold, and what a later and larger wish outlives. */
function remember(wanted: ScaleState['wanted'], size: number, nowMs: number, holdMs: number): ScaleState['wanted'] {
  const within = wanted.filter((one) => one.atMs > nowMs - holdMs && one.size > size);
  return [...within, { atMs: nowMs, size }];
}

interface Deciding {
  readonly settings: ScaleSettings;
  readonly before: ScaleState;
  readonly seen: PoolObservation;
  /** Machines that are seen to serve, those left out that are taken to. */
  readonly sure: number;
  readonly nowMs: number;
  readonly most: number;
  readonly wanted: number;
  /** Nobody knows how much is asked for. */
  readonly blind: boolean;
  /** A person wants it so, now. */
  readonly byOrder: boolean;
}

type Outcome = Pick<ScaleDecision, 'kind' | 'actions' | 'says'>;

function actionsFor(deciding: Deciding): Outcome {
  const { seen, wanted } = deciding;
  const serving = seen.machines.filter(({ stage }) => stage === 'serving');
  if (serving.length < wanted) return grow(deciding, wanted - serving.length);
  if (serving.length > wanted) return shrink(deciding, serving);
  return settle(deciding);
}

/** What comes soonest first: a machine that is leaving, one that is warm, one that is made. */
function grow({ settings, before, seen, nowMs, most, wanted, byOrder }: Deciding, lacking: number): Outcome {
  const stageOf = (...stages: readonly ObservedMachine['stage'][]) =>
    stages.flatMap((stage) => seen.machines.filter((machine) => machine.stage === stage && machine.isGoing !== true));
  const admitted = stageOf('draining', 'ready', 'drained').slice(0, lacking);
  const starting = stageOf('starting').length;
  const warmLeft = stageOf('ready').filter((machine) => !admitted.includes(machine)).length;
  const pipeline = lacking - admitted.length + settings.warm - starting - warmLeft;
  const create = Math.max(0, Math.min(pipeline, most - present(seen)));
  const actions: ScaleAction[] = [
    ...admitted.map(({ name }): ScaleAction => ({ kind: 'admit', machine: name })),
    ...(create > 0 ? [{ kind: 'create' as const, count: create }] : []),
  ];
  if (actions.length === 0)
    return { kind: 'nothing', actions, says: starting > 0 ? `${starting} on the way` : 'there are no more to be had' };
  const heldMs = byOrder ? 0 : (before.grewAtMs ?? -Infinity) + settings.hold.outMs - nowMs;
  if (heldMs > 0) return { kind: 'nothing', actions: [], says: `grew just now, and looks again in ${seconds(heldMs)}` };
  return { kind: 'grow', actions, says: `from ${wanted - lacking} to ${wanted}` };
}

function shrink(deciding: Deciding, serving: readonly ObservedMachine[]): Outcome {
  const { settings, before, sure, nowMs, wanted, most, blind, byOrder } = deciding;
  const nothing = (says: string): Outcome => ({ ...settle(deciding), kind: 'nothing', says });
  if (blind) return nothing('nobody knows how much is asked for, so no machine goes');
  const overflow = serving.filter(({ part }) => part === 'overflow');
  if (overflow.length === 0) return nothing('only the base is left');
  if (sure <= wanted) return nothing('one is down for a moment, and no other goes meanwhile');
  const grewMs = (before.grewAtMs ?? -Infinity) + settings.hold.inMs - nowMs;
  if (!byOrder && serving.length <= most && grewMs > 0)
    return nothing(`it grew not long ago, and shrinks in ${seconds(grewMs)} at the soonest`);
  const changedMs = (before.changedAtMs ?? -Infinity) + settings.hold.inMs - nowMs;
  if (!byOrder && serving.length <= most && changedMs > 0)
    return nothing(`its settings changed not long ago, and it shrinks in ${seconds(changedMs)} at the soonest`);
  const soonMs = (before.shrankAtMs ?? -Infinity) + betweenDrainsMs - nowMs;
  if (soonMs > 0) return nothing(`a machine left just now, and the next may in ${seconds(soonMs)}`);
  const ends = overflow.map((machine) => ({ machine, untilMs: paidUntilMs(machine, settings.billing, nowMs) }));
  // Neither what a person does not want nor what the budget does not pay for any more is kept for the sake of money.
  const beyond = byOrder || serving.length > most;
  const [first] = ends.toSorted((one, other) => one.untilMs - other.untilMs);
  if (first === undefined || (!beyond && first.untilMs > nowMs)) {
    return nothing(
      `${serving.length - wanted} more than needed, and paid for ${seconds((first?.untilMs ?? nowMs) - nowMs)} more`,
    );
  }
  const { actions } = settle(deciding);
  return {
    kind: 'shrink',
    actions: [{ kind: 'drain', machine: first.machine.name }, ...actions],
    says: `from ${serving.length} to ${serving.length - 1}`,
  };
}

/** Those that have a place. One of the base that is down has none, and another may take it; one of the overflow keeps it until it is gone. */
function present({ machines }: PoolObservation): number {
  return machines.filter(({ part, stage }) => part === 'overflow' || stage !== 'down').length;
}

/** As many serve as should: what has left stays as a warm one or goes, and the warm ones are as many as they should be. */
function settle({ settings, before, seen, nowMs, most, blind, byOrder }: Deciding): Outcome {
  const inStage = (stage: ObservedMachine['stage']) =>
    seen.machines.filter((machine) => machine.stage === stage && machine.isGoing !== true);
  const [ready, drained] = [inStage('ready'), inStage('drained')];
  // One that still leaves will soon have left, so that none is made in its place.
  const leaving = inStage('draining').length;
  const warm = Math.max(0, Math.min(settings.warm, most - inStage('serving').length));
  const lacking = warm - ready.length - inStage('starting').length;
  const kept = drained.slice(0, Math.max(0, lacking));
  const spare = blind ? [] : ready.slice(0, Math.max(0, -lacking));
  const gone = spare.filter((machine) => byOrder || paidUntilMs(machine, settings.billing, nowMs) <= nowMs);
  const actions = [
    ...kept.map(({ name }): ScaleAction => ({ kind: 'keep', machine: name })),
    ...[...drained.slice(kept.length), ...gone].map(({ name }): ScaleAction => ({ kind: 'destroy', machine: name })),
  ];
  const count = Math.min(lacking - kept.length - leaving, most - present(seen));
  const heldMs = (before.grewAtMs ?? -Infinity) + settings.hold.outMs - nowMs;
  if (count <= 0 || heldMs > 0) return { kind: 'nothing', actions, says: '' };
  return { kind: 'grow', actions: [...actions, { kind: 'create', count }], says: `${count} to be kept warm` };
}

const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
