/** A primacy as it is kept, with instants of the wall, and as decisions go by it. */
import type { Primacy } from '../../model/primacy.ts';
import type { Clock } from '../../ports/clock.ts';
import { instantsBy } from '../instants.ts';
import type { FailoverHands } from './drive-failover.ts';

export interface KeptPrimacy {
  readonly read: () => Primacy;
  readonly write: (primacy: Primacy) => void;
}

export function primacyInTime(
  clock: Pick<Clock, 'now' | 'wall'>,
  { read, write }: KeptPrimacy,
): Pick<FailoverHands, 'primacy' | 'keep'> {
  const instants = instantsBy(clock);
  return {
    primacy: () => withInstants(read(), instants.read),
    keep: (primacy) => write(withInstants(primacy, instants.written)),
  };
}

function withInstants(primacy: Primacy, translated: (ms: number) => number): Primacy {
  const { movedAtMs, move } = primacy;
  return {
    ...primacy,
    ...(movedAtMs !== undefined && { movedAtMs: translated(movedAtMs) }),
    ...(move !== undefined && {
      move: {
        ...move,
        beganMs: translated(move.beganMs),
        ...(move.fencedAtMs !== undefined && { fencedAtMs: translated(move.fencedAtMs) }),
      },
    }),
  };
}
