/**
 * How much of a peak a host carries, from some seconds without and some seconds with a little of it: what a request
 * costs is measured, and what others leave.
 */
import type { HostSecond } from './host-second.ts';

export interface Carried {
  /** Of the peak, 0 to 1: the most with which the platform, and not its host, is the limit. */
  readonly share: number;
  /** Requests/s that the host would carry, whatever the peak. */
  readonly perSecond: number;
  readonly cores: number;
  /** Cores that others used meanwhile, or a hypervisor took. */
  readonly others: number;
}

/**
 * Chosen: the rest is for the controller, for machines that are made at the height, and for seconds that are fuller
 * than their mean. A rehearsal calls a host short with less than 7 % idle.
 */
const usable = 0.88;
/** Chosen: what is measured in seconds is no finer. */
const step = 0.05;

/** `peakPerSecond` is what is to be played, `sentPerSecond` what was sent in the seconds of `loaded`. */
export function carriedOf(
  quiet: readonly HostSecond[],
  loaded: readonly HostSecond[],
  { sentPerSecond, peakPerSecond }: { readonly sentPerSecond: number; readonly peakPerSecond: number },
): Carried | undefined {
  const [first] = loaded;
  if (first === undefined || quiet.length === 0 || sentPerSecond <= 0) return undefined;
  const { cores } = first;
  const ours = ({ platform, own }: HostSecond) => platform + own;
  const theirs = ({ others, stolen }: HostSecond) => others + stolen;
  const idling = mean(quiet, ours);
  const perRequest = (mean(loaded, ours) - idling) / sentPerSecond;
  if (perRequest <= 0) return undefined;
  // A build that runs goes on: the time in which others did more is the likelier one.
  const others = Math.max(mean(quiet, theirs), mean(loaded, theirs));
  const perSecond = Math.max(0, cores * usable - idling - others) / perRequest;
  const share = step * Math.floor(Math.min(1, perSecond / peakPerSecond) / step + 1e-9);
  return { share: Math.max(step, Math.round(100 * share) / 100), perSecond, cores, others };
}

function mean(seconds: readonly HostSecond[], of: (second: HostSecond) => number): number {
  const ms = seconds.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return seconds.reduce((sum, one) => sum + of(one) * (one.toMs - one.fromMs), 0) / Math.max(1, ms);
}
