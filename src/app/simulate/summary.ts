/** What a simulation says of itself, as programs read it. */
import type { Price } from '../../model/quantities.ts';
import { shareServed, type Served } from '../../rehearse/verdict/served.ts';
import type { Judged } from '../../rehearse/verdict/objectives.ts';
import { percent, whole } from '../../rehearse/words.ts';
import type { Elasticity } from '../../sim/fleet/elasticity.ts';
import type { Played } from '../../sim/fleet/play.ts';
import type { Violation } from '../../sim/invariants/invariant.ts';

/** What is measured of each policy. */
export interface Measures {
  readonly elasticity: Elasticity;
  readonly requests: Played['requests'];
  readonly machineHours: number;
  readonly cost: {
    readonly currency: string;
    /** For all of the time. */
    readonly amount: number;
    /** For an hour of it, on average. */
    readonly perHour: number;
  };
  readonly mostMachines: number;
}

export interface ToldViolation {
  readonly invariant: string;
  /** Seconds from the start. */
  readonly at: number;
  readonly what: string;
  /** What only the end shows. */
  readonly isOfEnd?: boolean;
}

export interface Summary extends Measures {
  readonly seed: number;
  readonly held: boolean;
  /** Traffic alone has none. */
  readonly objectives: readonly Judged[];
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  readonly violations: readonly ToldViolation[];
  /** Bins that the record lacks; the rate was taken to change evenly between those around them. */
  readonly missingBins: number;
}

export function measuresOf(played: Played, { perHour, currency }: Price, virtualSeconds: number): Measures {
  const { elasticity, requests, machineHours, billedHours, mostMachines } = played;
  const amount = billedHours * perHour;
  return {
    ...{ elasticity, requests, machineHours },
    cost: { currency, amount, perHour: virtualSeconds === 0 ? 0 : (3600 * amount) / virtualSeconds },
    mostMachines,
  };
}

export function toldViolations(violations: readonly Violation[], startMs: number): readonly ToldViolation[] {
  return violations.map(({ atMs, ...violation }) => ({ ...violation, at: (atMs - startMs) / 1000 }));
}

export interface ToldServed extends Served {
  readonly share: number;
}

export function toldServed({ served }: { readonly served?: Served }): { readonly served?: ToldServed } {
  return served === undefined ? {} : { served: { ...served, share: shareServed(served) } };
}

/** What the simulator takes machines to serve, and why, in a sentence; undefined where the blueprint alone says it. */
export function servedSays({ served }: { readonly served?: ToldServed }): string | undefined {
  if (served === undefined) return undefined;
  const { pool, share, held, says } = served;
  const figures = [says.base, ...(says.overflow === undefined ? [] : [says.overflow])].map((each) =>
    whole(share * each),
  );
  if (share !== 1)
    return `a machine of ${pool} serves ${figures.join(' or ')} requests/s, ${percent(share)} of what the blueprint says: so it was in the last rehearsal`;
  const seen = held === undefined ? 'did not show it' : `asked for ${percent(held)} of it`;
  return `a machine of ${pool} serves what the blueprint says; the last rehearsal ${seen}`;
}
