/** When a rehearsal is over, the machines go that came for it. */
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';

/** Chosen: half a second, as a turn of the rehearsal. */
const turnMs = 500;

/** Those that were `found` stay, and serve if they did. Returns the names of what could not be removed in time. */
export async function leaveAsFound(
  drivers: Iterable<PoolDriver>,
  found: ReadonlySet<MachineName>,
  clock: Clock,
  patienceMs: number,
): Promise<readonly MachineName[]> {
  const untilMs = clock.now() + patienceMs;
  const waiting = new Set(drivers);
  for (;;) {
    for (const driver of waiting) if (await driver.leave(found, clock.now())) waiting.delete(driver);
    if (waiting.size === 0) return [];
    if (clock.now() > untilMs) return [...waiting].flatMap((driver) => came(driver, found));
    await clock.sleep(turnMs);
  }
}

function came(driver: PoolDriver, found: ReadonlySet<MachineName>): readonly MachineName[] {
  return driver.machines().flatMap(({ name, part }) => (part === 'overflow' && !found.has(name) ? [name] : []));
}
