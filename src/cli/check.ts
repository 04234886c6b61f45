import { check } from '../app/check.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { showFindings } from './findings.ts';
import { paint, print, printJson } from './output.ts';

export function run({ toolbox, operands: [which = ''], json }: CommandCall): Promise<number> {
  const checked = check(toolbox, which);
  if (json) printJson(checked);
  else {
    const { file, machines, pools, scenarios, findings } = checked;
    const also = scenarios.length === 0 ? '' : `; scenarios: ${scenarios.join(', ')}`;
    print(`${paint('green', '✓')} ${file}: ${machines} machines in ${pools} pools${also}`);
    showFindings(findings);
  }
  const refused = checked.findings.some(({ severity }) => severity === 'refused');
  return Promise.resolve(refused ? exitCodes.refused : exitCodes.done);
}
