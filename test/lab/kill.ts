/** Kills a command on its way, at instants spread over all that it has to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './spillway.ts';

export interface Killing {
  /** How long the command takes when nobody kills it. */
  readonly spanMs: number;
  readonly kills: number;
  readonly random: () => number;
}

/** Chosen: what a process of ours does before it begins to work, again after each kill: it starts, looks and plans. */
const startMs = 700;

/**
 * Runs the command again after each kill, so that each one goes on where the
 * last was stopped: the way between two instants of the span is one life.
 * Returns how long each life was. Every kill meets a process that works: if
 * it ended before, it is run again for half as long, until it is met.
 */
export async function killOnTheWay(words: readonly string[], { spanMs, kills, random }: Killing): Promise<number[]> {
  const instants = Array.from({ length: kills }, () => random() * spanMs).sort((a, b) => a - b);
  const lives: number[] = [];
  for (const [at, instant] of instants.entries()) {
    let lifeMs = Math.round(instant - (instants[at - 1] ?? 0)) + (at === 0 ? 0 : startMs);
    while (!(await isKilledAfter(lifeMs, words))) lifeMs = Math.round(lifeMs / 2);
    lives.push(lifeMs);
  }
  return lives;
}

async function isKilledAfter(ms: number, words: readonly string[]): Promise<boolean> {
  const { child, ended } = start(...words);
  await Promise.race([ended, sleep(ms)]);
  child.kill('SIGKILL');
  const { code, stdout, stderr } = await ended;
  // Only who was killed has no exit code. Who failed by itself would hide behind the next kill.
  if (code !== null && code !== 0)
    throw new Error(`spillway ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return code === null;
}
