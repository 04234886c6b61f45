/** What is done with one machine around an engine's verbs. */
import { SpillwayError } from '../model/errors.ts';
import type { MachineName, PlatformName } from '../model/ids.ts';
import type { Watch } from '../model/plan.ts';
import { isStale } from '../model/term.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Hosts, Reach } from '../ports/host.ts';

/** Chosen: longer than nginx takes at most until it has sent what it has begun (`nginx-unit.ts`); MariaDB writes out what it must meanwhile. */
const shutdownMs = 30_000;
/** Chosen: longer than a database takes to start and a balancer to see its servers. */
const servingMs = 60_000;
const pauseMs = 200;

/**
 * Asks the machine to end its work and waits until it has; who does not answer,
 * or does not end in time, loses its power with what comes next.
 */
export async function shutDown(
  engine: Engine,
  hosts: Hosts,
  clock: Clock,
  platform: PlatformName,
  reach: Reach,
): Promise<void> {
  try {
    await hosts.shutDown(reach);
  } catch (error) {
    if (isStale(error)) throw error;
    return;
  }
  const untilMs = clock.now() + shutdownMs;
  while (clock.now() < untilMs) {
    const there = (await engine.list(platform)).machines.find(({ name }) => name === reach.machine);
    if (there?.state !== 'running') return;
    await clock.sleep(pauseMs);
  }
}

/** Waits until the machine answers and all probes that count are content. */
export async function awaitServing(
  hosts: Hosts,
  clock: Clock,
  { machine, watch }: { readonly machine: MachineName; readonly watch: readonly Watch[] },
  reachOf: (machine: MachineName) => Promise<Reach>,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.now() + servingMs;
  for (;;) {
    const complaints = await Promise.all(watch.map(async (one) => complaint(hosts, await reachOf(one.machine), one)));
    const [says] = complaints.filter((one) => one !== undefined);
    if (says === undefined) return;
    if (clock.now() > untilMs || signal.aborted) {
      throw new SpillwayError({
        code: 'not-serving',
        message: `${machine} does not serve again, so nothing more was done to its pool: ${says}`,
        mend: '`spillway status` says how it is; run `spillway up` again, and it goes on where it was',
      });
    }
    await clock.sleep(pauseMs);
  }
}

async function complaint(hosts: Hosts, reach: Reach, { machine, recipes }: Watch): Promise<string | undefined> {
  const facts = await hosts.inspect(reach, recipes);
  if (!facts.reachable) return `${machine}: ${facts.why}`;
  for (const { probes } of facts.roles.values())
    for (const says of probes.values()) if (says !== '') return `${machine}: ${says}`;
  return undefined;
}
