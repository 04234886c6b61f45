/** What became of the visitors' requests. */
import { totalOf, type Counts, type LoadSecond } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';
import { peakWindowMs } from '../scenario/scenario.ts';

export interface Requests {
  readonly sent: number;
  /** With a page, a redirection, or "there is no such page". */
  readonly answered: number;
  /** Not answered, or with an error of the platform, or turned away. */
  readonly lost: number;
  /** How many of them were lost in which way; ways in which none was are left out. */
  readonly lostAs: Readonly<Record<string, number>>;
  /** Of `answered`, those with 4xx. */
  readonly refused: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** That the load itself sent too late. */
  readonly late: number;
  /** Cores of the visitors' host, in a lab also the machines', that others had instead: on average. */
  readonly stolenCores: number;
}

/** Until the load has ended, of the seconds so far. */
export function requestsOf({ total, seconds }: Pick<Recording, 'total' | 'seconds'>): Requests {
  const counts = total ?? totalOf(seconds);
  const { percentiles } = counts;
  return {
    sent: counts.sent,
    answered: servedIn(counts),
    lost: lostIn(counts),
    lostAs: waysOf(counts),
    refused: counts.byStatus['4xx'],
    ...(percentiles !== undefined && { p50Ms: percentiles.p50Ms, p99Ms: percentiles.p99Ms }),
    late: counts.late,
    stolenCores: Math.round(counts.stolenCores * 100) / 100,
  };
}

export function servedIn({ byStatus }: Pick<Counts, 'byStatus'>): number {
  return byStatus['2xx'] + byStatus['3xx'] + byStatus['4xx'];
}

/** What was on its way when the load was stopped never came back either. */
export function lostIn({ failed, abandoned, byStatus }: Pick<Counts, 'failed' | 'abandoned' | 'byStatus'>): number {
  return failed + abandoned + byStatus['5xx'] + byStatus.turnedAway;
}

function waysOf({ abandoned, byFailure, byStatus }: Counts): Requests['lostAs'] {
  const ways = { ...byFailure, abandoned, '5xx': byStatus['5xx'], turnedAway: byStatus.turnedAway };
  return Object.fromEntries(Object.entries(ways).filter(([, count]) => count > 0));
}

/** The highest mean over `peakWindowMs`. */
export function peakOf(seconds: readonly LoadSecond[], countOf: (second: LoadSecond) => number): number {
  const width = Math.min(peakWindowMs / 1000, seconds.length);
  if (width === 0) return 0;
  const counts = seconds.map(countOf);
  let sum = counts.slice(0, width).reduce((all, one) => all + one, 0);
  let most = sum;
  for (let end = width; end < counts.length; end++) {
    sum += (counts[end] ?? 0) - (counts[end - width] ?? 0);
    most = Math.max(most, sum);
  }
  return most / width;
}
