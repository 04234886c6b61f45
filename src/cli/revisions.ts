import { revisionsSeen } from '../app/releases/list.ts';
import { loadApplied } from '../app/releases/revisions.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { countIn } from './given.ts';
import { paint, print, printJson, table } from './output.ts';

export function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const limit = countIn(options.last, 20, '--last');
  const { platform } = loadApplied(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    const revisions = revisionsSeen(state.store, limit);
    if (json) printJson({ platform, revisions });
    else if (revisions.length === 0) print(`nothing was applied to ${platform} yet`);
    else {
      const rows = revisions.map(({ number, atMs, who, cause, file, releases, state, says = '' }) => [
        String(number),
        new Date(atMs).toISOString().slice(0, 19).replace('T', ' '),
        who,
        cause,
        { applied: paint('green', 'applied'), failed: paint('red', 'failed'), begun: paint('yellow', 'not ended') }[
          state
        ],
        Object.entries(releases)
          .map(([name, id]) => `${name} ${id}`)
          .join(', '),
        paint('dim', state === 'failed' ? (says.split('\n')[0] ?? '') : toolbox.files.shorten(file)),
      ]);
      print(table(['revision', 'begun (UTC)', 'by', 'with', 'state', 'releases', ''], rows));
    }
    return Promise.resolve(exitCodes.done);
  } finally {
    state.close();
  }
}
