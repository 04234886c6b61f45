/** All verbs of breaking, and the way from what a person writes to what is done. */
import { SpillwayError } from '../../model/errors.ts';
import { parseQuantity } from '../../model/quantities.ts';
import { entries } from '../../blueprint/records.ts';
import type { Scene } from './scene.ts';
import { type Known, notAmong, type TargetKind, targets } from './targets.ts';
import { type Deed, type FaultVerb, places } from './verb.ts';
import { crash } from './verbs/crash.ts';
import { cut } from './verbs/cut.ts';
import { exhaust } from './verbs/exhaust.ts';
import { fill } from './verbs/fill.ts';
import { forget } from './verbs/forget.ts';
import { freeze } from './verbs/freeze.ts';
import { hide } from './verbs/hide.ts';
import { kill } from './verbs/kill.ts';
import { part } from './verbs/part.ts';
import { pause } from './verbs/pause.ts';
import { slow } from './verbs/slow.ts';
import { stop } from './verbs/stop.ts';

export const faultVerbs = {
  ...{ kill, freeze, cut, hide },
  ...{ crash, pause, stop },
  ...{ part, slow },
  ...{ fill, exhaust, forget },
} as const satisfies Record<string, FaultVerb>;

export type FaultKind = keyof typeof faultVerbs;
export const faultKinds = Object.keys(faultVerbs) as FaultKind[];
export const verbOf = (kind: FaultKind): FaultVerb => faultVerbs[kind];

/** One thing that is broken on purpose. */
export interface Breakage {
  readonly kind: FaultKind;
  /** As it is written: `web-1`, `rbx/sbg`. */
  readonly target: string;
  /** In the base unit of the verb's measure. */
  readonly to?: number;
}

/** What is to be done, with nothing left to choose. */
export interface Ready {
  readonly isImagined: boolean;
  readonly isMendedByPlan: boolean;
  readonly begin: (scene: Scene) => Promise<'lasts' | 'over'>;
  readonly end: (scene: Scene) => Promise<void>;
}

/** Reads how much is asked for: where the verb has a measure, and else not at all. */
export function readMeasure(kind: FaultKind, text: string | undefined): Measured {
  const measure = verbOf(kind).to;
  if (measure === undefined) {
    if (text === undefined) return { ok: true };
    return { ok: false, message: `\`${kind}\` has no \`to\``, mend: 'leave it out' };
  }
  const { usual, about, example } = measure;
  const wanted = text ?? usual;
  if (wanted === undefined)
    return { ok: false, message: `\`${kind}\` needs a \`to\`: ${about}`, mend: `for example \`${example}\`` };
  const read = parseQuantity(measure.kind, wanted);
  if (!read.ok) return { ok: false, message: read.says, mend: read.mend ?? `write it like \`${example}\`` };
  if (read.value > 0) return { ok: true, to: read.value };
  return { ok: false, message: 'this must be more than nothing', mend: `write it like \`${example}\`` };
}

export type Measured =
  { readonly ok: true; readonly to?: number } | { readonly ok: false; readonly message: string; readonly mend: string };

export type Prepared =
  | { readonly ok: true; readonly ready: Ready }
  | { readonly ok: false; readonly message: string; readonly mend: string };

export function prepare({ kind, target, to = 0 }: Breakage, known: Known): Prepared {
  const deeds = entries(verbOf(kind).on);
  for (const [of, deed] of deeds) {
    const read = targets[of].read(target, known);
    // The reading and the deed are of the same kind, which the compiler does not follow.
    if (read !== undefined) return { ok: true, ready: readied(deed as Deed<unknown>, read, to) };
  }
  return { ok: false, ...notAmong(targetKindsOf(kind), target, known, verbOf(kind).example) };
}

export function readyOrThrow(breakage: Breakage, known: Known): Ready {
  const prepared = prepare(breakage, known);
  if (prepared.ok) return prepared.ready;
  const { message, mend } = prepared;
  throw new SpillwayError({ code: 'no-target', message, mend, exit: 'wrongInput' });
}

function readied(deed: Deed<unknown>, target: unknown, to: number): Ready {
  const { isImagined, isMendedByPlan = false, begin, end } = deed;
  return {
    ...{ isImagined, isMendedByPlan },
    begin: (scene) => begin(scene, target, to),
    end: (scene) => end(scene, target),
  };
}

/** In the order in which several are to end. */
export function inOrderOfEnding<One extends Breakage>(faults: readonly One[]): readonly One[] {
  const place = ({ kind }: One) => places.indexOf(verbOf(kind).works);
  return faults.toSorted((one, other) => place(one) - place(other));
}

export function targetKindsOf(kind: FaultKind): readonly TargetKind[] {
  return entries(verbOf(kind).on).map(([of]) => of);
}

/** What could be written as a verb's target. */
export function targetCandidates(kind: FaultKind, known: Known): readonly string[] {
  return targetKindsOf(kind).flatMap((of) => targets[of].candidates(known));
}
