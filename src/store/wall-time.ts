/** A journal is read by people and by other processes: its instants are the wall's, whatever a process counts by. */
import { asWall, type Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** `atMs` of what is appended is by `clock.now()`. */
export function inWallTime<Kept extends Store>(store: Kept, clock: Pick<Clock, 'now' | 'wall'>): Kept {
  return { ...store, append: (entry) => store.append({ ...entry, atMs: asWall(clock, entry.atMs) }) };
}
