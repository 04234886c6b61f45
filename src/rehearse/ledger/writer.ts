/**
 * One that writes: one write at a time, each with an id that no other has. What is not acknowledged is neither there
 * nor lost: nobody knows; it is never written again, and the writer goes on with the next, on a new connection.
 */
import type { Clock } from '../../ports/clock.ts';
import type { SqlSession } from './session.ts';
import { insertSql } from './sql.ts';

export interface WriterHands {
  readonly clock: Clock;
  readonly connect: () => Promise<SqlSession>;
  /** An id that was never given before. */
  readonly nextId: () => number;
  readonly acknowledged: (id: number, atMs: number) => void;
}

/** Chosen: the end of an interruption is seen to a twentieth of a second, and who comes back is not hammered at. */
const againMs = 50;

/** From 1. Settles once `goesOn` says no, when the write that is under way has ended. */
export async function runWriter(
  writer: number,
  everyMs: number,
  goesOn: () => boolean,
  { clock, connect, nextId, acknowledged }: WriterHands,
): Promise<void> {
  let session: SqlSession | undefined;
  while (goesOn()) {
    const beganMs = clock.now();
    let pauseMs = everyMs;
    try {
      session ??= await connect();
      const id = nextId();
      await session.write(insertSql('writes', id, writer));
      acknowledged(id, clock.now());
    } catch {
      // Also one that refused: it takes no writes any more, and the name may lead to another by now.
      session?.abandon();
      session = undefined;
      pauseMs = Math.max(everyMs, againMs);
    }
    await clock.sleep(Math.max(1, pauseMs - (clock.now() - beganMs)));
  }
  session?.abandon();
}
