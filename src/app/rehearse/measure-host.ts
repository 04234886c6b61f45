/** Some seconds of a scenario's visitors at a fifth of its peak, to see how much of it this host carries. */
import { carriedOf, type Carried } from '../../rehearse/host/carried.ts';
import type { HostSecond } from '../../rehearse/host/host-second.ts';
import { peakAsked, type Scenario } from '../../rehearse/scenario/scenario.ts';
import { exclusively, look, type Work } from '../work.ts';
import { startVisits } from './visits.ts';
import { watchHost } from './watch-host.ts';

/** Chosen: others are seen for long enough, and nobody waits for it. */
const quietMs = 4_000;
const loadedMs = 6_000;
/** Chosen: opening connections and filling caches is not what a request costs. */
const settleMs = 2_000;
/** Chosen: enough to be measured, and little enough for the base of a platform that grows threefold. */
const partOfPeak = 0.2;

/** Undefined where it cannot be told, as for a platform that has hosts of its own. */
export async function measureHost(work: Work, scenario: Scenario, signal: AbortSignal): Promise<Carried | undefined> {
  const { blueprint, toolbox } = work;
  const { clock } = toolbox;
  const peakPerSecond = peakAsked(scenario.traffic);
  const sentPerSecond = partOfPeak * peakPerSecond;
  return exclusively(work, `spillway demo ${blueprint.platform}`, async () => {
    const { platform } = await look(work);
    const ip = platform.addresses.find(({ name }) => name === scenario.route?.address)?.ip;
    if (ip === undefined) return undefined;
    const seconds: HostSecond[] = [];
    const watch = watchHost(work, (second) => seconds.push(second));
    try {
      await clock.sleep(quietMs);
      const begunMs = clock.now();
      let settledMs = Infinity;
      const traffic = [{ kind: 'hold', perSecond: sentPerSecond, forMs: settleMs + loadedMs }] as const;
      const load = await startVisits(
        work,
        { ...scenario, traffic },
        { ip },
        {
          onSecond: () => undefined,
          onStart: (atMs) => (settledMs = atMs + settleMs),
        },
      );
      const stop = () => load.stop();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      await load.total;
      signal.removeEventListener('abort', stop);
      const endMs = settledMs + loadedMs;
      return carriedOf(
        seconds.filter(({ toMs }) => toMs <= begunMs),
        seconds.filter(({ fromMs, toMs }) => fromMs >= settledMs && toMs <= endMs),
        { sentPerSecond, peakPerSecond },
      );
    } finally {
      await watch.end();
    }
  });
}
