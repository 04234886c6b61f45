/** Starts a load's workers, gives all of them one time to begin, and adds up what they report. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SpillwayError, unreachable } from '../../model/errors.ts';
import { mergeSeconds, totalOf, type LoadSecond, type LoadTotal } from './load-second.ts';
import type { Load, Order, Said, Start } from './words.ts';

export interface LoadOptions {
  /** Put before the worker's own words: who asks. With the lab, its visitor. */
  readonly argv: readonly string[];
  /** Processes that share the load. */
  readonly workers: number;
  /** Called once a second, in order, when all workers have reported it. */
  readonly onSecond: (second: LoadSecond) => void;
  /** Called when the workers know the instant at which second 0 begins. */
  readonly onStart?: (atEpochMs: number) => void;
}

export interface RunningLoad {
  /** When every request has ended. Rejects with a SpillwayError if a worker gave up. */
  readonly total: Promise<LoadTotal>;
  /** Sends no more; what is on its way counts as abandoned. */
  stop(): void;
}

/** Chosen: time for the start to reach every worker. */
const headStartMs = 50;

export function startLoad(load: Load, { argv, workers: count, onSecond, onStart }: LoadOptions): RunningLoad {
  const reports = Array.from({ length: count }, (): { seconds: LoadSecond[]; isOver: boolean } => ({
    seconds: [],
    isOver: false,
  }));
  let told = 0;

  const workers = reports.map((report, index) =>
    startWorker(argv, { ...load, worker: { index, of: count } }, (second) => {
      report.seconds.push(second);
      tell();
    }),
  );

  /** A second is whole when each worker has told it, or has ended before it. */
  function tell(): void {
    const last = Math.max(...reports.map(({ seconds }) => seconds.length));
    const whole = Math.min(...reports.map(({ seconds, isOver }) => (isOver ? last : seconds.length)));
    for (; told < whole; told++) {
      onSecond(
        mergeSeconds(
          told,
          reports.flatMap(({ seconds }) => seconds[told] ?? []),
        ),
      );
    }
  }

  const stop = () => workers.forEach((worker) => worker.stop());

  async function run(): Promise<LoadTotal> {
    const ends = reports.map(async (report, index) => {
      await workers[index]?.ended;
      report.isOver = true;
      tell();
    });
    const all = Promise.all(ends);
    try {
      await Promise.race([Promise.all(workers.map(({ ready }) => ready)), all]);
      const atEpochMs = Date.now() + headStartMs;
      for (const worker of workers) worker.start({ atEpochMs });
      onStart?.(atEpochMs);
      await all;
      return totalOf(reports.flatMap(({ seconds }) => seconds));
    } finally {
      stop();
      await Promise.allSettled(ends);
    }
  }

  return { total: run(), stop };
}

interface Worker {
  readonly ready: Promise<unknown>;
  readonly ended: Promise<unknown>;
  start(start: Start): void;
  stop(): void;
}

function startWorker(argv: readonly string[], order: Order, onSecond: (second: LoadSecond) => void): Worker {
  const program = fileURLToPath(import.meta.resolve('./worker.ts'));
  const [command, ...args] = [...argv, process.execPath, '--disable-warning=ExperimentalWarning', program];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ready = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  let hasTotal = false;
  let complaints = '';
  // A worker that is gone is noticed by its end.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(order)}\n`);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said;
    switch (said.kind) {
      case 'ready':
        ready.resolve(undefined);
        return;
      case 'second': {
        const { kind: _, ...second } = said;
        onSecond(second);
        return;
      }
      case 'total':
        hasTotal = true;
        return;
      default:
        unreachable(said);
    }
  });
  child.on('error', (error) => ended.reject(gaveUp(error.message)));
  child.on('close', () => {
    if (hasTotal) ended.resolve(undefined);
    else ended.reject(gaveUp(complaints.trim().split('\n').slice(-12).join('\n')));
  });
  return {
    ready: ready.promise,
    ended: ended.promise,
    start: (start) => child.stdin.write(`${JSON.stringify(start)}\n`),
    stop: () => child.stdin.end(),
  };
}

function gaveUp(why: string): SpillwayError {
  return new SpillwayError({
    code: 'load-worker-failed',
    message: `a worker of the load ended before its time: ${why === '' ? 'it said nothing' : why}`,
    mend: 'what was measured is not valid; start the rehearsal again',
  });
}
