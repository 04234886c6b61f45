/** Orders by people stand in the journal, and need no lock: a controller reads the last one each turn. */
import type { ManualOrder } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Store } from '../../ports/store.ts';

/** Undefined when nobody gave one, when it was taken back, and when its time is over. */
export function orderThatHolds(store: Store, pool: PoolName, nowMs: number): ManualOrder | undefined {
  const [last] = store.entries({ limit: 1, kind: 'order', subject: pool });
  const { size, untilMs } = last?.detail ?? {};
  if (typeof size !== 'number' || typeof untilMs !== 'number' || untilMs <= nowMs) return undefined;
  return { size, untilMs };
}

export function giveOrder(store: Store, pool: PoolName, { size, untilMs }: ManualOrder, nowMs: number): void {
  const reason = `a person wants ${size} until ${new Date(untilMs).toISOString().slice(0, 19)}`;
  store.append({ ...written(pool, nowMs), reason, detail: { pool, size, untilMs } });
}

export function takeOrderBack(store: Store, pool: PoolName, nowMs: number): void {
  store.append({ ...written(pool, nowMs), reason: 'a person lets the rules decide again', detail: { pool } });
}

const written = (pool: PoolName, nowMs: number) => ({
  ...{ atMs: nowMs, run: `order-${nowMs}`, kind: 'order' as const, subject: pool },
});
