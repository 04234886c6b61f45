import { exchanges, type ExchangeSeen, type Word } from '../app/releases/exchanges.ts';
import { load } from '../app/load.ts';
import { withLook, withWork } from '../app/work.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';
import { counted, formatDuration, formatSize } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson, table } from './output.ts';

export async function run({ toolbox, operands: [which = '', content], options, json }: CommandCall): Promise<number> {
  const word = wordIn(options);
  const open = word === undefined ? withLook : withWork;
  return open(toolbox, load(toolbox, which), async (work) => {
    const seen = await exchanges(work, content, word);
    if (json) printJson({ platform: work.blueprint.platform, machines: seen });
    else if (seen.length === 0) print(`applications write nothing on ${work.blueprint.platform}`);
    else show(seen, toolbox.clock.now(), work.blueprint.platform);
    return exitCodes.done;
  });
}

function show(seen: readonly ExchangeSeen[], nowMs: number, platform: string): void {
  const rows = seen.map(({ content, machine, isOrigin, files, bytes, lastAtMs, conflicts = 0, held, says }) => [
    content,
    machine,
    isOrigin ? 'origin' : '',
    files === undefined ? '' : `${counted(files, 'file')}, ${formatSize(bytes ?? 0)}`,
    lastAtMs === undefined ? '' : `${formatDuration(Math.max(0, nowMs - lastAtMs))} ago`,
    [
      ...held.map(
        ({ where, files: gone, of }) =>
          `${gone} of ${of} files are gone ${where === 'here' ? 'here' : 'at the origin'}`,
      ),
      ...(conflicts > 0 ? [`${counted(conflicts, 'conflict')} kept aside`] : []),
      ...(says === undefined ? [] : [says]),
    ].join('; '),
  ]);
  print(table(['content', 'machine', '', 'written', 'exchanged', ''], rows));
  const [first] = seen.filter(({ held }) => held.length > 0);
  if (first === undefined) return;
  print(
    `\n${paint('yellow', '!')} nothing is removed before somebody says what is meant:\n  spillway content ${platform} ${first.content} --follow    they go everywhere\n  spillway content ${platform} ${first.content} --restore   they come back from where they still are`,
  );
}

function wordIn({ follow, restore }: CommandCall['options']): Word | undefined {
  if (follow === true && restore === true)
    throw new SpillwayError({
      code: 'which-word',
      message: '`--follow` removes files everywhere, and `--restore` brings them back: only one can be meant',
      mend: 'give one of them',
      exit: 'wrongInput',
    });
  return follow === true ? 'follow' : restore === true ? 'restore' : undefined;
}
