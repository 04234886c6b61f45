/**
 * A metric as a pipeline delivers it: the mean over an interval, and seen one interval after that has ended. Scraping,
 * aggregation and asking each take their time; peers document the interval, and leave the rest to the pipeline.
 * Kept as sums, so that a second costs no more than an addition.
 */
import type { PolicySight } from './policy.ts';

/** What one interval was like. */
export interface Reading {
  /** Requests/s. */
  readonly demand: number;
  /** Requests/s of each machine that has a value; one that came within the interval has a part. 0 if there is none. */
  readonly each: number;
  /** Machines that have a value: those that served when the interval ended. */
  readonly serving: number;
}

export interface LateMetric {
  /** When this interval ends, in milliseconds since 1970; 0 before the first look. */
  readonly endsMs: number;
  readonly seconds: number;
  readonly demand: number;
  /** The interval before this one. Nobody sees it yet. */
  readonly fresh: Reading | null;
  /** What a policy that looks now is told. */
  readonly seen: Reading | null;
}

export const unmeasured: LateMetric = {
  endsMs: 0,
  seconds: 0,
  demand: 0,
  fresh: null,
  seen: null,
};

/** With one second more. An interval has ended, and so it is time to look, if `seconds` is 0 then. */
export function measure(metric: LateMetric, sight: PolicySight, intervalMs: number): LateMetric {
  const seconds = metric.seconds + 1;
  const demand = metric.demand + sight.demand;
  const { fresh, seen } = metric;
  const endsMs = metric.endsMs === 0 ? sight.nowMs + intervalMs : metric.endsMs;
  if (sight.nowMs < endsMs) return { endsMs, seconds, demand, fresh, seen };
  const mean = demand / seconds;
  const each = sight.serving === 0 ? 0 : mean / sight.serving;
  return {
    endsMs: sight.nowMs + intervalMs,
    seconds: 0,
    demand: 0,
    fresh: { demand: mean, each, serving: sight.serving },
    seen: fresh,
  };
}
