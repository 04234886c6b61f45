/**
 * What the budget leaves a platform in virtual time: said by the treasurer of production, who is asked again only when
 * he may say another thing; and what was really spent, counted beside him from the machines that there were.
 */
import type { Blueprint } from '../../blueprint/schema.ts';
import { monthBeganMs, spentSince, type PeriodPrice, type Stay } from '../../control/scale/budget.ts';
import type { ScaleDecision } from '../../control/scale/decide.ts';
import { paidUntilMs } from '../../control/scale/paid-hours.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import { overflowPrice, purseOf } from '../../plan/purse.ts';
import type { Clock } from '../../ports/clock.ts';
import { readStays } from '../../runtime/scale/stays.ts';
import type { Spending } from '../../sim/invariants/invariant.ts';
import type { imaginedStore } from '../../sim/imagined-store.ts';
import { createTreasurer } from '../control/treasurer.ts';
import type { DrivenPool } from './platform.ts';

export interface Purser {
  nextTurn(): void;
  /** Machines of the overflow that the pool may have. */
  affordable(pool: DrivenPool, nowMs: number): number;
  /** What this turn decided; the next pool has so much less. */
  promise(pool: DrivenPool, decision: ScaleDecision, nowMs: number): void;
  /** What was spent before this decision; undefined where it is as it was, and nothing is bought. */
  spending(pool: DrivenPool, decision: ScaleDecision, nowMs: number): Spending | undefined;
}

/** Chosen: months begin at a full quarter of an hour in every time zone. */
const quarterMs = 900_000;

export function createPurser(
  blueprint: Blueprint,
  pools: readonly DrivenPool[],
  store: ReturnType<typeof imaginedStore>,
  listed: () => readonly ActualMachine[],
  changes: () => number,
  clock: Pick<Clock, 'now' | 'wall'>,
): Purser | undefined {
  if (purseOf(blueprint, []) === undefined) return undefined;
  const stays = readStays(store, clock);
  const treasurer = createTreasurer(
    { blueprint },
    new Map(pools.map(({ pool, settings }) => [pool, settings])),
    { drivers: new Map(pools.map(({ pool, driver }) => [pool, driver])), machines: listed },
    stays,
    clock,
  );
  const counted = countStays(blueprint, pools, listed, changes);
  interface Said {
    readonly affordable: number;
    readonly untilMs: number;
    readonly entries: number;
    readonly changes: number;
    readonly machines: readonly ObservedMachine[];
  }
  const said = new Map<DrivenPool, Said>();
  let hasPromised = false;

  return {
    nextTurn() {
      if (hasPromised) treasurer.nextTurn();
      hasPromised = false;
    },
    affordable(pool, nowMs) {
      const before = said.get(pool);
      const machines = pool.driver.machines();
      if (
        before?.machines === machines &&
        !hasPromised &&
        nowMs < before.untilMs &&
        before.entries === store.journal.length &&
        before.changes === changes()
      )
        return before.affordable;
      stays.catchUp();
      const affordable = treasurer.affordable(pool.pool, nowMs) ?? Infinity;
      const untilMs = hasPromised ? nowMs : changesAtMs(blueprint, pools, (name) => stays.paidSinceMs(name), nowMs);
      said.set(pool, { affordable, untilMs, entries: store.journal.length, changes: changes(), machines });
      return affordable;
    },
    promise(pool, decision, nowMs) {
      if (!decision.actions.some(({ kind }) => kind === 'create')) return;
      hasPromised = true;
      treasurer.promise(pool.pool, decision, nowMs);
    },
    spending: (pool, decision, nowMs) => counted.spending(pool, decision, nowMs),
  };
}

/** When a period begins or may be left, or a month may begin: until then nothing is spent that was not before. */
function changesAtMs(
  blueprint: Blueprint,
  pools: readonly DrivenPool[],
  paidSinceMs: (machine: MachineName) => number | undefined,
  nowMs: number,
): number {
  let soonestMs = (Math.floor(nowMs / quarterMs) + 1) * quarterMs;
  for (const { pool, settings, driver } of pools) {
    const { periodMs } = overflowPrice(blueprint, pool);
    for (const { name, part, paidSinceMs: seen } of driver.machines()) {
      if (part === 'base') continue;
      const sinceMs = paidSinceMs(name) ?? seen;
      const beginsMs = sinceMs + Math.ceil((nowMs + 1 - sinceMs) / periodMs) * periodMs;
      const leavesMs = paidUntilMs({ paidSinceMs: sinceMs }, settings.billing, nowMs);
      soonestMs = Math.min(soonestMs, beginsMs, leavesMs > nowMs ? leavesMs : Infinity);
    }
  }
  return soonestMs;
}

/** Its own account, from the machines that there were: no journal, and no treasurer. */
function countStays(
  blueprint: Blueprint,
  pools: readonly DrivenPool[],
  listed: () => readonly ActualMachine[],
  changes: () => number,
) {
  const purse = purseOf(blueprint, []);
  const prices = new Map<PoolName, PeriodPrice>(pools.map(({ pool }) => [pool, overflowPrice(blueprint, pool)]));
  const open = new Map<MachineName, Stay>();
  let ended: Stay[] = [];
  let counted = -1;

  const look = (nowMs: number) => {
    if (counted === changes()) return;
    counted = changes();
    const machines = listed();
    const there = new Set(machines.map(({ name }) => name));
    for (const [name, stay] of open) {
      if (there.has(name)) continue;
      open.delete(name);
      ended.push({ ...stay, toMs: nowMs });
    }
    for (const { name, pool, part } of machines) {
      const price = prices.get(pool);
      if (part === 'overflow' && price !== undefined && !open.has(name)) open.set(name, { fromMs: nowMs, price });
    }
  };

  let nextMs = -Infinity;
  return {
    spending(one: DrivenPool, { actions }: ScaleDecision, nowMs: number): Spending | undefined {
      look(nowMs);
      const buys = actions.some(({ kind }) => kind === 'create');
      if (purse === undefined || (!buys && nowMs < nextMs)) return undefined;
      nextMs = nowMs + quarterMs;
      const beganMs = monthBeganMs(nowMs, blueprint.timeZone);
      ended = ended.filter(({ toMs = nowMs }) => toMs >= beganMs);
      const spent = spentSince([...ended, ...open.values()], beganMs, nowMs);
      return { spent, allowed: purse.budget - purse.base, each: prices.get(one.pool)?.amount ?? 0 };
    },
  };
}
