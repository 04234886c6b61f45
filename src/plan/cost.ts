import { priceOf, type Machine, type Platform } from '../blueprint/platform.ts';
import { the } from '../blueprint/records.ts';
import type { Plan } from '../model/plan.ts';
import type { Actual } from './planning.ts';

/** Of what runs now, and of what will run, at the list’s prices. */
export function costOf({ blueprint, machines }: Platform, { inventories }: Actual): Plan['cost'] {
  const { fullPerHour, currency } = priceOf(blueprint);
  const perHour = (flavour: Machine['flavour']) => blueprint.flavours[flavour]?.price.perHour ?? 0;
  const existing = [...inventories.values()].flatMap((inventory) => inventory.machines);
  return {
    currency,
    nowPerHour: existing.reduce((sum, { flavour }) => sum + perHour(flavour), 0),
    thenPerHour: machines.reduce((sum, { flavour }) => sum + the(blueprint.flavours, flavour).price.perHour, 0),
    fullPerHour,
  };
}
