/** The load where nobody visits: it lasts as long as another, and counts nothing. */
import type { Clock } from '../../ports/clock.ts';
import { noCounts, totalOf, type LoadSecond, type LoadTotal } from './load-second.ts';
import type { LoadOptions, RunningLoad } from './start-load.ts';

/** Chosen: whoever stops it waits no longer. */
const lookEveryMs = 100;

export function keepSilent(
  forMs: number,
  clock: Clock,
  { onSecond, onStart }: Pick<LoadOptions, 'onSecond' | 'onStart'>,
): RunningLoad {
  let isStopped = false;
  async function run(): Promise<LoadTotal> {
    const startMs = clock.now();
    onStart?.(startMs);
    const seconds: LoadSecond[] = [];
    while (!isStopped && clock.now() < startMs + forMs) {
      await clock.sleep(Math.min(lookEveryMs, startMs + forMs - clock.now()));
      if (clock.now() < startMs + 1000 * (seconds.length + 1)) continue;
      const second = { second: seconds.length, ...noCounts, inFlight: 0, ownCores: 0, stolenCores: 0 };
      seconds.push(second);
      onSecond(second);
    }
    return totalOf(seconds);
  }
  return {
    total: run(),
    stop() {
      isStopped = true;
    },
  };
}
