/**
 * Which machine of a pool of databases, or of services that one of them runs, is the
 * primary, decided several times a second. Level-triggered: a move that was begun
 * stands in the primacy, and each turn says what it still lacks, so that whoever is
 * killed in its midst carries on.
 */
import { afterMove, type Primacy, type PrimacyMove } from '../../model/primacy.ts';
import type { DatabaseObservation } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import { chooseSuccessor } from './choose-successor.ts';
import { coveredUntil, type Covered } from './covered.ts';
import { judgePrimary } from './judge-primary.ts';
import { mendPrimary, tidy } from './tidy.ts';
import type { FailoverAction, FailoverDecision, FailoverSettings } from './decision.ts';
import { keepInSync, type SyncState } from './keep-in-sync.ts';
import { freshState, isFresh } from './sight.ts';

export type { FailoverAction, FailoverDecision, FailoverSettings } from './decision.ts';

export interface FailoverState {
  readonly turnedAtMs?: number;
  /** Since when the primary is not seen to work. */
  readonly doubtedSinceMs?: number;
  /** When whoever decides was last back after an absence: what was seen before says nothing. */
  readonly backAtMs?: number;
  readonly covered: Covered;
  readonly sync: SyncState;
}

export const beginning: FailoverState = { covered: {}, sync: { lost: {} } };

/** Chosen: whoever decides was itself not there for so long; what it has not heard meanwhile says nothing of others. */
const absentMs = 600;
/** Chosen: what a machine tells was asked of its server up to so long before. */
const oldNewsMs = 300;
/**
 * Chosen: from the last sign of life to the move. HAProxy and MariaDB retry within it,
 * and a machine on a busy host is late by less.
 */
const patienceMs = 1_000;

export interface Turn {
  readonly state: FailoverState;
  readonly decision: FailoverDecision;
}

export function decide(
  settings: FailoverSettings,
  before: FailoverState,
  primacy: Primacy,
  seen: DatabaseObservation,
  nowMs: number,
): Turn {
  const wasAbsent = nowMs - (before.turnedAtMs ?? nowMs) > absentMs;
  const primary = seen.machines.find(({ name }) => name === primacy.primary);
  const replicas = seen.machines.filter(({ name }) => name !== primacy.primary && !primacy.deposed.includes(name));
  const covered = coveredUntil(before.covered, primary, replicas, nowMs);
  const judged = judgePrimary(primacy.primary, seen, nowMs);
  const backAtMs = wasAbsent ? nowMs : before.backAtMs;
  const doubtedSinceMs =
    judged.kind === 'works' || wasAbsent
      ? undefined
      : (before.doubtedSinceMs ?? Math.max(judged.lastSignMs ?? nowMs, backAtMs ?? -Infinity));
  const state: FailoverState = {
    turnedAtMs: nowMs,
    ...(doubtedSinceMs !== undefined && { doubtedSinceMs }),
    ...(backAtMs !== undefined && { backAtMs }),
    covered,
    sync: { lost: {} },
  };
  const quiet = (decision: FailoverDecision): Turn => ({ state, decision });

  if (primacy.move !== undefined) {
    return quiet(
      goOn(settings, primacy, primacy.move, { covered, seen, nowMs, isPrimaryWell: judged.kind === 'works' }),
    );
  }
  if (judged.kind === 'works' && primary !== undefined) {
    const { sync, decision } = keepInSync(settings, before.sync, primacy, primary, replicas, nowMs);
    return {
      state: { ...state, sync },
      decision: mendPrimary(settings, primacy, seen, primary, nowMs) ?? decision ?? tidy(primacy, seen, nowMs),
    };
  }
  if (doubtedSinceMs === undefined)
    return quiet(doubt('what was seen before is not counted: nobody looked for a while', judged.evidence));
  if (judged.kind === 'unclear') {
    const action = { kind: 'ask', about: primacy.primary } as const;
    return quiet({ ...doubt(judged.says, judged.evidence), ...(judged.ask && { action }) });
  }
  if (judged.kind === 'stuck' && primacy.inSync.length === 0) {
    return quiet(doubt(`${primacy.primary} ends no write, and no replica is in sync`, judged.evidence));
  }
  const patientUntilMs = doubtedSinceMs + patienceMs;
  if (judged.kind === 'silent' && nowMs < patientUntilMs) {
    return quiet(
      doubt(`${primacy.primary} is given until ${patienceMs / 1000} s after its last sign of life`, judged.evidence),
    );
  }
  return quiet(moveOrRefuse(settings, primacy, { covered, seen, nowMs, sinceMs: doubtedSinceMs }, judged.evidence));
}

const doubt = (says: string, evidence: readonly string[]): FailoverDecision => ({ kind: 'doubt', says, evidence });

interface Sight {
  readonly covered: Covered;
  readonly seen: DatabaseObservation;
  readonly nowMs: number;
}

function moveOrRefuse(
  settings: FailoverSettings,
  primacy: Primacy,
  sight: Sight & { readonly sinceMs: number },
  evidence: readonly string[],
): FailoverDecision {
  const { primary, movedAtMs } = primacy;
  const { nowMs, sinceMs, seen } = sight;
  const refuse = (says: string): FailoverDecision => {
    const isOff = seen.machines.some(({ name, power }) => name === primary && power === 'off');
    const action = { kind: 'start', machine: primary } as const;
    return { kind: 'refuse', says, evidence, ...(isOff && { action }) };
  };
  if (!settings.automatic) return refuse(`${primary} is lost, and the blueprint leaves what follows to a person`);
  if (movedAtMs !== undefined && nowMs < movedAtMs + settings.holdMs) {
    const seconds = Math.ceil((movedAtMs + settings.holdMs - nowMs) / 1000);
    return refuse(`${primary} is lost, but its place changed hands a short while ago: not again for ${seconds} s`);
  }
  const { successor, says } = chooseSuccessor(settings, primacy, sight.covered, seen, { sinceMs, nowMs });
  if (successor === undefined) return refuse(`${primary} is lost, and nobody may take its place: ${says}`);
  const move = { from: primary, planned: false, why: `${primary} is lost`, beganMs: nowMs };
  return {
    kind: 'move',
    says: `${primary} is lost, and ${successor} takes its place: ${says}`,
    evidence,
    primacy: { ...primacy, move },
    action: { kind: 'fence', machine: primary },
  };
}

function goOn(
  settings: FailoverSettings,
  primacy: Primacy,
  move: PrimacyMove,
  sight: Sight & { readonly isPrimaryWell: boolean },
): FailoverDecision {
  const { from, planned, fencedAtMs } = move;
  const decided = (says: string, action: FailoverAction, kept?: Primacy): FailoverDecision => ({
    ...{ kind: 'move', says, evidence: [], action },
    ...(kept !== undefined && { primacy: kept }),
  });
  if (planned && fencedAtMs === undefined) return handOver(primacy, move, sight);
  const stopped = planned && move.isPromoting !== true ? mayPromote(primacy, move, sight) : undefined;
  if (stopped !== undefined) return stopped;
  if (fencedAtMs === undefined || (!planned && isBack(from, fencedAtMs, sight.seen)))
    return decided(`${from} must not write any more`, { kind: 'fence', machine: from });
  const chosen =
    move.to ??
    chooseSuccessor(settings, primacy, sight.covered, sight.seen, { sinceMs: move.beganMs, nowMs: sight.nowMs })
      .successor;
  if (chosen === undefined) {
    const { says } = chooseSuccessor(settings, primacy, sight.covered, sight.seen, {
      sinceMs: move.beganMs,
      nowMs: sight.nowMs,
    });
    return {
      kind: 'refuse',
      says: `${from} is fenced, and nobody may take its place after all: ${says}`,
      evidence: [],
      primacy: withoutMove(primacy),
      action: { kind: 'start', machine: from },
    };
  }
  if (sight.seen.machines.some(({ name, power }) => name === chosen && power === 'off'))
    return decided(`${chosen} is to become the primary, and has no power`, { kind: 'start', machine: chosen });
  const followers = followersOf(primacy, sight.seen, chosen, sight.nowMs);
  const stillInSync = followers.filter((one) => primacy.inSync.includes(one));
  const waits = settings.waits === 'loosely' || stillInSync.length > 0;
  const promote = { kind: 'promote', machine: chosen, followers, waits } as const;
  return decided(`${chosen} becomes the primary`, promote, {
    ...primacy,
    move: { ...move, to: chosen, isPromoting: true },
  });
}

/** Whether one that was fenced has said something since: somebody gave it its power back, or its networks. */
function isBack(machine: MachineName, fencedAtMs: number, { machines }: DatabaseObservation): boolean {
  const told = machines.find(({ name }) => name === machine)?.told;
  return told !== undefined && told.atMs > fencedAtMs + oldNewsMs;
}

/**
 * Of a planned move whose primary rests: is its successor still there, and does it still rest? One that was started
 * again meanwhile may have written since. Undefined when nothing has changed.
 */
function mayPromote(primacy: Primacy, move: PrimacyMove, { seen, nowMs }: Sight): FailoverDecision | undefined {
  const { from, to, fencedAtMs = Infinity } = move;
  const stateOf = (name: MachineName | undefined) => {
    const machine = seen.machines.find((one) => one.name === name);
    return machine && freshState(machine, nowMs);
  };
  if (stateOf(from)?.isReadOnly === false && isBack(from, fencedAtMs, seen)) {
    const { fencedAtMs: _, ...again } = move;
    return { ...doubt(`${from} takes writes again, and hands over anew`, []), primacy: { ...primacy, move: again } };
  }
  if (stateOf(to) !== undefined) return undefined;
  const says = `the planned move is given up: ${to ?? 'its successor'} is not seen to work`;
  return { kind: 'refuse', says, evidence: [], primacy: withoutMove(primacy) };
}

/** A person wants another primary, and the one that there is works. */
function handOver(
  primacy: Primacy,
  { from, to }: PrimacyMove,
  { seen, nowMs, isPrimaryWell }: Sight & { readonly isPrimaryWell: boolean },
): FailoverDecision {
  const giveUp = (says: string): FailoverDecision => ({
    kind: 'refuse',
    says: `the planned move is given up: ${says}`,
    evidence: [],
    primacy: withoutMove(primacy),
  });
  if (from !== primacy.primary) return giveUp(`${primacy.primary} is the primary by now`);
  const target = seen.machines.find(({ name }) => name === to);
  if (to === undefined || target === undefined) return giveUp('its successor is gone');
  if (seen.machines.some(({ name, told }) => (name === from || name === to) && told === undefined)) {
    return doubt(`${from} shall hand over to ${to}, and not both were heard yet`, []);
  }
  if (!isPrimaryWell) return giveUp(`${from} is not seen to work`);
  if (!isFresh(target, nowMs)) return giveUp(`${to} is not seen to work`);
  return { kind: 'move', says: `${from} hands over to ${to}`, evidence: [], action: { kind: 'hand-over', from, to } };
}

/** The primacy once the successor writes. */
export function moved(primacy: Primacy, followers: readonly MachineName[], nowMs: number): Primacy {
  const { move } = primacy;
  if (move?.to === undefined) return primacy;
  const stillInSync = followers.filter((one) => primacy.inSync.includes(one));
  return afterMove(primacy, { to: move.to, stillInSync, isOldDeposed: !move.planned }, nowMs);
}

export function withoutMove({ primary, inSync, deposed, movedAtMs }: Primacy): Primacy {
  return { primary, inSync, deposed, ...(movedAtMs !== undefined && { movedAtMs }) };
}

function followersOf(
  { primary, deposed }: Primacy,
  { machines }: DatabaseObservation,
  chosen: MachineName,
  nowMs: number,
) {
  return machines
    .filter((one) => one.name !== primary && one.name !== chosen && !deposed.includes(one.name) && isFresh(one, nowMs))
    .map(({ name }) => name);
}
