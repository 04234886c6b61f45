/** The words of a call, for calling it again: in another process, or by a person who copies them. */
import type { CommandCall } from './command.ts';

export function wordsOf(
  command: string,
  { operands, options }: Pick<CommandCall, 'operands' | 'options'>,
): readonly string[] {
  const flags = Object.entries(options).flatMap(([key, value]) => {
    const flag = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    return typeof value === 'string' || typeof value === 'number' ? [flag, `${value}`] : [];
  });
  return [command, ...operands, ...flags];
}

/** As a shell reads them. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
