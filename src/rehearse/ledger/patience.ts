/** How long a client of a database waits. What takes longer is given up, and the connection with it. */
import type { Duplex } from 'node:stream';
import { within as withinOr } from '../../runtime/within.ts';

export interface Patience {
  /** Until it is let in. */
  readonly connectMs: number;
  /** Until a write is acknowledged; an interruption is measured too long by this at most. */
  readonly writeMs: number;
}

/**
 * Chosen: a database of the same platform lets one in within milliseconds. What is sent to a machine that has just
 * died is never answered, and after this time another attempt may find its successor. A write takes less on a busy
 * machine.
 */
export const usualPatience: Patience = { connectMs: 500, writeMs: 1_000 };

/** `open` may take minutes where nobody answers, and is not waited for; what it opens too late is closed. */
export async function openWithin<Session>(
  ms: number,
  open: () => Promise<Duplex>,
  greet: (stream: Duplex) => Promise<Session>,
): Promise<Session> {
  const opening = open();
  let isLate = false;
  const greeted = opening.then((stream) => {
    if (!isLate) return greet(stream);
    stream.destroy();
    throw new Error(silence);
  });
  try {
    return await within(ms, greeted);
  } catch (error) {
    isLate = true;
    opening.then((stream) => stream.destroy()).catch(() => undefined);
    throw error;
  }
}

const silence = 'there was no answer in time';

export function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  return withinOr(work, ms, () => new Error(silence));
}
