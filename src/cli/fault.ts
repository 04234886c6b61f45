import { breakPlatform, type Lasting, listFaults, undoFaults, type Wanted } from '../app/faults/index.ts';
import { exitCodes } from '../model/errors.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { createGiven, quantityFrom } from './given.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson, table } from './output.ts';

export async function run({ toolbox, operands, options, json }: CommandCall): Promise<number> {
  const [which = '', verb, target] = operands;
  const given = createGiven(options, 'wrong-fault');
  const [to, forMs] = [given.text('to'), given.maybe('for', quantityFrom('duration', 1, '1s'))];
  const progress = (says: string) => {
    if (!json) print(says);
  };
  if (given.has('undo')) {
    if (to !== undefined || forMs !== undefined)
      throw given.wrong('what is undone has no measure and no time', 'leave out `--to` and `--for`');
    if (verb !== undefined && target === undefined) throw given.wrong(...withoutTarget(which, verb));
    const only = verb === undefined || target === undefined ? undefined : { verb, target };
    const { platform, ended } = await undoFaults(toolbox, which, only, progress);
    if (json) printJson({ platform, ended });
    else if (ended.length === 0) print(`nothing is broken on ${platform}`);
    return exitCodes.done;
  }
  if (verb === undefined) {
    if (to !== undefined || forMs !== undefined)
      throw given.wrong('this does not say what is broken', `for example spillway fault ${which} kill web-1 --for 30s`);
    const { platform, lasting } = listFaults(toolbox, which);
    if (json) printJson({ platform, lasting });
    else print(lastingText(platform, lasting, toolbox.clock.now()));
    return exitCodes.done;
  }
  if (target === undefined) throw given.wrong(...withoutTarget(which, verb));
  const ending = () => {
    if (!json) print(paint('dim', 'ending it'));
  };
  const signal = forMs === undefined ? new AbortController().signal : untilInterrupted(ending);
  const wanted: Wanted = {
    ...{ verb, target },
    ...(to !== undefined && { to }),
    ...(forMs !== undefined && { forMs }),
  };
  const broken = await breakPlatform(toolbox, which, wanted, { signal, progress });
  if (json) printJson(broken);
  else if (broken.state === 'lasts') print(paint('dim', `until spillway fault ${broken.platform} --undo`));
  return exitCodes.done;
}

function withoutTarget(which: string, verb: string): [message: string, mend: string] {
  return [`this does not say what \`${verb}\` is done to`, `for example spillway fault ${which} ${verb} web-1`];
}

export function lastingText(platform: string, lasting: readonly Lasting[], nowMs: number): string {
  if (lasting.length === 0) return `nothing is broken on ${platform}`;
  const rows = lasting.map(({ kind, target, sinceMs, forMs, run }) => [
    ...[paint('bold', kind), target, `since ${formatDuration(nowMs - sinceMs)}`],
    ...[forMs === undefined ? 'until undone' : `for ${formatDuration(forMs)}`, paint('dim', run)],
  ]);
  return `${table(['', 'what', 'since', 'until', 'by'], rows)}\n${paint('dim', `end all of it: spillway fault ${platform} --undo`)}`;
}
