/** Asked by the shells' completion: prints what could stand where the cursor is, one a line. */
import { bakingPoolNames, faultNames, faultTargets, machineNames, platformNames, poolNames } from '../app/names.ts';
import { exitCodes } from '../model/errors.ts';
import { candidates } from './candidates.ts';
import type { CommandCall } from './command.ts';
import { print } from './output.ts';

export async function run({ toolbox, operands, commands }: CommandCall): Promise<number> {
  const names = {
    platform: () => platformNames(toolbox),
    machine: ([platform = '']: readonly string[]) => machineNames(toolbox, platform),
    'pool-or-machine': async ([platform = '']: readonly string[]) => [
      ...poolNames(toolbox, platform),
      ...(await machineNames(toolbox, platform)),
    ],
    pool: ([platform = '']: readonly string[]) => Promise.resolve(poolNames(toolbox, platform)),
    'baking-pool': ([platform = '']: readonly string[]) => bakingPoolNames(toolbox, platform),
    fault: faultNames,
    'fault-target': ([platform = '', verb = '']: readonly string[]) => faultTargets(toolbox, platform, verb),
    shell: async () => Object.keys((await import('./completion.ts')).shells),
    what: async () => Object.keys((await import('./bench.ts')).benches),
    part: async ([what = '']: readonly string[]) =>
      what === 'failover' ? (await import('../app/bench/failover/index.ts')).failoverParts : [],
  };
  const found = await candidates(commands, names, operands.slice(0, -1), operands.at(-1) ?? '');
  if (found.length > 0) print(found.join('\n'));
  return exitCodes.done;
}
