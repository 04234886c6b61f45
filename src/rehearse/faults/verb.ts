/** A verb of breaking: what it may be done to, how that begins, how it ends. One file each in `verbs/`. */
import type { QuantityKind } from '../../model/quantities.ts';
import type { Scene } from './scene.ts';
import type { TargetKind, Targets } from './targets.ts';

export interface FaultVerb {
  /** For the reference page and help. */
  readonly about: string;
  /** A target, for both too. */
  readonly example: string;
  /** How much, where the verb has a measure. Without `usual` it must be said. */
  readonly to?: Measure;
  /** Where it works: what is inside a machine ends after what keeps anybody from reaching it. */
  readonly works: (typeof places)[number];
  /** What it does by what it is done to. A name that fits two kinds is of the first. */
  readonly on: { readonly [Kind in TargetKind]?: Deed<Targets[Kind]> };
  /** Nothing of it lasts that could be undone, so it takes no `for`. */
  readonly isOverAtOnce?: true;
  /** Follows the target in a sentence. */
  readonly says: Readonly<Record<'began' | 'ended' | 'missed', string>>;
}

/** Of several faults those end first that are around machines, then their power, then what is inside. */
export const places = ['around', 'power', 'inside'] as const;

export interface Measure {
  readonly kind: QuantityKind;
  readonly about: string;
  readonly example: string;
  readonly usual?: string;
}

/** What chance may do; ranges are from the least to the most. */
export interface Drawn {
  /** Compared with those of all other deeds. */
  readonly weight: number;
  /** Absent where it is over at once. */
  readonly lastsMs?: readonly [number, number];
  /** In the base unit of the verb's measure, where it has one. */
  readonly to?: readonly [number, number];
}

export interface Deed<Target> {
  /** Whether an imagined platform shows what it does; elsewhere it is left out there, and that is said. */
  readonly isImagined: boolean;
  /** A look at the platform shows it, and a plan mends it, in the order that it finds right. */
  readonly isMendedByPlan?: true;
  /** How often chance does it, and for how long. Absent where it is never drawn; then the verb says why. */
  readonly drawn?: Drawn;
  /** `over`: it cannot be undone, or nothing is left to undo. */
  readonly begin: (scene: Scene, target: Target, to: number) => Promise<'lasts' | 'over'>;
  /** By the target alone, for the process that began it may be gone; also when it began only in part, or has ended. */
  readonly end: (scene: Scene, target: Target) => Promise<void>;
}
