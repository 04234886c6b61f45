/**
 * What a controller knows of a pool and cannot look up: since when less was enough,
 * what its rules have learnt, what did not come. It changes twice a second, so it
 * is kept beside the journal and not in it.
 */
import { beginning, type ScaleState } from '../../control/scale/decide.ts';
import { resumed } from '../../control/scale/resume.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Store } from '../../ports/store.ts';

/** Counts up when a state that was kept before means something else now. */
const version = 2;
/** Chosen: a hold or a forecast that is ten seconds off is none the worse. */
const everyMs = 10_000;

interface Kept {
  readonly version: number;
  readonly atMs: number;
  readonly state: ScaleState;
}

export interface Memory {
  recall(pool: PoolName, nowMs: number): ScaleState;
  /** `now`: something was done that must not be forgotten. */
  keep(pool: PoolName, state: ScaleState, nowMs: number, now: boolean): void;
}

export function memoryIn(store: Store): Memory {
  const keptAtMs = new Map<PoolName, number>();
  return {
    recall(pool, nowMs) {
      const text = store.kept(nameOf(pool));
      const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
      return kept?.version === version ? resumed(kept.state, kept.atMs, nowMs) : beginning;
    },
    keep(pool, state, atMs, now) {
      if (!now && atMs - (keptAtMs.get(pool) ?? -Infinity) < everyMs) return;
      keptAtMs.set(pool, atMs);
      store.keep(nameOf(pool), JSON.stringify({ version, atMs, state } satisfies Kept));
    },
  };
}

const nameOf = (pool: PoolName) => `scale/${pool}`;
