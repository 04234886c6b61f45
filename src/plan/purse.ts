/** The month's budget of a platform, with what its base costs and what its overflow was paid so far. */
import { priceOf } from '../blueprint/platform.ts';
import { find, the } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { PeriodPrice, Purse, Stay } from '../control/scale/budget.ts';
import type { FlavourName, PoolName } from '../model/ids.ts';
import { hoursPerMonth, perMonth, type Price } from '../model/quantities.ts';

const hourMs = 3_600_000;

/** Absent for a platform without a budget. A machine of a flavour that has no price any more costs nothing any more. */
export function purseOf(
  blueprint: Blueprint,
  stays: readonly (Omit<Stay, 'price'> & { readonly flavour: FlavourName })[],
): Purse | undefined {
  const { budget } = blueprint.objectives;
  if (budget === undefined) return undefined;
  return {
    budget: perMonth(budget.perHour),
    base: perMonth(priceOf(blueprint).basePerHour),
    stays: stays.flatMap(({ flavour, ...stay }) => {
      const price = find(blueprint.flavours, flavour)?.price;
      return price === undefined ? [] : [{ ...stay, price: periodPrice(price) }];
    }),
  };
}

/** Of one machine of the pool's overflow. */
export function overflowPrice(blueprint: Blueprint, pool: PoolName): PeriodPrice {
  const { overflow } = the(blueprint.pools, pool);
  if (overflow === undefined) throw new Error(`${pool} has no overflow`);
  return periodPrice(the(blueprint.flavours, overflow.flavour).price);
}

function periodPrice({ perHour, per }: Pick<Price, 'perHour' | 'per'>): PeriodPrice {
  const hours = per === 'hour' ? 1 : hoursPerMonth;
  return { amount: perHour * hours, periodMs: hours * hourMs };
}
