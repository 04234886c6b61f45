/** What could stand where the cursor is. Made from the list of commands, so that a new command is completed too. */
import type { CommandSpec } from './command.ts';

/** The names for each kind of operand, by the word that stands for it in a command's `args`. */
export type Names = Readonly<
  Record<string, (before: readonly string[]) => readonly string[] | Promise<readonly string[]>>
>;

/** `before` are the words between `spillway` and the cursor's own, `current`, of which a part may be typed. */
export async function candidates(
  commands: readonly CommandSpec[],
  names: Names,
  before: readonly string[],
  current: string,
): Promise<readonly string[]> {
  const all = await possible(commands, names, before, current);
  return all.filter((word) => word.startsWith(current));
}

async function possible(
  commands: readonly CommandSpec[],
  names: Names,
  [first, ...words]: readonly string[],
  current: string,
): Promise<readonly string[]> {
  // `test` is the launcher's own.
  if (first === undefined) return [...commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name), 'test'];
  const command = commands.find(({ name }) => name === first);
  if (command === undefined || words.includes('--')) return [];
  if (current.startsWith('-')) return optionsOf(command);
  const valued = new Set(
    command.options.filter(([flags]) => flags.includes('<')).map(([flags]) => flags.split(' ')[0]),
  );
  if (valued.has(words.at(-1))) return [];
  const operands = words.filter((word, at) => !word.startsWith('-') && !valued.has(words[at - 1]));
  const wanted = command.args.split(' ')[operands.length]?.replaceAll(/[<>[\]]/g, '') ?? '';
  return (await names[wanted]?.(operands)) ?? [];
}

function optionsOf({ options }: CommandSpec): readonly string[] {
  return [...options.map(([flags]) => flags.split(' ')[0] ?? ''), '--json', '--help'];
}
