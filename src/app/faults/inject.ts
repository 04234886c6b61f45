/**
 * Breaks something and mends it again. What lasts is one step of the journal: it
 * begins before anything is broken, and ends when that is undone, so that whoever
 * comes after a process that was killed reads there what is left to undo.
 */
import { SpillwayError } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { type Breakage, prepare, readyOrThrow } from '../../rehearse/faults/index.ts';
import type { Scene } from '../../rehearse/faults/scene.ts';
import type { Known } from '../../rehearse/faults/targets.ts';
import type { RecordedFault } from '../../rehearse/recording.ts';

export interface FaultHands extends Scene {
  readonly known: Known;
  readonly clock: Clock;
  readonly store: Pick<Store, 'append'>;
  readonly run: string;
  readonly record: (fault: RecordedFault) => void;
  /** Nobody looks before something is due: for time that costs nothing to pass. */
  readonly sleepsUntilDue?: boolean;
}

export interface Injection extends Breakage {
  readonly forMs?: number;
}

export type Begun =
  | { readonly state: 'lasts' | 'over' }
  /** `lasts`: what was done of it could not be undone. */
  | { readonly state: 'missed'; readonly lasts: boolean; readonly says: string };

export async function beginFault(fault: Injection, reason: string, hands: FaultHands): Promise<Begun> {
  const { clock, record } = hands;
  const { kind, target } = fault;
  const beganMs = clock.now();
  const journal = journaled(fault, reason, hands);
  const told = (state: RecordedFault['state'], atMs: number) => record({ atMs, kind, target, state });
  journal('step-began', { ...fault });
  try {
    const state = await readyOrThrow(fault, hands.known).begin(hands);
    told('began', beganMs);
    if (state === 'over') journal('step-ended', { tookMs: clock.now() - beganMs });
    return { state };
  } catch (error) {
    // To undo what was not begun could end what another fault holds.
    const lasts = isRefusal(error) ? false : await mendHalf(fault, hands);
    journal('step-failed', { error: saysOf(error), lasts });
    told('missed', beganMs);
    return { state: 'missed', lasts, says: saysOf(error) };
  }
}

/** Why it lasts on; nothing when it has ended. */
export async function endFault(fault: Injection, reason: string, hands: FaultHands): Promise<string | undefined> {
  const { clock, record, known } = hands;
  const { kind, target } = fault;
  const beganMs = clock.now();
  const journal = journaled(fault, reason, hands);
  try {
    // What the blueprint does not name any more went with whatever was broken of it.
    const prepared = prepare(fault, known);
    if (prepared.ok) await prepared.ready.end(hands);
    record({ atMs: clock.now(), kind, target, state: 'ended' });
    journal('step-ended', { tookMs: clock.now() - beganMs });
    return undefined;
  } catch (error) {
    journal('step-failed', { error: saysOf(error), lasts: true });
    return saysOf(error);
  }
}

/** For what a plan mends, which chooses when: a machine whose place is being taken must not be started yet. */
export function leaveToPlan(fault: Injection, reason: string, hands: FaultHands): void {
  journaled(fault, reason, hands)('step-ended', { left: 'to the plan' });
}

/** What could not be done may have been done in part: whether any of it may be left. */
async function mendHalf(fault: Injection, hands: FaultHands): Promise<boolean> {
  try {
    await readyOrThrow(fault, hands.known).end(hands);
    return false;
  } catch (error) {
    return !isRefusal(error);
  }
}

/** What nobody may break was not broken, and there is nothing on a target that there is not. */
const refusals = ['faults-refused', 'no-target', 'no-machine', 'engine-cannot-break', 'not-running', 'lab-parted'];
const isRefusal = (error: unknown) => error instanceof SpillwayError && refusals.includes(error.code);

function journaled({ kind, target }: Injection, reason: string, { store, clock, run }: FaultHands) {
  return (entry: 'step-began' | 'step-ended' | 'step-failed', detail: Record<string, unknown>) =>
    store.append({
      ...{ run, reason, atMs: clock.now(), kind: entry, subject: subjectOf({ kind, target }) },
      detail: { ...detail, kind: 'fault', ...(entry === 'step-began' && { verb: kind }) },
    });
}

export const subjectOf = ({ kind, target }: Pick<Breakage, 'kind' | 'target'>): string => `${target}/${kind}`;

const saysOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
