/** What chance did: how many faults of what kind. */
import type { FaultKind } from '../faults/index.ts';
import type { Chaos } from '../scenario/scenario.ts';
import type { Recording } from '../recording.ts';

export interface ChaosPlayed extends Pick<Chaos, 'seed' | 'drawn'> {
  /** Those that were done. With those that were missed, fewer than were drawn when it was broken off. */
  readonly played: number;
  /** Of those, the most frequent first. */
  readonly byKind: Readonly<Partial<Record<FaultKind, number>>>;
  /** Could not be done: what they were to be done to was not there at that time, or did not answer. */
  readonly missed: number;
}

export function chaosPlayed({ chaos, faults }: Pick<Recording, 'chaos' | 'faults'>): ChaosPlayed | undefined {
  if (chaos === undefined) return undefined;
  const done = faults.filter(({ state }) => state === 'began');
  const counts = [...Map.groupBy(done, ({ kind }) => kind)].map(([kind, some]) => [kind, some.length] as const);
  return {
    ...{ seed: chaos.seed, drawn: chaos.drawn, played: done.length },
    byKind: Object.fromEntries(counts.toSorted(([, one], [, other]) => other - one)),
    missed: faults.filter(({ state }) => state === 'missed').length,
  };
}
