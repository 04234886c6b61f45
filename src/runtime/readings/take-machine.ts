/** Keeps a machine telling, by one script over one channel for as long as it is wanted. */
import type { Clock } from '../../ports/clock.ts';
import type { Hosts, Reach } from '../../ports/host.ts';
import { machineScript } from './machine-script.ts';
import { readingsBetween, readSample, type MachineReadings, type MachineSample } from './machine-sample.ts';

/** Chosen: a machine that is back is seen within five seconds, and one that is dead costs little. */
const backOffMs = 5_000;

export interface Told {
  readonly reach: Reach;
  /** Whether a database runs there that is to be asked as well. */
  readonly database: boolean;
}

/** `keep` gets what it told last, and nothing once its script has ended. */
export async function takeOfMachine(
  { hosts, clock, signal }: { readonly hosts: Hosts; readonly clock: Clock; readonly signal: AbortSignal },
  { reach, database }: Told,
  keep: (readings: MachineReadings | undefined) => void,
): Promise<void> {
  const isOver = () => signal.aborted;
  // It may be stopped while it waits.
  while (!isOver()) {
    let before: MachineSample | undefined;
    const telling = hosts.stream(reach, machineScript({ database }), (line) => {
      const sample = readSample(line);
      if (sample === undefined) return;
      keep(readingsBetween(before, sample, clock.now()));
      before = sample;
    });
    const stop = () => telling.stop();
    signal.addEventListener('abort', stop);
    // Why it ended does not matter: it is tried again in every case.
    await telling.ended.catch(() => undefined);
    signal.removeEventListener('abort', stop);
    if (isOver()) return;
    keep(undefined);
    await clock.sleep(backOffMs);
  }
}
