import { releasesSeen } from '../app/releases/list.ts';
import { loadApplied } from '../app/releases/revisions.ts';
import { exitCodes } from '../model/errors.ts';
import type { ContentName } from '../model/ids.ts';
import { counted, formatSize } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson, table } from './output.ts';

export function run({ toolbox, operands: [which = '', content], json }: CommandCall): Promise<number> {
  const { blueprint } = loadApplied(toolbox, which);
  const { platform } = blueprint;
  const state = toolbox.openToLook(platform);
  try {
    const releases = releasesSeen(state.store, platform, Object.keys(blueprint.content) as ContentName[], content);
    if (json) printJson({ platform, releases });
    else if (releases.length === 0) print(`nothing of ${platform} was released yet`);
    else {
      const rows = releases.map(({ content: of, id, keptAtMs, who, files, bytes, changes, isInUse, refused }) => [
        isInUse ? paint('green', '●') : ' ',
        of,
        id,
        new Date(keptAtMs).toISOString().slice(0, 19).replace('T', ' '),
        who ?? paint('dim', 'never applied'),
        `${counted(files, 'file')}, ${formatSize(bytes)}`,
        counted(changes, 'change'),
        refused === undefined ? (isInUse ? 'in use' : '') : paint('yellow', refusedInWords(refused.by, refused.says)),
      ]);
      print(table(['', 'content', 'release', 'first read (UTC)', 'by', 'holds', 'against the one before', ''], rows));
    }
    return Promise.resolve(exitCodes.done);
  } finally {
    state.close();
  }
}

function refusedInWords(by: 'machines' | 'person', says: string): string {
  return by === 'person' ? says : `taken back: ${says}`;
}
