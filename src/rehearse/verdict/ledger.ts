/** What became of the writes. */
import { doubleWriterMs } from '../ledger/double-writers.ts';
import { longestInterruption } from '../ledger/interruptions.ts';
import type { RecordedLedger } from '../ledger/ledger.ts';
import { lostWorkMs } from '../ledger/read-back.ts';

export interface Writes {
  readonly acknowledged: number;
  /** Acknowledged, and not there afterwards. This and the next two are absent when nobody could be asked. */
  readonly lost?: number;
  /** `lost` as time: how far before its last acknowledgement a write was that is not there. */
  readonly lostWorkMs?: number;
  /** Ids that were there more than once. */
  readonly duplicated?: number;
  /** For how long two machines took writes; absent where several may, or where the probe saw none that did. */
  readonly doubleWriterMs?: number;
  /** Absent when there was no acknowledgement, or none any more. */
  readonly longestGapMs?: number;
}

export function writesOf(ledger: RecordedLedger): Writes {
  const { acknowledged, takers, probes, readBack } = ledger;
  const { fromMs, toMs } = longestInterruption(ledger) ?? {};
  return {
    acknowledged: acknowledged.length,
    ...(readBack !== undefined && {
      lost: readBack.lost.length,
      lostWorkMs: lostWorkMs(acknowledged, readBack.lost),
      duplicated: readBack.duplicated,
    }),
    // A probe that nobody ever answered is blind.
    ...(takers === 'one' && probes.some(({ accepted }) => accepted) && { doubleWriterMs: doubleWriterMs(probes) }),
    ...(fromMs !== undefined && toMs !== undefined && { longestGapMs: toMs - fromMs }),
  };
}
