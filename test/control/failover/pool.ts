/** A pool of databases in words: three machines, of which the first is the primary and the others follow it. */
import {
  beginning,
  decide,
  type FailoverDecision,
  type FailoverSettings,
  type FailoverState,
} from '../../../src/control/failover/decide.ts';
import type { DatabaseObservation, DatabaseState, ObservedDatabase } from '../../../src/model/database-observation.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import type { Primacy } from '../../../src/model/primacy.ts';

export const db = (ordinal: number) => `database-${ordinal}` as MachineName;
export const settings: FailoverSettings = { automatic: true, holdMs: 600_000, rpoMs: 0, waits: 'strictly' };
export const together: Primacy = { primary: db(1), inSync: [db(2)], deposed: [] };

const address = '10.0.0.100';

export const primaryState: DatabaseState = { isReadOnly: false, written: 100, waits: { on: true, replicas: 1 } };

export function replicaState(
  nowMs: number,
  more: Partial<NonNullable<DatabaseState['following']>> = {},
): DatabaseState {
  const following = {
    host: address,
    hears: true,
    heardAtMs: nowMs,
    applies: true,
    received: 100,
    applied: 100,
    ...more,
  };
  return { isReadOnly: true, written: following.applied, waits: { on: false, replicas: 0 }, following };
}

export function machine(
  ordinal: number,
  server: DatabaseState | undefined,
  atMs: number,
  more: Partial<ObservedDatabase> = {},
) {
  const told = { atMs, ...(server !== undefined && { server }) };
  return { name: db(ordinal), power: 'on', told, ...more } satisfies ObservedDatabase;
}

/** Two machines that are well. */
export function well(nowMs: number): DatabaseObservation {
  return {
    machines: [machine(1, primaryState, nowMs), machine(2, replicaState(nowMs), nowMs)],
    testimonies: [],
    address,
    addressesOn: [db(1)],
  };
}

/** The primary was lost at that time; the replica tells, and has lost its connection. */
export function lost(atMs: number, nowMs: number, more: Partial<ObservedDatabase> = {}): DatabaseObservation {
  const replica = replicaState(nowMs, { hears: false, heardAtMs: atMs });
  const nobody = { by: 'web-1' as MachineName, atMs: nowMs, isGreeted: false };
  return {
    machines: [machine(1, primaryState, atMs, more), machine(2, replica, nowMs)],
    testimonies: nowMs > atMs ? [nobody] : [],
    address,
    addressesOn: [db(1)],
  };
}

export interface Played {
  readonly atMs: number;
  readonly decision: FailoverDecision;
}

/** Turns each 100 ms; what a decision keeps is what the next turn finds. */
export function play(
  seconds: number,
  seenAt: (nowMs: number) => DatabaseObservation,
  options: { readonly primacy?: Primacy; readonly settings?: Partial<FailoverSettings>; readonly every?: number } = {},
): readonly Played[] {
  let state: FailoverState = beginning;
  let primacy = options.primacy ?? together;
  const played: Played[] = [];
  for (let nowMs = 0; nowMs <= seconds * 1000; nowMs += options.every ?? 100) {
    const turn = decide({ ...settings, ...options.settings }, state, primacy, seenAt(nowMs), nowMs);
    state = turn.state;
    primacy = turn.decision.primacy ?? primacy;
    played.push({ atMs: nowMs, decision: turn.decision });
  }
  return played;
}

/** When each kind of decision was first made, for example `{ doubt: 800, move: 1100 }`. */
export function firstOf(played: readonly Played[]): Readonly<Record<string, number>> {
  const first: Record<string, number> = {};
  for (const { atMs, decision } of played) first[decision.kind] ??= atMs;
  return first;
}
