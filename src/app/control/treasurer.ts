/** What of the overflow each pool may have by the month's budget, which all pools share. */
import { affordable, monthBeganMs, type Stay } from '../../control/scale/budget.ts';
import type { ScaleDecision, ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import { overflowPrice, purseOf } from '../../plan/purse.ts';
import { asWall, type Clock } from '../../ports/clock.ts';
import type { Stays } from '../../runtime/scale/stays.ts';
import type { Work } from '../work.ts';
import type { Pilot } from './pilot.ts';

export interface Treasurer {
  /** Undefined without a budget. */
  affordable(pool: PoolName, nowMs: number): number | undefined;
  /** What was decided in this turn and is not in the journal yet; the next pool has so much less. */
  promise(pool: PoolName, decision: ScaleDecision, nowMs: number): void;
  nextTurn(): void;
}

export function createTreasurer(
  { blueprint }: Pick<Work, 'blueprint'>,
  settings: ReadonlyMap<PoolName, ScaleSettings>,
  pilot: Pick<Pilot, 'drivers' | 'machines'>,
  stays: Stays,
  clock: Pick<Clock, 'now' | 'wall'>,
): Treasurer {
  let promised: readonly Stay[] = [];
  const monthBegan = rememberedMonth(blueprint.timeZone, clock);

  /** Those that are there, and those that are on their way. */
  const overflowOf = (pool: PoolName): ReadonlyMap<MachineName, number | undefined> =>
    new Map([
      ...pilot
        .machines()
        .filter((machine) => machine.pool === pool && machine.part === 'overflow')
        .map(({ name }) => [name, undefined] as const),
      ...(pilot.drivers.get(pool)?.machines() ?? [])
        .filter(({ part }) => part === 'overflow')
        .map(({ name, paidSinceMs }) => [name, paidSinceMs] as const),
    ]);

  return {
    affordable(pool, nowMs) {
      const its = settings.get(pool);
      const there = new Set(pilot.machines().map(({ name }) => name));
      const purse = purseOf(blueprint, stays.all(there));
      if (its === undefined || purse === undefined) return undefined;
      const paidSinceMs = [...overflowOf(pool)].map(([name, since]) => stays.paidSinceMs(name) ?? since ?? nowMs);
      return affordable(
        { ...purse, stays: [...purse.stays, ...promised] },
        { price: overflowPrice(blueprint, pool), billing: its.billing, paidSinceMs },
        monthBegan(nowMs),
        nowMs,
      );
    },
    promise(pool, { actions }, nowMs) {
      const count = actions.reduce((sum, action) => sum + (action.kind === 'create' ? action.count : 0), 0);
      const stay = { fromMs: nowMs, price: overflowPrice(blueprint, pool) };
      promised = [...promised, ...Array.from({ length: count }, () => stay)];
    },
    nextTurn() {
      promised = [];
    },
  };
}

/** Chosen: months begin at a full quarter of an hour in every time zone; to ask a calendar each turn costs more than the turn. */
const quarterMs = 900_000;

/** Months are the calendar's, so the wall says which one it is; when it began is told by the clock's `now`. */
function rememberedMonth(timeZone: string, clock: Pick<Clock, 'now' | 'wall'>): (nowMs: number) => number {
  let known = { quarter: NaN, beganMs: 0 };
  return (nowMs) => {
    const wallMs = asWall(clock, nowMs);
    const quarter = Math.floor(wallMs / quarterMs);
    if (known.quarter !== quarter) known = { quarter, beganMs: monthBeganMs(wallMs, timeZone) };
    return known.beganMs - wallMs + nowMs;
  };
}
