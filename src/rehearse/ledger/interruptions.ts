/** When nothing was acknowledged: stretches from one acknowledgement to the next, of all writers together. */
import type { RecordedLedger } from './ledger.ts';

export interface Interruption {
  readonly fromMs: number;
  /** Absent when it never ended. */
  readonly toMs?: number;
}

/** What a fault did to the writes. */
export interface Failover {
  /** The fault in words: `database-1 is killed`. */
  readonly what: string;
  /** When it was done, in milliseconds since 1970. */
  readonly atMs: number;
  /** From the last acknowledged write to the first one after it; absent when there was none after it. */
  readonly rtoMs?: number;
}

type Written = Pick<RecordedLedger, 'acknowledged' | 'stoppedAtMs'>;

/** The longest of all; undefined when nothing was ever acknowledged. One that never ended is longer than all others. */
export function longestInterruption(written: Written): Interruption | undefined {
  return longestIn(written, -Infinity, Infinity);
}

/**
 * Writes go on for an instant after a fault begins, and may halt more than once because of it. So what a fault cost is
 * the longest interruption that there was between it and the next fault, wholly or in part.
 */
export function failoversOf(written: Written, faults: readonly Pick<Failover, 'what' | 'atMs'>[]): readonly Failover[] {
  const ordered = faults.toSorted((one, other) => one.atMs - other.atMs);
  return ordered.map(({ what, atMs }, index): Failover => {
    const found = longestIn(written, atMs, ordered[index + 1]?.atMs ?? Infinity);
    return { what, atMs, ...(found?.toMs !== undefined && { rtoMs: found.toMs - found.fromMs }) };
  });
}

/** Of one that went on at the end of the window, what was in it decides, so that it is that of the next fault if it hardly had begun. */
function longestIn(written: Written, fromMs: number, untilMs: number): Interruption | undefined {
  let longest: Interruption | undefined;
  let longestMs = -1;
  for (const interruption of interruptionsOf(written)) {
    const { fromMs: beganMs, toMs = Infinity } = interruption;
    if (toMs <= fromMs || beganMs >= untilMs) continue;
    const ms = Math.min(toMs, untilMs) - beganMs;
    if (ms <= longestMs) continue;
    longest = interruption;
    longestMs = ms;
  }
  return longest;
}

function* interruptionsOf({ acknowledged, stoppedAtMs }: Written): Iterable<Interruption> {
  let fromMs: number | undefined;
  for (const toMs of acknowledged) {
    if (fromMs !== undefined) yield { fromMs, toMs };
    fromMs = toMs;
  }
  // The writers went on until one more was acknowledged: there was none.
  if (fromMs !== undefined && stoppedAtMs !== undefined && fromMs < stoppedAtMs) yield { fromMs };
}
