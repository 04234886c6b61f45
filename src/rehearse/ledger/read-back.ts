/** What was acknowledged beside what is there. */
import type { ReadBack } from './ledger.ts';

/** `acknowledged`: the id of each acknowledgement, in their order. `found`: the id of each row. */
export function compareIds(acknowledged: readonly number[], found: readonly number[]): ReadBack {
  const rows = new Map<number, number>();
  for (const id of found) rows.set(id, (rows.get(id) ?? 0) + 1);
  return {
    lost: acknowledged.flatMap((id, position) => (rows.has(id) ? [] : [position])),
    duplicated: [...rows.values()].filter((count) => count > 1).length,
  };
}

/**
 * How much work was lost, as time: from the last acknowledgement that was kept to the last one after it that was not,
 * of the longest such stretch. 0 when all are there; whatever is lost is at least a millisecond.
 */
export function lostWorkMs(acknowledged: readonly number[], lost: readonly number[]): number {
  const gone = new Set(lost);
  let keptAtMs = acknowledged[0] ?? 0;
  let mostMs = 0;
  for (const [position, atMs] of acknowledged.entries()) {
    if (gone.has(position)) mostMs = Math.max(mostMs, atMs - keptAtMs, 1);
    else keptAtMs = atMs;
  }
  return mostMs;
}
