/** Faults from a seed: one after the other, with a pause after each in which the platform becomes whole again. */
import { streamOf, type Stream } from '../../sim/chance/stream.ts';
import type { Fault } from '../scenario/faults.ts';
import { type Drawable, drawables } from './drawable.ts';
import type { Grounds } from './grounds.ts';

export interface Draw {
  readonly seed: number;
  readonly forMs: number;
}

/** Chosen: visitors and writers are at their pace by then. */
export const firstAtMs = 10_000;

/**
 * Chosen: a database that was deposed is made anew and in sync again some 20 s after the fault on a host of two cores.
 * A fault before that would hit a pair of which one is left, which no pair can endure: that it is refused is shown by
 * tests of its own. Not always the same, so that faults and what happens at intervals do not keep step.
 */
export const quietMs = [25_000, 35_000] as const;

/** The same for the same seed and grounds; a longer time begins with the faults of a shorter one. Each is over, with its pause, within it. */
export function drawFaults(grounds: Grounds, { seed, forMs }: Draw): readonly Fault[] {
  const choices = drawables(grounds);
  const faults: Fault[] = [];
  let atMs = firstAtMs;
  while (choices.length > 0) {
    // Each from a stream of its own: what one of them draws changes no other one.
    const chance = streamOf(seed, `fault ${faults.length + 1}`);
    const fault = faultAt(atMs, pick(chance, choices), chance);
    const wholeAtMs = atMs + (fault.forMs ?? 0) + between(chance, quietMs);
    if (wholeAtMs > forMs) break;
    faults.push(fault);
    atMs = wholeAtMs;
  }
  return faults;
}

function faultAt(atMs: number, { kind, drawn: { lastsMs, to }, groups }: Drawable, chance: Stream): Fault {
  const target = anyOf(chance, anyOf(chance, groups) ?? []) ?? '';
  return {
    ...{ kind, atMs, target },
    ...(to !== undefined && { to: twoDigits(to[0] + chance.uniform() * (to[1] - to[0])) }),
    ...(lastsMs !== undefined && { forMs: between(chance, lastsMs) }),
  };
}

function pick(chance: Stream, choices: readonly Drawable[]): Drawable {
  const all = choices.reduce((sum, { drawn }) => sum + drawn.weight, 0);
  let left = chance.uniform() * all;
  const found = choices.find(({ drawn }) => (left -= drawn.weight) < 0) ?? choices.at(-1);
  if (found === undefined) throw new Error('there is nothing to be drawn');
  return found;
}

const anyOf = <Item>(chance: Stream, items: readonly Item[]): Item | undefined =>
  items[Math.floor(chance.uniform() * items.length)];

/** A tenth of a second is as exact as a fault begins. */
const between = (chance: Stream, [least, most]: readonly [number, number]): number =>
  100 * Math.round((least + chance.uniform() * (most - least)) / 100);

/** As a person would write it. */
const twoDigits = (value: number): number => Number(value.toPrecision(2));
