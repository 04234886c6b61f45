/** The one way in which the lab runs a program. */
import { spawn } from 'node:child_process';
import { SpillwayError } from '../../model/errors.ts';

export interface RunOptions {
  /** Goes to standard input, which is empty otherwise. */
  readonly input?: string;
  /** Gets each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
  /** A file descriptor for standard output and error together; nothing is returned then. */
  readonly output?: number;
  /** Take over the error: the code and mend for whoever reads it. */
  readonly failure?: { readonly code: string; readonly message: string; readonly mend: string };
}

/** Enough of a failed program's last words to see why. */
const lastLines = 12;

/**
 * Runs a program to its end and returns its standard output. Throws a
 * SpillwayError with the last lines of standard error when it fails.
 *
 * The program dies with the controller, so that a controller that is killed
 * and started again never meets its own half-done work in motion.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = ''] = argv;
  const sink = options.output ?? 'pipe';
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], { stdio: ['pipe', sink, sink] });
  const { promise, resolve, reject } = Promise.withResolvers<number | string>();
  child.on('error', reject);
  child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));

  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  let errorLines: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    errorLines = [...errorLines, ...lines.filter((line) => line.trim() !== '')].slice(-lastLines);
    lines.forEach((line) => options.onErrorLine?.(line));
  });
  // A program that ends before it has read everything says so by its exit code.
  child.stdin?.on('error', () => undefined).end(options.input ?? '');

  const status = await promise.catch((cause: unknown) => {
    throw new SpillwayError({
      code: 'lab-command-missing',
      message: `The program setpriv could not be started, which is to run ${program}.`,
      mend: 'Install the package util-linux.',
      cause,
    });
  });
  if (status === 0) return out;
  const said = [...errorLines, rest]
    .filter((line) => line.trim() !== '')
    .slice(-lastLines)
    .join('\n');
  const cause = new Error(`${argv.join(' ')} ended with ${status}${said === '' ? '' : `:\n${said}`}`);
  throw new SpillwayError({
    code: options.failure?.code ?? 'lab-command-failed',
    message:
      options.failure === undefined
        ? `${program} failed: ${said || `exit ${status}`}`
        : `${options.failure.message}\n${said}`,
    mend: options.failure?.mend ?? 'See what the program says; `spillway doctor` tells what this host lacks.',
    cause,
  });
}

/** Runs lines of `ip -batch` in a network namespace, or in the host's; none cost nothing. */
export async function ipBatch(netns: string | undefined, lines: readonly string[], force = false): Promise<void> {
  if (lines.length === 0) return;
  await run(['ip', ...(netns === undefined ? [] : ['-netns', netns]), ...(force ? ['-force'] : []), '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
  });
}
