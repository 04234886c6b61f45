/** Who may take the primary's place without more being lost than the objective allows. */
import type { DatabaseObservation } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';
import type { Covered } from './covered.ts';
import { freshState, inSeconds } from './sight.ts';

interface Choice {
  /** Absent when nobody may. */
  readonly successor?: MachineName;
  readonly says: string;
}

export function chooseSuccessor(
  { rpoMs }: { readonly rpoMs?: number },
  { primary, inSync, deposed }: Primacy,
  covered: Covered,
  { machines }: DatabaseObservation,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Choice {
  const candidates = machines
    .filter(({ name }) => name !== primary && !deposed.includes(name))
    .flatMap((machine) => {
      const state = freshState(machine, nowMs);
      // One that does not apply what it receives would never be done with it.
      return state === undefined || state.following?.applies === false
        ? []
        : [{ name: machine.name, has: state.following?.received ?? state.written }];
    })
    // Of two that have the same, the first by name: any turn chooses alike.
    .toSorted((one, other) => other.has - one.has || (one.name < other.name ? -1 : 1));
  const [best] = candidates;
  if (best === undefined) return { says: 'no replica is seen to work' };

  const silent = inSync.filter((name) => !candidates.some((one) => one.name === name));
  if (inSync.length > 0 && silent.length === 0) {
    return { successor: best.name, says: `it has received every write that was acknowledged (up to ${best.has})` };
  }
  const lossMs = Math.max(0, sinceMs - (covered[best.name] ?? -Infinity));
  const bound = Number.isFinite(lossMs) ? `up to ${inSeconds(lossMs)} of writes` : 'nobody knows how many writes';
  const why =
    inSync.length === 0
      ? `the primary did not wait for a replica, so ${bound} would be lost with ${best.name}`
      : `${silent.join(' and ')} may have more than ${best.name}, so ${bound} would be lost`;
  if (rpoMs === undefined) return { successor: best.name, says: `${why}, and no objective forbids it` };
  if (lossMs <= rpoMs && rpoMs > 0)
    return { successor: best.name, says: `${why}, and the objective allows ${inSeconds(rpoMs)}` };
  return { says: `${why}, and the objective allows ${rpoMs === 0 ? 'no loss' : inSeconds(rpoMs)}` };
}
