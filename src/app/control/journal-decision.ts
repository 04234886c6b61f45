/** A decision as it stands in the journal: with its reason, with what was rejected, and with what was ordered. */
import type { ReliefDecision } from '../../control/relief/decide-relief.ts';
import type { Orders, ScaleDecision } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Store } from '../../ports/store.ts';

export interface JournaledDecision extends Pick<
  ScaleDecision,
  'kind' | 'actions' | 'size' | 'wanted' | 'winner' | 'losers'
> {
  readonly order?: Orders['manual'];
  readonly affordable?: number;
}

export function journalDecision(
  store: Store,
  at: { readonly atMs: number; readonly run: string; readonly pool: PoolName },
  { kind, actions, size, wanted, winner, losers, says }: ScaleDecision,
  orders: Pick<JournaledDecision, 'order' | 'affordable'> = {},
): void {
  const { atMs, run, pool } = at;
  const decided = { kind, actions, size, wanted, ...(winner !== undefined && { winner }), losers, ...orders };
  // What budgets do not limit has no end, and JSON no word for that.
  const { affordable, ...rest } = decided as JournaledDecision;
  const detail = { ...rest, ...(Number.isFinite(affordable) && { affordable }) };
  store.append({ atMs, run, kind: 'decision', subject: pool, reason: says, detail });
}

export type JournaledRelief = Pick<ReliefDecision, 'kind' | 'state' | 'shed'>;

/** Under the pool's name with `/relief`, for it says nothing of its size. */
export function journalRelief(
  store: Store,
  at: { readonly atMs: number; readonly run: string; readonly pool: PoolName },
  { kind, state, shed, says }: ReliefDecision,
): void {
  const { atMs, run, pool } = at;
  const detail: JournaledRelief = { kind, state, shed };
  store.append({ atMs, run, kind: 'decision', subject: `${pool}/relief`, reason: says, detail: { ...detail } });
}
