/** On which terms it is decided who the primary is, and what a decision says. */
import type { MachineName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';

export interface FailoverSettings {
  /** Whether it acts when the primary is lost, or only says what it would do. */
  readonly automatic: boolean;
  /** After a move the next one waits as long. */
  readonly holdMs: number;
  /** The most that may be lost, as time; absent: whatever is lost. */
  readonly rpoMs?: number;
  /** Whether the primary waits for a replica before it acknowledges a write: come what may, as long as one follows, or not. */
  readonly waits: 'strictly' | 'loosely' | 'never';
}

export type FailoverAction =
  /** Asks machines that use the primary whether it greets them. */
  | { readonly kind: 'ask'; readonly about: MachineName }
  /** Takes its power, or where that fails its networks. */
  | { readonly kind: 'fence'; readonly machine: MachineName }
  /** Of a planned move: the primary takes no more writes, and the other one gets all that it has. */
  | { readonly kind: 'hand-over'; readonly from: MachineName; readonly to: MachineName }
  | {
      readonly kind: 'promote';
      readonly machine: MachineName;
      /** Replicas that shall follow it. */
      readonly followers: readonly MachineName[];
      /** Whether it waits for one of them from the first write on. */
      readonly waits: boolean;
    }
  /** Writes it into the primacy, before anything else is done. */
  | { readonly kind: 'keep' }
  /** The primary waits for its replicas, or no longer does. */
  | { readonly kind: 'wait' | 'go-alone'; readonly machine: MachineName }
  /** The primary follows nobody any more. */
  | { readonly kind: 'leave'; readonly machine: MachineName }
  /** The pool's addresses lead to it. */
  | { readonly kind: 'place'; readonly machine: MachineName }
  /** A replica that follows somebody else follows the primary. */
  | { readonly kind: 'follow'; readonly machine: MachineName; readonly primary: MachineName }
  /** Is started again as what it was: nobody may take its place. */
  | { readonly kind: 'start'; readonly machine: MachineName }
  /** Is made anew, as a replica. */
  | { readonly kind: 'rebuild'; readonly machine: MachineName };

export interface FailoverDecision {
  readonly kind: 'nothing' | 'doubt' | 'move' | 'refuse' | 'alone' | 'together' | 'mend' | 'rebuild';
  readonly says: string;
  /** What was seen that speaks for it, a sentence each. */
  readonly evidence: readonly string[];
  /** What must be kept before the action, and instead of one where there is none. */
  readonly primacy?: Primacy;
  readonly action?: FailoverAction;
}
