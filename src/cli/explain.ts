import { explainMachine, explainPlatform } from '../app/explain.ts';
import { load } from '../app/load.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { showFindings } from './findings.ts';
import { paint, print, printJson } from './output.ts';

export function run({ toolbox, operands: [which = '', machine], json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  if (machine === undefined) {
    const { pools, findings } = explainPlatform(loaded);
    if (json) printJson({ platform: loaded.blueprint.platform, pools, findings });
    else {
      for (const { pool, says } of pools) print(`${paint('bold', pool)}\n${says.map((one) => `  ${one}`).join('\n')}`);
      print('');
      showFindings(findings);
    }
    return Promise.resolve(exitCodes.done);
  }
  const state = toolbox.open(loaded.blueprint.platform);
  try {
    const explained = explainMachine(loaded, machine, state.store);
    if (json) printJson(explained);
    else {
      print(`${paint('bold', explained.machine)}  ${explained.why}\n`);
      for (const { title, says } of explained.parts) {
        print(paint('cyan', title));
        for (const one of says) print(`  ${one}`);
      }
    }
    return Promise.resolve(exitCodes.done);
  } finally {
    state.close();
  }
}
