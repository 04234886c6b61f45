/** A scenario with faults by chance in place of its own, for so long. */
import type { Blueprint } from '../../blueprint/schema.ts';
import { repeatedFor } from '../load/repeat.ts';
import { peakAsked, type Scenario } from '../scenario/scenario.ts';
import { type Draw, drawFaults } from './draw-faults.ts';
import { groundsOf } from './grounds.ts';

export function withChaos(scenario: Scenario, blueprint: Blueprint, { seed, forMs }: Draw): Scenario {
  const traffic = repeatedFor(scenario.traffic, forMs);
  const faults = drawFaults(groundsOf(blueprint, scenario.ledger?.from), { seed, forMs });
  const { peakPerSecond } = scenario.objectives;
  return {
    ...scenario,
    ...{ traffic, faults, chaos: { seed, forMs, drawn: faults.length } },
    objectives: {
      ...scenario.objectives,
      // What ends before the peak does not ask for it.
      ...(peakPerSecond !== undefined && { peakPerSecond: Math.min(peakPerSecond, peakAsked(traffic)) }),
    },
  };
}
