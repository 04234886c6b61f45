import { diff as differences } from 'node:util';
import { load } from '../app/load.ts';
import { diff, type RevisionDifference } from '../app/releases/diff.ts';
import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { countIn } from './given.ts';
import { paint, print, printJson } from './output.ts';

export function run({ toolbox, operands: [which = '', from, to], json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  const state = toolbox.openToLook(loaded.blueprint.platform);
  try {
    const found = diff(loaded, state.store, {
      ...(from !== undefined && { from: countIn(from, 1, 'a revision') }),
      ...(to !== undefined && { to: countIn(to, 1, 'a revision') }),
    });
    if (json)
      printJson({
        ...found,
        texts: found.texts.map(({ name, before, after }) => ({ name, lines: linesOf(before, after) })),
      });
    else show(found);
    return Promise.resolve(exitCodes.done);
  } finally {
    state.close();
  }
}

function show({ from, to, texts, contents }: RevisionDifference): void {
  const [before, after] = [sideInWords(from), sideInWords(to)];
  if (texts.length === 0 && contents.length === 0) {
    print(`${paint('green', '✓')} nothing differs between ${before} and ${after}`);
    return;
  }
  print(paint('dim', `from ${before} to ${after}`));
  for (const text of texts) {
    print(`\n${text.name}`);
    linesOf(text.before, text.after).forEach(({ sign, line }) =>
      print(
        sign === '+'
          ? paint('green', `+ ${line}`)
          : sign === '-'
            ? paint('red', `- ${line}`)
            : paint('dim', `  ${line}`),
      ),
    );
  }
  for (const { content, from: old, to: next, added, changed, removed } of contents) {
    print(`\n${content}: release ${old ?? 'none'} to ${next ?? 'none'}`);
    const signs = [
      ...removed.map((path) => paint('red', `- ${path}`)),
      ...changed.map((path) => paint('yellow', `~ ${path}`)),
      ...added.map((path) => paint('green', `+ ${path}`)),
    ];
    signs.slice(0, mostFiles).forEach(print);
    if (signs.length > mostFiles)
      print(paint('dim', `and ${counted(signs.length - mostFiles, 'more file', 'more files')}`));
  }
}

/** Chosen: more are no longer read one by one. */
const mostFiles = 50;
/** Chosen: enough to know where one is. */
const around = 2;

const sideInWords = (side: RevisionDifference['from'] | RevisionDifference['to']) =>
  side === 'nothing' ? 'nothing' : side === 'files' ? 'the files as they are now' : `revision ${side}`;

interface Line {
  readonly sign: '+' | '-' | ' ';
  readonly line: string;
}

/** Changed lines with some around them; `…` stands for those between. */
export function linesOf(before: string, after: string): readonly Line[] {
  const lines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
  const all = differences(lines(before), lines(after)).map(([side, line]): Line => ({
    sign: side < 0 ? '-' : side > 0 ? '+' : ' ',
    line,
  }));
  // Node's difference says -1 of what is only in its first text.
  const near = all.map((_, at) =>
    all.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' '),
  );
  return all.flatMap((line, at): readonly Line[] => {
    if (near[at] === true) return [line];
    return near[at - 1] === true || at === 0 ? [{ sign: ' ', line: '…' }] : [];
  });
}
