/** A verdict as programs read it: instants are seconds from the start of the traffic, as in all that is simulated. */
import type { Failover } from '../ledger/interruptions.ts';
import type { Recording } from '../recording.ts';
import type { Writes } from './ledger.ts';
import type { ScaleOut } from './scaling.ts';
import type { Verdict } from './verdict.ts';

export interface VerdictData extends Omit<Verdict, 'scaling' | 'ledger' | 'failover'> {
  readonly scaling: readonly ScaleOutData[];
  /** Where a ledger was kept; what is absent could not be measured. */
  readonly ledger?: Pick<Writes, 'acknowledged' | 'lost' | 'duplicated' | 'doubleWriterMs'>;
  /** Of each fault; without `rtoMs` no write was acknowledged any more. */
  readonly failover?: readonly (Omit<Failover, 'atMs'> & { readonly at: number })[];
}

export interface ScaleOutData extends Pick<ScaleOut, 'pool' | 'machine' | 'stages'> {
  readonly breachAt?: number;
  readonly decidedAt: number;
  readonly servingAt?: number;
}

type LedgerData = NonNullable<VerdictData['ledger']>;

export function verdictAsData(verdict: Verdict, { startedAtMs }: Pick<Recording, 'startedAtMs'>): VerdictData {
  const seconds = (atMs: number) => Math.round(atMs - startedAtMs) / 1000;
  const { ledger, failover, ...rest } = verdict;
  return {
    ...rest,
    ...(ledger !== undefined && { ledger: ledgerAsData(ledger) }),
    ...(failover !== undefined && {
      failover: failover.map(({ atMs, ...one }) => ({ ...one, at: seconds(atMs) })),
    }),
    scaling: verdict.scaling.map(({ pool, machine, breachAtMs, decidedAtMs, servingAtMs, stages }) => ({
      ...{ pool, machine },
      ...(breachAtMs !== undefined && { breachAt: seconds(breachAtMs) }),
      decidedAt: seconds(decidedAtMs),
      ...(servingAtMs !== undefined && { servingAt: seconds(servingAtMs) }),
      stages,
    })),
  };
}

function ledgerAsData({ acknowledged, lost, duplicated, doubleWriterMs }: Writes): LedgerData {
  return {
    acknowledged,
    ...(lost !== undefined && { lost }),
    ...(duplicated !== undefined && { duplicated }),
    ...(doubleWriterMs !== undefined && { doubleWriterMs }),
  };
}
