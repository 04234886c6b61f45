/** All invariants, and who looks at them. */
import type { Invariant, Turn, Violation } from './invariant.ts';
import {
  aboveMinimum,
  baseLast,
  budget,
  comesToRest,
  holdsRespected,
  nothingLeaks,
  withinLimits,
  withReason,
} from './scaling.ts';

export const invariants: readonly Invariant[] = [
  ...[baseLast, aboveMinimum, withinLimits, withReason],
  ...([budget, holdsRespected, nothingLeaks, comesToRest] as readonly Invariant[]),
];

/** Chosen: what is broken once is often broken each second, and ten say it. */
const mostTold = 10;

export function createWatch(watched: readonly Invariant[] = invariants) {
  const states = watched.map((invariant) => invariant.begin());
  const violations: Violation[] = [];
  const told = new Map<string, number>();
  const tell = ({ invariant, atMs, what, isOfEnd }: Violation) => {
    const times = (told.get(invariant) ?? 0) + 1;
    told.set(invariant, times);
    if (times <= mostTold) violations.push({ invariant, atMs, what, ...(isOfEnd === true && { isOfEnd }) });
  };
  return {
    look(turn: Turn): void {
      watched.forEach((invariant, index) => {
        const { state, broken } = invariant.look(states[index], turn);
        states[index] = state;
        if (broken !== undefined) tell({ invariant: invariant.name, atMs: turn.nowMs, what: broken });
      });
    },
    /** For what only the end shows. */
    tell,
    /** Of each invariant the first ten. */
    violations: (): readonly Violation[] => violations,
  };
}
