/** One thing that is wrong in a blueprint, where it is, and what mends it. */
export interface Problem {
  /** Stable, for programs. */
  readonly code: ProblemCode;
  readonly message: string;
  readonly mend?: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** How many characters the caret underlines, at least 1. */
  readonly width: number;
  /** Names and indexes from the root. */
  readonly path: readonly (string | number)[];
}

export type ProblemCode =
  | 'not-yaml'
  | 'empty'
  | 'too-large'
  | 'duplicate-name'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-value'
  | 'unknown-name'
  | 'overlapping-networks'
  | 'network-too-small'
  | 'address-outside-network'
  | 'address-taken'
  | 'address-not-reached'
  | 'replica-in-no-site'
  | 'primary-in-no-site'
  | 'role-needs'
  | 'mixed-currencies'
  | 'missing-file'
  | 'unusable-file';

/** A problem before it is located: the path leads to the key or the value that is wrong. */
export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly mend?: string;
  readonly path: readonly (string | number)[];
  readonly at: 'key' | 'value';
  /** The section in which something is missed: while an entry there cannot be read, it may be that one, and nothing is told. */
  readonly missedIn?: 'flows' | 'pools' | 'routes' | 'content';
}

/** Chosen: fits a wide terminal. Of a longer line, the part around the caret is shown. */
const widestLine = 160;
const beforeCaret = 80;

/** `file:line:column`, the line itself with a caret, what is wrong, the mend. No colours. */
export function formatProblem(file: string, text: string, problem: Problem): string {
  const source = text.replace(/^\ufeff/, '').split('\n', problem.line)[problem.line - 1] ?? '';
  const line = source.endsWith('\r') ? source.slice(0, -1) : source;
  const start = Math.max(0, Math.min(problem.column - 1 - beforeCaret, line.length - widestLine));
  const end = Math.min(line.length, start + widestLine);
  const [before, after] = [start > 0 ? '… ' : '', end < line.length ? ' …' : ''];
  const gutter = `${problem.line} | `;
  const indent = ' '.repeat(before.length + Math.max(0, problem.column - 1 - start));
  const caret = '^'.repeat(Math.max(1, Math.min(problem.width, end - problem.column + 1)));
  return [
    `${file}:${problem.line}:${problem.column}: ${printable(problem.message)}`,
    `  ${gutter}${before}${printable(line.slice(start, end))}${after}`,
    `  ${' '.repeat(gutter.length - 2)}| ${indent}${caret}`,
    ...(problem.mend === undefined ? [] : [`  mend: ${printable(problem.mend)}`]),
  ].join('\n');
}

/** A terminal would obey control characters; each becomes one visible character. */
function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '·');
}
