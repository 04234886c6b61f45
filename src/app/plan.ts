/** What `up` would do, as a plan and as data for programs. */
import type { Plan } from '../model/plan.ts';
import { describeStep } from '../runtime/perform.ts';
import { look, type Work } from './work.ts';

export async function plan(work: Work): Promise<Plan> {
  const { plan: made } = await look(work);
  return made;
}

export function planAsData({ blueprint }: Work, { steps, cost, findings, losses }: Plan) {
  return {
    platform: blueprint.platform,
    empty: steps.length === 0,
    steps: steps.map((step) => ({ id: step.id, reason: step.reason, after: step.after, ...describeStep(step) })),
    ...{ cost, findings, losses },
  };
}
