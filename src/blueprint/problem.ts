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
  | 'address-not-public'
  | 'replica-in-no-site'
  | 'primary-in-no-site'
  | 'role-needs'
  | 'mixed-currencies';

/** A problem before it is located: the path leads to the key or the value that is wrong. */
export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly mend?: string;
  readonly path: readonly (string | number)[];
  readonly at: 'key' | 'value';
}

const widestLine = 160;

/** `file:line:column`, the line itself with a caret, what is wrong, the mend. No colours. */
export function formatProblem(file: string, text: string, problem: Problem): string {
  const source = text.split('\n', problem.line)[problem.line - 1] ?? '';
  const visible = source.replaceAll('\t', ' ').replaceAll('\r', '');
  const start = Math.max(0, Math.min(problem.column - 1 - 80, visible.length - widestLine));
  const shown = visible.slice(start, start + widestLine);
  const gutter = `${problem.line} | `;
  const caret =
    ' '.repeat(Math.max(0, problem.column - 1 - start)) + '^'.repeat(clampWidth(problem, shown.length + start));
  return [
    `${file}:${problem.line}:${problem.column}: ${problem.message}`,
    `  ${gutter}${shown}`,
    `  ${' '.repeat(gutter.length - 2)}| ${caret}`,
    ...(problem.mend === undefined ? [] : [`  mend: ${problem.mend}`]),
  ].join('\n');
}

function clampWidth({ column, width }: Problem, lineEnd: number): number {
  return Math.max(1, Math.min(width, lineEnd - column + 1));
}
