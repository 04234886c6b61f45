import { load } from '../app/load.ts';
import { status } from '../app/status.ts';
import { withLook } from '../app/work.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { print, printJson } from './output.ts';
import { isWell, statusText } from './status-view.ts';

export async function run({ toolbox, operands: [which], json }: CommandCall): Promise<number> {
  if (which === undefined) return listPlatforms(toolbox, json);
  return withLook(toolbox, load(toolbox, which), async (work) => {
    const seen = await status(work);
    if (json) {
      const { plan, ...rest } = seen;
      printJson({ ...rest, well: isWell(seen), stepsToDo: plan.steps.length });
    } else print(statusText(seen));
    return isWell(seen) ? exitCodes.done : exitCodes.failed;
  });
}

async function listPlatforms(toolbox: Toolbox, json: boolean): Promise<number> {
  const found = await Promise.all(toolbox.engines().map(async (engine) => engine.platforms()));
  const names = [...new Set(found.flat())].sort();
  if (json) printJson({ platforms: names });
  else if (names.length === 0) print('There is no platform on this host yet. Start with: ./spillway demo');
  else for (const name of names) print(name);
  return exitCodes.done;
}
