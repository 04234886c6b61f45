import { load } from '../app/load.ts';
import { layOut, nothingTaken } from '../blueprint/platform.ts';
import { exitCodes } from '../model/errors.ts';
import { lint } from '../plan/lint.ts';
import type { CommandCall } from './commands.ts';
import { showFindings } from './findings.ts';
import { paint, print, printJson } from './output.ts';

export function run({ toolbox, operands: [which = ''], json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  const platform = layOut(loaded.blueprint, loaded.assets, nothingTaken);
  const findings = lint(platform);
  const refused = findings.some(({ severity }) => severity === 'refused');
  if (json) printJson({ file: loaded.file, platform: loaded.blueprint.platform, machines: platform.machines.length, findings });
  else {
    print(`${paint('green', '✓')} ${loaded.file}: ${platform.machines.length} machines in ${platform.pools.size} pools`);
    showFindings(findings);
  }
  return Promise.resolve(refused ? exitCodes.refused : exitCodes.done);
}
