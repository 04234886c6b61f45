/** Looks about once a second at what the cores of this host do, for as long as something is played on it. */
import { hostBetween, type HostSecond } from '../../rehearse/host/host-second.ts';
import { lookAtHost } from '../../rehearse/host/look-at-host.ts';
import type { Work } from '../work.ts';

/** Chosen: as often as the load tells what it did. */
const everyMs = 1000;

export interface HostWatch {
  end(): Promise<void>;
}

/** Tells nothing where the platform's machines have hosts of their own: what this one does is none of their limits. */
export function watchHost(
  { engines, blueprint, toolbox: { clock } }: Pick<Work, 'engines' | 'blueprint' | 'toolbox'>,
  told: (second: HostSecond) => void,
): HostWatch {
  const beside = [...engines.values()].flatMap(({ coresUsed }) => (coresUsed === undefined ? [] : [coresUsed]));
  const over = new AbortController();
  const look = async () => {
    const used = await Promise.all(beside.map((coresUsed) => coresUsed(blueprint.platform)));
    return lookAtHost(clock.now(), Object.assign({}, ...used) as Readonly<Record<string, number>>);
  };
  async function watch(): Promise<void> {
    if (beside.length === 0) return;
    let before = await look();
    while (!over.signal.aborted) {
      await clock.sleep(everyMs);
      const now = await look();
      if (before !== undefined && now !== undefined) told(hostBetween(before, now));
      before = now;
    }
  }
  const watching = watch();
  // A host of which nothing can be read is told of by nothing; that is no reason to end what is played.
  watching.catch(() => undefined);
  return {
    async end() {
      over.abort();
      await watching.catch(() => undefined);
    },
  };
}
