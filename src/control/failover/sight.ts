import type { ObservedDatabase, DatabaseState } from '../../model/database-observation.ts';

/** Chosen: machines tell five times a second; two tellings that are late make nothing but a question to others. */
export const silentMs = 500;

/** What its server said, if it said it just now. */
export function freshState({ told }: ObservedDatabase, nowMs: number): DatabaseState | undefined {
  return told !== undefined && nowMs - told.atMs <= silentMs ? told.server : undefined;
}

export function isFresh(machine: ObservedDatabase, nowMs: number): boolean {
  return freshState(machine, nowMs) !== undefined;
}

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
