/**
 * Whether the primary waits for its replicas, and for which. What is kept of it is
 * always the careful half: a replica counts as in sync only after the primary was
 * seen to wait, and no longer counts before the primary stops waiting for it.
 */
import type { ObservedDatabase, DatabaseState } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';
import type { FailoverDecision, FailoverSettings } from './decision.ts';
import { freshState, inSeconds } from './sight.ts';

export interface SyncState {
  /** Replicas in sync that do not hear the primary: since when, and what it had committed then. */
  readonly lost: Readonly<Partial<Record<MachineName, Lost>>>;
  /** Since when the primary waits, and what it had committed when that was first seen. */
  readonly waitsFrom?: number;
  /** Since when it waits for nobody. */
  readonly vainSinceMs?: number;
}

interface Lost {
  readonly sinceMs: number;
  readonly written: number;
}

/** Chosen: a replica that connects anew is back within a second; meanwhile writes wait. */
const lostMs = 2_000;

interface Kept {
  readonly sync: SyncState;
  /** Absent when nothing has to be done. */
  readonly decision?: FailoverDecision;
}

/** `primary` is seen to work. */
export function keepInSync(
  { waits }: Pick<FailoverSettings, 'waits'>,
  before: SyncState,
  primacy: Primacy,
  primary: ObservedDatabase,
  replicas: readonly ObservedDatabase[],
  nowMs: number,
): Kept {
  const state = freshState(primary, nowMs);
  if (state === undefined || state.isReadOnly) return { sync: { lost: {} } };
  // What it said before it went on alone may be heard after it, so this is asked each time.
  const nobodyIs = primacy.inSync.length > 0 && (waits !== 'strictly' || !state.waits.on);
  if (nobodyIs) return { sync: { lost: {} }, decision: noneInSync(primacy) };
  if (waits !== 'strictly') return { sync: { lost: {} } };
  const following = replicas.flatMap((replica) => {
    const its = freshState(replica, nowMs)?.following;
    return its?.hears === true && its.applies ? [{ name: replica.name, received: its.received }] : [];
  });
  const waitsFrom = state.waits.on ? (before.waitsFrom ?? state.written) : undefined;
  const isVain = state.waits.on && following.length === 0;
  const vainSinceMs = isVain ? (before.vainSinceMs ?? nowMs) : undefined;
  const lost = lostOf(before, primacy, following, state, nowMs);
  const sync: SyncState = {
    lost,
    ...(waitsFrom !== undefined && { waitsFrom }),
    ...(vainSinceMs !== undefined && { vainSinceMs }),
  };
  const decision =
    goAlone(primacy, state, vainSinceMs, nowMs) ??
    leaveOut(primacy, lost, following, nowMs) ??
    beginToWait(primacy, state, following) ??
    takeIn(primacy, waitsFrom, following);
  return { sync, ...(decision !== undefined && { decision }) };
}

interface Follower {
  readonly name: MachineName;
  readonly received: number;
}

function lostOf(
  before: SyncState,
  { inSync }: Primacy,
  following: readonly Follower[],
  { written }: DatabaseState,
  nowMs: number,
): SyncState['lost'] {
  const gone = inSync.filter((name) => !following.some((one) => one.name === name));
  return Object.fromEntries(gone.map((name) => [name, before.lost[name] ?? { sinceMs: nowMs, written }]));
}

function noneInSync(primacy: Primacy): FailoverDecision {
  const { primary, inSync } = primacy;
  return {
    kind: 'alone',
    says: `${primary} waits for nobody, so ${inSync.join(', ')} may lack what it acknowledged`,
    evidence: [],
    primacy: { ...primacy, inSync: [] },
    action: { kind: 'keep' },
  };
}

/** Writes wait for replicas of which none is there any more. */
function goAlone(
  primacy: Primacy,
  { waits }: DatabaseState,
  vainSinceMs: number | undefined,
  nowMs: number,
): FailoverDecision | undefined {
  const { primary, inSync } = primacy;
  if (!waits.on || vainSinceMs === undefined || nowMs - vainSinceMs < lostMs) return undefined;
  const whom =
    inSync.length === 0
      ? 'no replica follows'
      : `${inSync.join(', ')} ${inSync.length === 1 ? 'has' : 'have'} not followed for ${inSeconds(nowMs - vainSinceMs)}`;
  return {
    kind: 'alone',
    says: `${primary} goes on alone: ${whom}. Until one is in sync again, nobody can take its place without loss`,
    evidence: [],
    primacy: { ...primacy, inSync: [] },
    action: { kind: 'go-alone', machine: primary },
  };
}

/** One of several is lost; the others must have all that was committed until then. */
function leaveOut(
  primacy: Primacy,
  lost: SyncState['lost'],
  following: readonly Follower[],
  nowMs: number,
): FailoverDecision | undefined {
  const { primary, inSync } = primacy;
  const left = inSync.filter((name) => lost[name] === undefined);
  if (left.length === 0 || left.length === inSync.length) return undefined;
  const gone = inSync.filter((name) => lost[name] !== undefined);
  const isSafe = gone.every((name) => {
    const { sinceMs = nowMs, written = Infinity } = lost[name] ?? {};
    const have = (one: MachineName) => following.some(({ name: its, received }) => its === one && received >= written);
    return nowMs - sinceMs >= lostMs && left.every(have);
  });
  if (!isSafe) return undefined;
  return {
    kind: 'alone',
    says: `${gone.join(', ')} no longer follows ${primary}; ${left.join(', ')} has all that was written`,
    evidence: [],
    primacy: { ...primacy, inSync: left },
    action: { kind: 'keep' },
  };
}

/** Chosen: a replica that lacks fewer writes has them before the first one that waits for it is impatient. */
const nearlyAll = 1_000;

function beginToWait(
  primacy: Primacy,
  { waits, written }: DatabaseState,
  following: readonly Follower[],
): FailoverDecision | undefined {
  const near = following.filter(({ received }) => written - received < nearlyAll);
  if (waits.on || near.length === 0) return undefined;
  const names = near.map(({ name }) => name).join(', ');
  return {
    kind: 'together',
    says: `${primacy.primary} waits for ${names} from now on`,
    evidence: [],
    action: { kind: 'wait', machine: primacy.primary },
  };
}

/** It has all that was committed before the primary waited, and later writes wait for one of those in sync. */
function takeIn(
  primacy: Primacy,
  waitsFrom: number | undefined,
  following: readonly Follower[],
): FailoverDecision | undefined {
  if (waitsFrom === undefined) return undefined;
  const come = following.filter(({ name, received }) => received >= waitsFrom && !primacy.inSync.includes(name));
  if (come.length === 0) return undefined;
  const inSync = [...primacy.inSync, ...come.map(({ name }) => name)].toSorted();
  return {
    kind: 'together',
    says: `${come.map(({ name }) => name).join(', ')} has every write of ${primacy.primary}, which waits for it`,
    evidence: [],
    primacy: { ...primacy, inSync },
    action: { kind: 'keep' },
  };
}
