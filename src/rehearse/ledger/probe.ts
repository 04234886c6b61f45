/** Asks one machine, by its own name, again and again whether it takes a write. */
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Probe } from './ledger.ts';
import type { SqlSession } from './session.ts';
import { insertSql } from './sql.ts';

export interface ProbeHands {
  readonly clock: Clock;
  readonly connect: () => Promise<SqlSession>;
  readonly probed: (probe: Probe) => void;
}

/** Chosen: two writers at once show within a quarter of a second, and four rows a second are no load. */
const everyMs = 250;

export async function runProbe(
  machine: MachineName,
  goesOn: () => boolean,
  { clock, connect, probed }: ProbeHands,
): Promise<void> {
  let session: SqlSession | undefined;
  for (let asked = 0; goesOn(); asked++) {
    const beganMs = clock.now();
    let accepted = false;
    try {
      session ??= await connect();
      await session.write(insertSql('probes', asked, 0));
      accepted = true;
    } catch {
      if (session?.isOver() === true) session = undefined;
    }
    probed({ atMs: clock.now(), machine, accepted });
    await clock.sleep(Math.max(1, everyMs - (clock.now() - beganMs)));
  }
  session?.abandon();
}
