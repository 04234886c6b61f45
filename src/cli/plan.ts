import { load } from '../app/load.ts';
import { plan, planAsData } from '../app/plan.ts';
import { withLook } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { showFindings } from './findings.ts';
import { print, printJson } from './output.ts';
import { proofOf, proofText } from './proof.ts';
import { showPlan } from './plan-view.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which, options.as as string | undefined);
  return withLook(toolbox, loaded, async (work) => {
    const seen = await plan(work);
    const proof = options.prove === true ? await proofOf(work, json) : undefined;
    if (json) printJson({ ...planAsData(work, seen), ...(proof !== undefined && { proof }) });
    else {
      showPlan(seen);
      showFindings(seen.plan.findings);
      if (proof !== undefined) print(proofText(proof, seen.plan.cost.currency).join('\n'));
    }
    if (proof?.held === false) return exitCodes.failed;
    return seen.plan.findings.some(({ severity }) => severity === 'refused') ? exitCodes.refused : exitCodes.done;
  });
}
