/** An overflow machine that is paid by the hour is kept until its paid hour is nearly over. */
import type { ObservedMachine } from '../../model/observation.ts';

export interface Billing {
  /** What is paid for at a time: an hour, or a second where nothing is gained by keeping a machine. */
  readonly periodMs: number;
  /** How long before the end of a paid period a machine may be let go. */
  readonly marginMs: number;
}

/** Until when nothing is gained by letting it go; not after `nowMs` when it may go now. */
export function paidUntilMs(
  { paidSinceMs }: Pick<ObservedMachine, 'paidSinceMs'>,
  { periodMs, marginMs }: Billing,
  nowMs: number,
): number {
  if (periodMs <= marginMs) return nowMs;
  const begun = Math.floor((nowMs - paidSinceMs) / periodMs);
  return paidSinceMs + (begun + 1) * periodMs - marginMs;
}
