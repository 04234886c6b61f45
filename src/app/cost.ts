/** What a platform costs, from the blueprint's price list. */
import { priceOf } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { MachinePart } from '../model/spec.ts';
import { load } from './load.ts';
import type { Toolbox } from './toolbox.ts';

export interface CostReport {
  readonly platform: string;
  readonly currency: string;
  readonly lines: readonly CostLine[];
  readonly basePerHour: number;
  readonly fullPerHour: number;
  readonly budgetPerHour: number | undefined;
}

interface CostLine {
  readonly pool: string;
  readonly part: MachinePart;
  readonly count: number;
  readonly flavour: string;
  readonly perHour: number;
}

export function cost(toolbox: Toolbox, which: string): CostReport {
  const { blueprint } = load(toolbox, which);
  const lines = entries(blueprint.pools).flatMap(([pool, { base, overflow }]) =>
    (
      [
        ['base', base],
        ['overflow', overflow],
      ] as const
    ).flatMap(([part, wanted]): CostLine[] => {
      if (wanted === undefined) return [];
      const { count, flavour } = wanted;
      return [{ pool, part, count, flavour, perHour: count * the(blueprint.flavours, flavour).price.perHour }];
    }),
  );
  return {
    platform: blueprint.platform,
    lines,
    ...priceOf(blueprint),
    budgetPerHour: blueprint.objectives.budget?.perHour,
  };
}
