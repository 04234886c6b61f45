/** A decision as it stands in the journal: with its reason, and with what was rejected. */
import type { ScaleDecision } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Store } from '../../ports/store.ts';

export function journalDecision(
  store: Store,
  at: { readonly atMs: number; readonly run: string; readonly pool: PoolName },
  { kind, actions, winner, losers, says }: ScaleDecision,
): void {
  const { atMs, run, pool } = at;
  store.append({ atMs, run, kind: 'decision', subject: pool, reason: says, detail: { kind, actions, winner, losers } });
}
