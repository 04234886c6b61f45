/** How many requests come in each second: of shapes, or as recorded. */
import { piecesOf, type Traffic } from '../../rehearse/load/traffic.ts';

export interface Demand {
  /** Requests that are expected in each second. */
  readonly perSecond: Float64Array;
  /** Whether chance decides how many come of those that are expected; what was recorded by the second is what came. */
  readonly isDrawn: boolean;
}

export function demandOf(traffic: Traffic): Demand {
  const pieces = piecesOf(traffic);
  const end = pieces.at(-1)?.toMs ?? 0;
  const perSecond = new Float64Array(Math.ceil(end / 1000));
  for (const { fromMs, toMs, fromPerSecond, toPerSecond } of pieces) {
    const growth = toMs === fromMs ? 0 : (toPerSecond - fromPerSecond) / (toMs - fromMs);
    const rateAt = (ms: number) => fromPerSecond + growth * (ms - fromMs);
    for (let second = Math.floor(fromMs / 1000); second * 1000 < toMs; second++) {
      const [from, to] = [Math.max(fromMs, second * 1000), Math.min(toMs, second * 1000 + 1000)];
      const whole = perSecond[second] ?? 0;
      perSecond[second] = whole + ((rateAt(from) + rateAt(to)) / 2) * ((to - from) / 1000);
    }
  }
  return { perSecond, isDrawn: true };
}

/** One bin of a record: so many requests in the bin that begins there. */
export interface Bin {
  readonly atMs: number;
  readonly requests: number;
}

/**
 * What was recorded by the second comes as it came. Of longer bins only the mean is known: between their middles the
 * rate is taken to change evenly, for a minute's end is no event to those who come. So it is where nothing was recorded.
 */
export function demandOfTrace(bins: readonly Bin[], binMs: number): Demand {
  const [first] = bins;
  const last = bins.at(-1);
  if (first === undefined || last === undefined) return { perSecond: new Float64Array(0), isDrawn: false };
  const seconds = Math.ceil((last.atMs + binMs - first.atMs) / 1000);
  const perSecond = new Float64Array(seconds);
  const middleOf = ({ atMs }: Bin) => (atMs - first.atMs + binMs / 2) / 1000;
  const rateOf = ({ requests }: Bin) => (1000 * requests) / binMs;
  let one = first;
  let index = 1;
  for (let second = 0; second < seconds; second++) {
    const at = second + 0.5;
    let next = bins[index];
    while (next !== undefined && middleOf(next) <= at) [one, next] = [next, bins[++index]];
    const from = middleOf(one);
    const part = next === undefined || at <= from ? 0 : (at - from) / (middleOf(next) - from);
    perSecond[second] = rateOf(one) + (next === undefined ? 0 : part * (rateOf(next) - rateOf(one)));
  }
  return { perSecond, isDrawn: binMs > 1000 };
}

/** Each second as the mean of those around it, as many as `seconds`: a logger that stops and catches up is no traffic. */
export function smoothed({ perSecond, isDrawn }: Demand, seconds: number): Demand {
  const before = Math.floor((seconds - 1) / 2);
  const after = seconds - 1 - before;
  const smooth = new Float64Array(perSecond.length);
  for (let second = 0; second < perSecond.length; second++) {
    const around = perSecond.subarray(Math.max(0, second - before), second + after + 1);
    smooth[second] = meanOf({ perSecond: around, isDrawn });
  }
  return { perSecond: smooth, isDrawn };
}

export function meanOf({ perSecond }: Demand): number {
  let sum = 0;
  for (const rate of perSecond) sum += rate;
  return perSecond.length === 0 ? 0 : sum / perSecond.length;
}

export function peakOf({ perSecond }: Demand): number {
  let most = 0;
  for (const rate of perSecond) most = Math.max(most, rate);
  return most;
}
