/**
 * A ledger is load that writes. Each write has an id of its own, and the client notes which were acknowledged and when;
 * afterwards each of those must be found, once. Meanwhile a probe asks every machine of the pool whether it takes writes.
 */
import type { MachineName, PoolName } from '../../model/ids.ts';

export interface Ledger {
  /** Whose database is written to. */
  readonly pool: PoolName;
  /** From where the connections go out, as an application's would. */
  readonly from: MachineName;
  /** Each has one connection, and one write under way at a time. */
  readonly writers: number;
  /** From one write of a writer to its next. */
  readonly everyMs: number;
}

/** What became of it, as far as that is known. Times are milliseconds since 1970. */
export interface RecordedLedger extends Ledger {
  /** How many machines of the pool may take writes at a time. */
  readonly takers: Takers;
  /** When each acknowledgement came, in their order. */
  readonly acknowledged: readonly number[];
  /** In the order of time; none where several machines may take writes. */
  readonly probes: readonly Probe[];
  /** When the writers were told to end. They go on until one more write is acknowledged, while there is patience. */
  readonly stoppedAtMs?: number;
  /** Absent when nobody could be asked. */
  readonly readBack?: ReadBack;
}

export type Takers = 'one' | 'several';

/** One machine was asked to take one write. */
export interface Probe {
  /** When its answer came, or was not waited for any longer. */
  readonly atMs: number;
  readonly machine: MachineName;
  readonly accepted: boolean;
}

export interface ReadBack {
  /** Positions in `acknowledged` of those that were not there. */
  readonly lost: readonly number[];
  /** How many ids were there more than once. */
  readonly duplicated: number;
}

export function beginLedger(ledger: Ledger, takers: Takers): RecordedLedger {
  return { ...ledger, takers, acknowledged: [], probes: [] };
}
