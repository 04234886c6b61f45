/** Each fault that was done, and how long writes were interrupted by it. */
import { failoversOf, type Failover } from '../ledger/interruptions.ts';
import type { Recording } from '../recording.ts';
import { faultSays } from '../words.ts';

export function failovers({ faults, ledger }: Recording): readonly Failover[] {
  if (ledger === undefined) return [];
  const done = faults.filter(({ state }) => state === 'began');
  return failoversOf(
    ledger,
    done.map((fault) => ({ what: faultSays(fault), atMs: fault.atMs })),
  );
}
