/** When a rehearsal is over, the machines go that came for it. */
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';

/** What it takes of a pool's driver. */
type Leaving = Pick<PoolDriver, 'slots' | 'machines' | 'leave'>;

/** Chosen: half a second, as a turn of the rehearsal. */
const turnMs = 500;

/** As many stay as were `found`. Returns the names of those that had to go and could not be removed in time. */
export async function leaveAsFound(
  drivers: Iterable<Leaving>,
  found: ReadonlySet<MachineName>,
  clock: Clock,
  patienceMs: number,
): Promise<readonly MachineName[]> {
  const untilMs = clock.now() + patienceMs;
  const waiting = new Map([...drivers].map((driver) => [driver, keptOf(driver, found)]));
  for (;;) {
    for (const [driver, kept] of waiting) {
      // Who cannot look now may in the next turn; till then they are all still there.
      const isLeft = await driver.leave(kept, clock.now()).catch(() => false);
      if (isLeft) waiting.delete(driver);
    }
    if (waiting.size === 0) return [];
    if (clock.now() > untilMs) {
      return [...waiting].flatMap(([driver, kept]) =>
        overflowOf(driver).flatMap(({ name }) => (kept.has(name) ? [] : [name])),
      );
    }
    await clock.sleep(turnMs);
  }
}

/** In the place of one that was found and has gone since, one stays that can do the same. */
function keptOf(driver: Leaving, found: ReadonlySet<MachineName>): ReadonlySet<MachineName> {
  const able = overflowOf(driver).filter(({ stage }) => stage === 'serving' || stage === 'ready');
  const [same, others] = [true, false].map((was) => able.filter(({ name }) => found.has(name) === was));
  const wanted = driver.slots.filter((name) => found.has(name)).length;
  return new Set([...(same ?? []), ...(others ?? [])].slice(0, wanted).map(({ name }) => name));
}

const overflowOf = (driver: Leaving): readonly ObservedMachine[] =>
  driver.machines().filter(({ part }) => part === 'overflow');
