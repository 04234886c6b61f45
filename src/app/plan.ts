/** What `up` would do, as a plan and as data for programs. */
import type { Plan } from '../model/plan.ts';
import { describeStep } from '../runtime/perform.ts';
import { failingProbes, type FailingProbe } from './failing.ts';
import { look, type Work } from './work.ts';

export interface PlanSeen {
  readonly plan: Plan;
  /** What does not work now. Not all of it is mended by a step. */
  readonly failing: readonly FailingProbe[];
}

export async function plan(work: Work): Promise<PlanSeen> {
  const { plan: made, actual } = await look(work);
  return { plan: made, failing: failingProbes(actual.facts, work.toolbox.clock.now()) };
}

export function planAsData({ blueprint }: Work, { plan: { steps, cost, findings, losses }, failing }: PlanSeen) {
  return {
    platform: blueprint.platform,
    empty: steps.length === 0,
    steps: steps.map((step) => ({ id: step.id, reason: step.reason, after: step.after, ...describeStep(step) })),
    ...{ cost, findings, losses, failing },
  };
}
