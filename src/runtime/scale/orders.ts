/** Orders by people stand in the journal, and need no lock: a controller reads the last one each turn. */
import type { ManualOrder } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { instantsBy } from '../instants.ts';

/** Undefined when nobody gave one, when it was taken back, and when its time is over. All of it by the wall. */
export function orderThatHolds(store: Store, pool: PoolName, wallMs: number): ManualOrder | undefined {
  const order = lastOrder(store, pool);
  return order === undefined || order.untilMs <= wallMs ? undefined : order;
}

/** The same by time that only passes: an order for half an hour lasts half an hour, though the wall is set meanwhile. */
export function ordersBy(
  store: Store,
  clock: Pick<Clock, 'now' | 'wall'>,
): (pool: PoolName) => ManualOrder | undefined {
  const instants = instantsBy(clock);
  return (pool) => {
    const order = lastOrder(store, pool);
    if (order === undefined) return undefined;
    const untilMs = instants.read(order.givenAtMs) + order.untilMs - order.givenAtMs;
    return untilMs <= clock.now() ? undefined : { size: order.size, untilMs };
  };
}

function lastOrder(store: Store, pool: PoolName): (ManualOrder & { readonly givenAtMs: number }) | undefined {
  const [last] = store.entries({ limit: 1, kind: 'order', subject: pool });
  const { size, untilMs } = last?.detail ?? {};
  if (last === undefined || typeof size !== 'number' || typeof untilMs !== 'number') return undefined;
  return { size, untilMs, givenAtMs: last.atMs };
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
