import { bake } from '../app/bake.ts';
import { load } from '../app/load.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';
import { progressOfUp } from './progress/of-up.ts';
import { noProgress, showProgress } from './progress/show.ts';

export async function run({ toolbox, operands: [which = '', pool], json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  return withWork(toolbox, loaded, async (work) => {
    const shown = json ? noProgress : showProgress(() => toolbox.clock.now());
    const signal = untilInterrupted(() => {
      shown.event({ kind: 'stopping' });
    });
    const steps = await bake(work, {
      ...(pool !== undefined && { pool }),
      signal,
      progress: (event) => {
        progressOfUp(event).forEach(shown.event);
      },
    }).finally(() => shown.end());
    const bakes = steps.map((step) => ({ pool: step.bake.pool, from: step.bake.from }));
    if (json) printJson({ platform: loaded.blueprint.platform, bakes });
    else for (const one of bakes) print(`${paint('green', '✓')} ${one.pool} was baked, from ${one.from}`);
    return exitCodes.done;
  });
}
