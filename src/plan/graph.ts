/** Steps and who waits for whom. */
import type { StepId } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';

/** These steps, and all that wait for them, directly or through others. */
export function withAllAfter(steps: readonly Step[], first: ReadonlySet<StepId>): ReadonlySet<StepId> {
  const followers = new Map<StepId, StepId[]>();
  for (const { id, after } of steps) {
    for (const one of after) {
      const known = followers.get(one);
      if (known === undefined) followers.set(one, [id]);
      else known.push(id);
    }
  }
  const found = new Set(first);
  // A set that grows while it is walked is walked to its end.
  for (const id of found) for (const follower of followers.get(id) ?? []) found.add(follower);
  return found;
}
