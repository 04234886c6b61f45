/**
 * What a controller knows of a pool and cannot look up: since when less was enough,
 * what its rules have learnt, what did not come. It changes twice a second, so it
 * is kept beside the journal and not in it.
 */
import { beginning, type ScaleSettings, type ScaleState } from '../../control/scale/decide.ts';
import { resumed, type KeptState } from '../../control/scale/resume.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** Counts up when a state that was kept before means something else now. */
const version = 3;
/** Chosen: a hold or a forecast that is ten seconds off is none the worse. */
const everyMs = 10_000;

interface Kept extends KeptState {
  readonly version: number;
  /** When it was kept, by the wall: the only clock that two processes share. */
  readonly wallMs: number;
}

export interface Memory {
  recall(pool: PoolName, settings: ScaleSettings): ScaleState;
  /** `now`: something was done that must not be forgotten. */
  keep(pool: PoolName, settings: ScaleSettings, state: ScaleState, now: boolean): void;
}

export function memoryIn(store: Pick<Store, 'kept' | 'keep'>, clock: Pick<Clock, 'now' | 'wall'>): Memory {
  const keptAtMs = new Map<PoolName, number>();
  return {
    recall(pool, settings) {
      const text = store.kept(nameOf(pool));
      const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
      if (kept?.version !== version) return beginning;
      const unseenMs = Math.max(0, clock.wall() - kept.wallMs);
      return resumed(kept, settings, { nowMs: clock.now(), unseenMs });
    },
    keep(pool, settings, state, now) {
      const atMs = clock.now();
      if (!now && atMs - (keptAtMs.get(pool) ?? -Infinity) < everyMs) return;
      keptAtMs.set(pool, atMs);
      store.keep(nameOf(pool), JSON.stringify({ version, wallMs: clock.wall(), atMs, settings, state } satisfies Kept));
    },
  };
}

const nameOf = (pool: PoolName) => `scale/${pool}`;
