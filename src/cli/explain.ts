import { explainMachine, explainPlatform, type ExplainedMachine, type ExplainedPlatform } from '../app/explain.ts';
import { explainPool, isPool, type ExplainedPool } from '../app/explain-pool.ts';
import { load } from '../app/load.ts';
import { withLook } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { showFindings } from './findings.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = '', about], json }: CommandCall): Promise<number> {
  return withLook(toolbox, load(toolbox, which), async (work) => {
    if (about === undefined) showPlatform(await explainPlatform(work), json);
    else if (isPool(work, about)) showPool(await explainPool(work, about), json);
    else showMachine(await explainMachine(work, about), json);
    return exitCodes.done;
  });
}

function showPlatform(explained: ExplainedPlatform, json: boolean): void {
  if (json) {
    printJson(explained);
    return;
  }
  for (const { pool, says } of explained.pools) {
    print(`${paint('bold', pool)}\n${says.map((one) => `  ${one}`).join('\n')}`);
  }
  print('');
  showFindings(explained.findings);
}

function showPool(explained: ExplainedPool, json: boolean): void {
  if (json) {
    printJson(explained);
    return;
  }
  print(paint('bold', explained.pool));
  showParts(explained.parts);
}

function showMachine(explained: ExplainedMachine, json: boolean): void {
  if (json) {
    printJson(explained);
    return;
  }
  print(`${paint('bold', explained.machine)}  ${explained.why}\n`);
  showParts(explained.parts);
}

function showParts(parts: ExplainedMachine['parts']): void {
  for (const { title, says } of parts) {
    print(paint('cyan', title));
    for (const one of says) print(`  ${one}`);
  }
}
