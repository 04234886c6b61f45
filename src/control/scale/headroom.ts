/** From "it grows threefold in twenty seconds" to how full machines may be before, and how many must wait warm. */
import { sizeFor, type Fleet } from './capacity.ts';

export interface Growth {
  /** Requests/s at the height of it. */
  readonly peak: number;
  /** How many times the demand before it that is. */
  readonly times: number;
  readonly withinMs: number;
}

export interface Delays {
  /** From the demand to the decision about it. */
  readonly sightMs: number;
  /** From the decision to the first answer of a warm machine, and of one that is still to be made. */
  readonly warmMs: number;
  readonly coldMs: number;
}

export interface Headroom {
  /** How full machines may be before it, 0 to 1. */
  readonly fill: number;
  readonly warm: number;
  /** Demand before it; when the first warm machine can answer; when the first that is made can. */
  readonly before: number;
  readonly whenWarm: number;
  readonly whenCold: number;
}

/**
 * Until a warm machine answers, the room in those that serve must be enough; until
 * one answers that is made, the warm ones must be. What comes later is made meanwhile.
 */
export function headroomFor({ peak, times, withinMs }: Growth, fleet: Fleet, delays: Delays): Headroom {
  const before = peak / times;
  const demandAt = (ms: number) => before * (1 + (times - 1) * (withinMs === 0 ? 1 : Math.min(1, ms / withinMs)));
  const whenWarm = demandAt(delays.sightMs + delays.warmMs);
  const whenCold = demandAt(delays.sightMs + delays.coldMs);
  const fill = before / whenWarm;
  const serving = Math.max(fleet.base.count, sizeFor(fleet, whenWarm));
  const needed = Math.min(fleet.base.count + fleet.overflow.count, sizeFor(fleet, whenCold));
  return { fill, warm: Math.max(0, needed - serving), before, whenWarm, whenCold };
}
