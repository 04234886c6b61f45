import { loadApplied } from '../app/releases/revisions.ts';
import { rollback } from '../app/releases/rollback.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = '', content], options, json }: CommandCall): Promise<number> {
  return withWork(toolbox, loadApplied(toolbox, which), async (work) => {
    const done = await rollback(work, {
      ...(content !== undefined && { content }),
      ...(typeof options.to === 'string' && { to: options.to }),
      signal: untilInterrupted(() => undefined),
      progress: () => undefined,
    });
    if (json) printJson(done);
    else {
      for (const { content: name, from, to } of done.contents) {
        print(`${paint('green', '✓')} ${name} shows release ${to} again, and not ${from} any more`);
      }
      print(paint('dim', `${counted(done.switched.length, 'machine')} switched in ${formatDuration(done.tookMs)}`));
      for (const { machine, why } of done.missed)
        print(`${paint('red', '!')} ${machine} was not asked, and may show another release once it answers: ${why}`);
      print(
        paint(
          'dim',
          `\`spillway up ${done.platform}\` does not release ${done.contents.map(({ from }) => from).join(', ')} again unless it is told --again`,
        ),
      );
    }
    return done.missed.length === 0 ? exitCodes.done : exitCodes.failed;
  });
}
