import { load } from '../app/load.ts';
import { look, withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import { describeStep } from '../runtime/perform.ts';
import type { CommandCall } from './commands.ts';
import { showFindings } from './findings.ts';
import { printJson } from './output.ts';
import { showPlan } from './plan-view.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which, options.as as string | undefined);
  return withWork(toolbox, loaded, async (work) => {
    const { plan } = await look(work);
    if (json) {
      const steps = plan.steps.map((step) => ({ id: step.id, reason: step.reason, after: step.after, ...describeStep(step) }));
      printJson({ platform: loaded.blueprint.platform, empty: steps.length === 0, steps, cost: plan.cost, findings: plan.findings, losses: plan.losses });
    } else {
      showPlan(plan);
      showFindings(plan.findings);
    }
    return plan.findings.some(({ severity }) => severity === 'refused') ? exitCodes.refused : exitCodes.done;
  });
}
