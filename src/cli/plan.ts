import { load } from '../app/load.ts';
import { plan, planAsData } from '../app/plan.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { showFindings } from './findings.ts';
import { printJson } from './output.ts';
import { showPlan } from './plan-view.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which, options.as as string | undefined);
  return withWork(toolbox, loaded, async (work) => {
    const made = await plan(work);
    if (json) printJson(planAsData(work, made));
    else {
      showPlan(made);
      showFindings(made.findings);
    }
    return made.findings.some(({ severity }) => severity === 'refused') ? exitCodes.refused : exitCodes.done;
  });
}
