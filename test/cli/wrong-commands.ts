/** Command lines in a text that Spillway would not understand: an unknown command, or an unknown option of one. */
import { commands } from '../../src/cli/commands.ts';

/** Known to the launcher or to all. */
const others = ['test'];

export function wrongCommands(text: string): readonly string[] {
  return [...text.matchAll(/(?:\.\/|`)spillway ((?:[\w./-]+ ?)+)/g)].flatMap(([, line = '']) => {
    const said = line.split('  ')[0]!.trim();
    const [name = '', ...words] = said.split(/ -- | /);
    if (others.includes(name)) return [];
    const command = commands.find((one) => one.name === name);
    if (command === undefined) return [`${said}: no such command`];
    const known = ['--json', ...command.options.map(([flags]) => flags.split(' ')[0])];
    const unknown = words.filter((word) => word.startsWith('-') && !known.includes(word));
    return unknown.map((word) => `${said}: ${name} has no ${word}`);
  });
}
