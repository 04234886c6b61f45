/** What `./spillway test` was asked for, and how it counts: the part of run.ts that only computes. */

export const stageNames = ['types', 'lint', 'format', 'structure', 'fast', 'lab'] as const;
export type StageName = (typeof stageNames)[number];

export interface Wanted {
  readonly help: boolean;
  readonly stages: readonly StageName[];
  /** Patterns and options for vitest. */
  readonly vitest: readonly string[];
  /** Was less than everything asked for, by a pattern or an option? Then it should find something. */
  readonly narrowed: boolean;
}

/** Names of stages come first; the rest is vitest's, and by itself asks for the stages that vitest runs. */
export function parseArguments(args: readonly string[]): Wanted {
  const isStage = (word: string): word is StageName => (stageNames as readonly string[]).includes(word);
  const end = args.findIndex((word) => !isStage(word));
  const named = args.slice(0, end < 0 ? args.length : end).filter(isStage);
  const vitest = end < 0 ? [] : args.slice(end);
  const narrowed = vitest.length > 0;
  const asked = named.length > 0 ? named : narrowed ? (['fast', 'lab'] as const) : stageNames;
  return {
    help: args.includes('--help') || args.includes('-h'),
    stages: stageNames.filter((name) => asked.some((one) => one === name)),
    vitest,
    narrowed,
  };
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export function plus(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Chosen: more than this is no accident of a busy host. */
const mostTriedAgain = 3;

/** Files of the report in which something failed, when they are few enough to be worth a second try. */
export function worthAnotherTry(report: string): readonly string[] {
  const { testResults } = JSON.parse(report) as VitestReport;
  const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length > mostTriedAgain ? [] : failed;
}

/** Once the failed files of a run were run again: only what failed twice has failed. */
export function afterAnotherTry(first: Counts, again: Counts): Counts {
  return { ...first, passed: first.passed + Math.max(0, first.failed - again.failed), failed: again.failed };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts the tests in the report of vitest's JSON reporter. A file that could not be loaded has no tests and
 * counts as one failure; so does a run that failed for another reason, or left no report.
 */
export function countsOf(exitCode: number, report: string | undefined): Counts {
  if (report === undefined) return { ...none, failed: 1 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    report,
  ) as VitestReport;
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = numFailedTests + unloaded.length;
  return {
    passed: numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

/**
 * Why the host cannot run machines, from what `spillway doctor --json` printed. A doctor that gives no answer is
 * no reason to leave out the tests: they shall run and show what is wrong.
 */
export function shortfallsIn(doctorsAnswer: string): string[] {
  try {
    const { shortfalls } = JSON.parse(doctorsAnswer) as { shortfalls: { what: string; mend: string }[] };
    return shortfalls.map(({ what, mend }) => `${what}: ${mend}`);
  } catch {
    return [];
  }
}
