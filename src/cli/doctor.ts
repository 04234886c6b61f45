import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, json }: CommandCall): Promise<number> {
  const shortfalls = (await Promise.all(toolbox.engines().map((engine) => engine.check()))).flat();
  if (json) printJson({ shortfalls });
  else if (shortfalls.length === 0) print(`${paint('green', '✓')} this host can run lab machines`);
  else for (const { what, mend } of shortfalls) print(`${paint('red', '✗')} ${what}\n  mend: ${mend}`);
  return shortfalls.length === 0 ? exitCodes.done : exitCodes.failed;
}
