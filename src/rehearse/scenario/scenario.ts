/** A scenario that was checked against its blueprint. Plain data, in base units. */
import type { AddressName, PoolName } from '../../model/ids.ts';
import type { Price } from '../../model/quantities.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Mix } from '../load/mix.ts';
import { durationMs, piecesOf, type Traffic } from '../load/traffic.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './faults.ts';

export interface Scenario {
  readonly about: string;
  /** Absent when nobody visits: then the traffic is none, for as long as the ledger writes. */
  readonly route?: { readonly address: AddressName; readonly host: string; readonly pool: PoolName };
  readonly traffic: Traffic;
  readonly mix: Mix;
  readonly visitors: { readonly tls: boolean; readonly newConnections: number; readonly timeoutMs: number };
  readonly ledger?: Ledger;
  /** In the order of time. */
  readonly faults: readonly Fault[];
  /** Set when chance drew them, and they are not the file's. */
  readonly chaos?: Chaos;
  readonly clock?: Clock;
  readonly schedule: readonly Hours[];
  /** What is absent is the blueprint's, and a hold as long as a rehearsal has patience. */
  readonly hold: { readonly outMs?: number; readonly inMs?: number };
  readonly paid: 'by the second' | 'as in the blueprint';
  readonly watchMs: number;
  readonly capacity: 'with overflow' | 'base only';
  readonly objectives: Objectives;
  /** Set when it is played smaller than it is written; the traffic and the peak are those of the part. */
  readonly part?: PartOfPeak;
}

export interface PartOfPeak {
  /** 0 to 1. */
  readonly share: number;
  /** The peak as it is written. */
  readonly wholePerSecond: number;
  /** Why not all of it: `this host carries no more`. */
  readonly because: string;
}

export interface Chaos {
  readonly seed: number;
  /** How long the traffic lasts. */
  readonly forMs: number;
  /** How many faults. */
  readonly drawn: number;
}

/** As the rule `schedule` takes its entries, with the pool whose they are. */
export interface Hours {
  readonly pool: PoolName;
  /** 1 is Monday. */
  readonly days: readonly number[];
  readonly from: string;
  readonly until: string;
  readonly size: number;
}

/** What is absent is not judged. */
export interface Objectives {
  readonly peakPerSecond?: number;
  /** Of all requests that were sent, 0 to 1. */
  readonly lostRequests?: number;
  readonly p99Ms?: number;
  readonly backAtBase: boolean;
  readonly budget?: Price;
  /** Of writes; judged where a ledger is kept. */
  readonly rtoMs?: number;
  readonly rpoMs?: number;
}

/** How much faster than in truth all of it goes, by a clock or a compressed trace. */
export function speedOf({ clock, traffic }: Pick<Scenario, 'clock' | 'traffic'>): number {
  return clock?.speed ?? Math.max(...traffic.map((shape) => (shape.kind === 'trace' ? shape.compress : 1)), 1);
}

/**
 * Chosen: a peak counts when it lasts as long. Within a second arrivals vary by 2 %
 * at 3,000 a second, within ten by 0.6 %.
 */
export const peakWindowMs = 10_000;

/** The highest mean rate over `peakWindowMs`, in steps of a second; of shorter traffic over all of it. */
export function peakAsked(traffic: Traffic): number {
  const endMs = durationMs(traffic);
  const pieces = piecesOf(traffic);
  const until = (atMs: number) => {
    const piece = pieces.findLast(({ fromMs }) => fromMs <= atMs);
    if (piece === undefined) return 0;
    const part = Math.min(1, (atMs - piece.fromMs) / (piece.toMs - piece.fromMs));
    const rate = piece.fromPerSecond + ((piece.toPerSecond - piece.fromPerSecond) * part) / 2;
    return piece.before + (rate * part * (piece.toMs - piece.fromMs)) / 1000;
  };
  const windowMs = Math.min(peakWindowMs, endMs);
  const steps = Math.floor((endMs - windowMs) / 1000);
  const means = Array.from({ length: steps + 1 }, (_, second) => {
    const fromMs = second * 1000;
    return ((until(fromMs + windowMs) - until(fromMs)) * 1000) / windowMs;
  });
  // What is below a thousandth is the arithmetic's.
  return Math.round(1000 * means.reduce((most, one) => Math.max(most, one), 0)) / 1000;
}
