/** Visitors are spread so that the primary's machine gets its own part, whoever the primary is. */
import type { MachineName } from '../../model/ids.ts';

/** Parts of the requests, compared with one another. */
export interface Preference {
  readonly primary: number;
  /** Of each of the other machines. */
  readonly others: number;
}

export interface WeightChange {
  readonly machine: MachineName;
  readonly weight: number;
}

/** `seen`: what the machines have now, at one place. Those that are not there get theirs once they are. */
export function weightsToSet(
  { primary, others }: Preference,
  leader: MachineName,
  seen: ReadonlyMap<MachineName, number>,
): readonly WeightChange[] {
  return [...seen].flatMap(([machine, had]) => {
    const weight = machine === leader ? primary : others;
    return had === weight ? [] : [{ machine, weight }];
  });
}
