/** Until when each replica had received all that the primary had committed: what bounds the loss when there is no waiting. */
import type { ObservedDatabase } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import { freshState } from './sight.ts';

/** In milliseconds since 1970. */
export type Covered = Readonly<Partial<Record<MachineName, number>>>;

export function coveredUntil(
  before: Covered,
  primary: ObservedDatabase | undefined,
  replicas: readonly ObservedDatabase[],
  nowMs: number,
): Covered {
  const state = primary && freshState(primary, nowMs);
  const until = replicas.flatMap((replica) => {
    const following = freshState(replica, nowMs)?.following;
    if (following?.copiedAtMs !== undefined) return [[replica.name, following.copiedAtMs] as const];
    if (state === undefined || primary?.told === undefined || following === undefined) return [];
    return following.received >= state.written ? [[replica.name, primary.told.atMs] as const] : [];
  });
  return until.length === 0 ? before : { ...before, ...Object.fromEntries(until) };
}
