/** What the scale controller of a pool works with, from the blueprint: its limits, its rules, and the headroom that the peak asks for. */
import { the } from '../blueprint/records.ts';
import { dayNumber } from '../blueprint/scale.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import { headroomFor, type Headroom } from '../control/scale/headroom.ts';
import type { ScaleSettings } from '../control/scale/decide.ts';
import type { PoolName } from '../model/ids.ts';
import { hoursPerMonth } from '../model/quantities.ts';

export interface PoolScale {
  readonly settings: ScaleSettings;
  /** Absent when no objective says how fast the peak comes. */
  readonly headroom?: Headroom;
}

/** Chosen: as others do; a quarter is left for what no rule foresees. */
const mostFill = 0.75;
/** From the demand to the decision about it: a reading a second, and one more to be sure. */
const sightMs = 2_000;
/** Chosen: a warm machine takes its first request within 41 to 81 ms of its admission. */
const warmMs = 100;
/** Chosen: where no objective says how fast demand may grow. */
const usualGrowth = 3;

const hourMs = 3_600_000;

/** Absent for a pool without an overflow, or of which nobody says what a machine serves. */
export function scaleOf(blueprint: Blueprint, name: PoolName): PoolScale | undefined {
  const { base, overflow, scale } = the(blueprint.pools, name);
  if (overflow === undefined || base.serves === undefined) return undefined;
  const fleet = {
    base: { count: base.count, serves: base.serves },
    overflow: { count: overflow.count, serves: overflow.serves ?? base.serves },
  };
  const readyMs = scale?.ready ?? 60_000;
  const { peak } = blueprint.objectives;
  const headroom =
    peak?.growth === undefined || peak.within === undefined
      ? undefined
      : headroomFor({ peak: peak.requests, times: peak.growth, withinMs: peak.within }, fleet, {
          ...{ sightMs, warmMs },
          coldMs: readyMs,
        });
  const { cpu, concurrency, queue } = scale ?? {};
  const target = {
    ...(cpu !== undefined && { cpu }),
    ...(concurrency !== undefined && { concurrency }),
    ...(queue !== undefined && { queue }),
  };
  const { price } = the(blueprint.flavours, overflow.flavour);
  const schedule = (scale?.schedule ?? []).map(({ days, from, until, machines, lead }) => ({
    ...{ days: days.map(dayNumber), from, until, size: machines },
    ...(lead !== undefined && { leadMs: lead }),
  }));
  return {
    settings: {
      fleet,
      rules: {
        target,
        ...(scale?.burst !== false && { burst: { growth: peak?.growth ?? usualGrowth } }),
        ...(schedule.length > 0 && { schedule: { timeZone: blueprint.timeZone, entries: schedule } }),
        ...(scale?.forecast !== undefined && { forecast: { aheadMs: scale.forecast, timeZone: blueprint.timeZone } }),
      },
      fill: scale?.fill ?? Math.min(mostFill, headroom?.fill ?? mostFill),
      ...(scale?.learn === true && { learnsFill: { most: headroom?.fill ?? 1 } }),
      readyMs,
      warm: scale?.warm ?? headroom?.warm ?? 0,
      drainMs: scale?.drain ?? 60_000,
      hold: { outMs: scale?.hold.out ?? 0, inMs: scale?.hold.in ?? 5 * 60_000 },
      billing: {
        periodMs: price.per === 'hour' ? hourMs : hoursPerMonth * hourMs,
        marginMs: scale?.keep ?? 3 * 60_000,
      },
    },
    ...(headroom !== undefined && { headroom }),
  };
}
