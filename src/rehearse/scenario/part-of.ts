/** A scenario at a part of its size: fewer visitors at the same times, who ask for the same. */
import { unreachable } from '../../model/errors.ts';
import type { Shape } from '../load/traffic.ts';
import { peakAsked, type Scenario } from './scenario.ts';

/** Of the whole, 0 to 1; all of it is the scenario itself. What must hold is that part of the peak, and all else as it was. */
export function partOf(scenario: Scenario, share: number, because: string): Scenario {
  if (share >= 1) return scenario;
  const { traffic, objectives } = scenario;
  const { peakPerSecond, ...rest } = objectives;
  return {
    ...scenario,
    traffic: traffic.map((shape) => shrunk(shape, share)),
    objectives: { ...rest, ...(peakPerSecond !== undefined && { peakPerSecond: share * peakPerSecond }) },
    part: { share, wholePerSecond: peakAsked(traffic), because },
  };
}

function shrunk(shape: Shape, share: number): Shape {
  switch (shape.kind) {
    case 'hold':
      return { ...shape, perSecond: share * shape.perSecond };
    case 'ramp':
      return { ...shape, fromPerSecond: share * shape.fromPerSecond, toPerSecond: share * shape.toPerSecond };
    case 'trace':
      return { ...shape, peakPerSecond: share * shape.peakPerSecond };
    default:
      return unreachable(shape);
  }
}
