/** What each server of a pool told last, over one channel a machine that is opened again whenever it ends. */
import type { ToldByDatabase } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Hosts, Reach } from '../../ports/host.ts';
import { readTold, type Line } from './read-told.ts';

export interface DatabaseWatch {
  readonly told: ReadonlyMap<MachineName, ToldByDatabase>;
  /** Begins with those that are new or answer elsewhere, ends with those that are not there. Call it as often as you like. */
  takeOf(machines: readonly Reach[]): void;
  stop(): void;
}

/** Chosen: a machine that comes back is seen within half a second, and one that is away costs two tries a second. */
const backOffMs = 500;

export function watchDatabases(hosts: Hosts, clock: Clock, script: string): DatabaseWatch {
  const told = new Map<MachineName, ToldByDatabase>();
  const watching = new Map<MachineName, { readonly at: string; readonly control: AbortController }>();

  async function watch(reach: Reach, { signal }: AbortController): Promise<void> {
    let before: Line | undefined;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      const stream = hosts.stream(reach, script, (text) => {
        const line = readTold(text, before, clock.now());
        if (line === undefined || isOver()) return;
        before = line;
        told.set(reach.machine, line.told);
      });
      const stop = () => stream.stop();
      signal.addEventListener('abort', stop);
      // Why it ended does not matter: that it tells nothing is what counts.
      await stream.ended.catch(() => undefined);
      signal.removeEventListener('abort', stop);
      if (!isOver()) await clock.sleep(backOffMs);
    }
  }

  function takeOf(machines: readonly Reach[]): void {
    const wanted = new Map(machines.map((reach) => [reach.machine, reach]));
    for (const [name, { at, control }] of watching) {
      const reach = wanted.get(name);
      if (reach !== undefined && placeOf(reach) === at) continue;
      control.abort();
      // What it told last, and when, still says since when it is away.
      watching.delete(name);
    }
    for (const reach of machines) {
      if (watching.has(reach.machine)) continue;
      const control = new AbortController();
      watching.set(reach.machine, { at: placeOf(reach), control });
      void watch(reach, control);
    }
  }

  return { told, takeOf, stop: () => takeOf([]) };
}

const placeOf = ({ host, port }: Reach) => `${host}:${port}`;
