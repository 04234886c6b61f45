import { failover } from '../app/failover.ts';
import { loadApplied } from '../app/releases/revisions.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = '', pool = ''], options, json }: CommandCall): Promise<number> {
  return withWork(toolbox, loadApplied(toolbox, which), async (work) => {
    const signal = untilInterrupted(() => {
      if (!json) print(paint('dim', 'stopping; a move whose primary takes no writes any more is ended first'));
    });
    const done = await failover(work, {
      ...{ pool, signal, acceptLoss: options.yes === true, endStatements: options.endStatements === true },
      ...(typeof options.to === 'string' && { to: options.to }),
      progress: ({ kind, says }) => {
        if (!json && kind !== 'nothing') print(paint('dim', `  ${says}`));
      },
    });
    if (json) printJson(done);
    else {
      const { from, to, pauseMs } = done;
      const waited = pauseMs === undefined ? '' : `; writes waited for ${formatDuration(pauseMs)}`;
      print(`${paint('green', '✓')} ${to} is the primary of ${done.pool}, and ${from} follows it${waited}`);
    }
    return exitCodes.done;
  });
}
