/** What machines were seen to serve, measured against what the blueprint says: over ten seconds in which their number stayed. */
import type { PoolName } from '../../model/ids.ts';
import { capacityBySecond } from '../fleet.ts';
import { merged, percentilesOf } from '../load/latencies.ts';
import type { LoadSecond } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';
import { peakWindowMs } from '../scenario/scenario.ts';
import { lostIn, servedIn } from './requests.ts';
import { isShort, shortagesOf } from './shortages.ts';

/** Of the visited pool; shares are of what the blueprint says that its machines serve. */
export interface Served {
  readonly pool: PoolName;
  /** The 99th percentile that had to hold. */
  readonly p99Ms: number;
  /** The highest at which it held; absent when it never did. */
  readonly held?: number;
  /** The lowest above that at which it did not; absent when nobody asked for so much. */
  readonly broke?: number;
  /** What one machine serves by the blueprint, in requests/s. */
  readonly says: { readonly base: number; readonly overflow?: number };
}

const windowS = peakWindowMs / 1000;
/** Chosen: people notice a second, where no objective says what is too slow. */
const usualP99Ms = 1_000;
/** Chosen: fewer have no hundredth. */
const leastRequests = 100;
/** Chosen: so few are lost for other reasons than that there are too many. */
const strayShare = 0.001;

/** Undefined when nobody says what a machine serves, or when its number never stayed for long enough. */
export function servedIn10s(recording: Recording): Served | undefined {
  const { visited, seconds, objectives, pools, capacity } = recording;
  const parts = pools.find(({ pool }) => pool === visited);
  if (visited === undefined || parts?.base.serves === undefined) return undefined;
  const p99Ms = objectives.p99Ms ?? usualP99Ms;
  const capacities = capacityBySecond(recording, visited);
  const windows = seconds.flatMap((_, index) => windowAt(seconds, capacities, index) ?? []);
  // What broke while the host was short is no machine's measure.
  const shortages = shortagesOf(recording);
  const startsMs = ({ from }: Window) => recording.startedAtMs + 1000 * (seconds[from]?.second ?? 0);
  const isSound = (window: Window) => !isShort(shortages, startsMs(window), startsMs(window) + peakWindowMs);
  const heldIn = ({ lost, p99Ms: measured }: Window) => lost <= strayShare && measured <= p99Ms;
  const held = most(windows.filter(heldIn).map(({ perSecond, of }) => perSecond / of));
  // What broke at a lower rate than others that held was something else than too much to serve; and who waits since
  // before shows nothing of what comes now.
  const broke = least(
    windows.flatMap((window) => {
      const wasWell = (seconds[window.from - 1]?.percentiles?.p99Ms ?? 0) <= p99Ms;
      const share = window.fullest / window.of;
      return wasWell && !heldIn(window) && isSound(window) && share > (held ?? 0) ? [share] : [];
    }),
  );
  if (held === undefined && broke === undefined) return undefined;
  const overflow = capacity === 'base only' ? undefined : parts.overflow?.serves;
  return {
    ...{ pool: visited, p99Ms },
    ...(held !== undefined && { held }),
    ...(broke !== undefined && { broke }),
    says: { base: parts.base.serves, ...(overflow !== undefined && { overflow }) },
  };
}

/**
 * How much of what the blueprint says its machines serve. What it says stands until it was seen to be otherwise: it
 * broke below it, or held above it.
 */
export function shareServed({ held, broke }: Pick<Served, 'held' | 'broke'>): number {
  if (held === undefined) return 1;
  return held > 1 || (broke !== undefined && broke <= 1) ? held : 1;
}

interface Window {
  /** Of the first of its seconds, in what was recorded. */
  readonly from: number;
  /** Asked for, in requests/s. */
  readonly perSecond: number;
  /** In the fullest of its seconds. */
  readonly fullest: number;
  /** What the machines serve together. */
  readonly of: number;
  /** Of all, 0 to 1. */
  readonly lost: number;
  readonly p99Ms: number;
}

/** The ten seconds from there on. Undefined when machines came or went meanwhile, or hardly anybody came. */
function windowAt(
  seconds: readonly LoadSecond[],
  capacities: readonly (number | undefined)[],
  from: number,
): Window | undefined {
  const of = capacities[from];
  const all = seconds.slice(from, from + windowS);
  if (all.length < windowS || of === undefined || of === 0) return undefined;
  if (capacities.slice(from, from + windowS).some((one) => one !== of)) return undefined;
  const sum = (count: (second: LoadSecond) => number) => all.reduce((sent, second) => sent + count(second), 0);
  const p99Ms = percentilesOf(merged(all.map(({ latencies }) => latencies)))?.p99Ms;
  if (sum(servedIn) < leastRequests || p99Ms === undefined) return undefined;
  const sent = all.map((second) => second.sent);
  return {
    from,
    perSecond: sum((second) => second.sent) / windowS,
    fullest: Math.max(...sent),
    of,
    lost: sum(lostIn) / sum(({ sent }) => sent),
    p99Ms,
  };
}

const most = (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values));
const least = (values: readonly number[]) => (values.length === 0 ? undefined : Math.min(...values));
