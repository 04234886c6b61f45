import { load } from '../app/load.ts';
import { up } from '../app/up.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';
import { createProgress } from './progress.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which, options.as as string | undefined);
  return withWork(toolbox, loaded, async (work) => {
    const progress = createProgress({ silent: json });
    try {
      const { steps, tookMs } = await up(work, {
        acceptLosses: options.yes === true,
        signal: untilInterrupted(),
        progress: progress.event,
      });
      await progress.end();
      if (json) printJson({ platform: loaded.blueprint.platform, steps, tookMs });
      else
        print(
          `${paint('green', '✓')} ${loaded.blueprint.platform} is up: ${counted(steps, 'step')}, ${formatDuration(tookMs)}`,
        );
      return exitCodes.done;
    } catch (error) {
      await progress.end();
      throw error;
    }
  });
}
