/** Which steps should begin first when not all can. */
import type { StepId } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';

/** Those with the longest chain of work behind them come first; among equals the plan's order stays. */
export function mostUrgentFirst(steps: readonly Step[]): readonly Step[] {
  const followers = new Map<StepId, StepId[]>();
  for (const { id, after } of steps) {
    for (const one of after) followers.set(one, [...(followers.get(one) ?? []), id]);
  }
  const chains = new Map<StepId, number>();
  const chainOf = (id: StepId): number => {
    const known = chains.get(id);
    if (known !== undefined) return known;
    // Steps in a circle never begin; what matters is that this ends.
    chains.set(id, 0);
    const chain = 1 + Math.max(0, ...(followers.get(id) ?? []).map(chainOf));
    chains.set(id, chain);
    return chain;
  };
  return steps.toSorted((one, other) => chainOf(other.id) - chainOf(one.id));
}
