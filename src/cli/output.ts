/** How things are shown to a person, or with `--json` to a program. */
import { styleText } from 'node:util';
import { BlueprintError } from '../app/load.ts';
import { exitCodes, SpillwayError } from '../model/errors.ts';

type Style = Parameters<typeof styleText>[0];

export const paint = (style: Style, text: string): string =>
  styleText(style, text, { validateStream: true, stream: process.stdout });

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Columns as wide as they need to be, two spaces apart. Cells may hold colours. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - visibleLength(cell))))
      .join('  ')
      .trimEnd();
  return [paint('dim', line(head)), ...rows.map(line)].join('\n');
}

function visibleLength(text: string): number {
  return text.replaceAll(/\u001b\[\d+m/g, '').length;
}

/**
 * Tells of an error and returns the exit code. A bug shows its stack, a person's error never does. With `--json`
 * every error is JSON on standard output, where a program reads whatever came of its command.
 */
export function report(error: unknown, json: boolean): number {
  if (!(error instanceof SpillwayError)) {
    if (json) printJson({ error: { code: 'bug', message: error instanceof Error ? error.message : String(error) } });
    process.stderr.write(`${paint('red', 'This is a bug in Spillway.')} Please report it with what follows.\n`);
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.failed;
  }
  if (json) {
    const problems = error instanceof BlueprintError ? { problems: error.problems } : {};
    printJson({ error: { code: error.code, message: error.message, mend: error.mend, ...problems } });
  } else {
    process.stderr.write(`${error.message}\n${paint('dim', 'mend:')} ${error.mend}\n`);
  }
  return exitCodes[error.exit];
}
