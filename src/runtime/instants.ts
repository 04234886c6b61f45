/**
 * Instants that are kept for the next process are of the wall; this process counts by time that only passes. Each is
 * translated once, when it is first met: if the wall is set later, it stays where it was.
 */
import { asWall, pastFromWall, type Clock } from '../ports/clock.ts';

export interface Instants {
  /** What this process knows of an instant in the past that is kept. */
  readonly read: (wallMs: number) => number;
  /** What is to be kept of an instant that this process knows. */
  readonly written: (atMs: number) => number;
}

export function instantsBy(clock: Pick<Clock, 'now' | 'wall'>): Instants {
  const known = new Map<number, number>();
  return {
    read(wallMs) {
      const atMs = known.get(wallMs) ?? pastFromWall(clock, wallMs);
      known.set(wallMs, atMs);
      return atMs;
    },
    written(atMs) {
      for (const [wallMs, one] of known) if (one === atMs) return wallMs;
      const wallMs = asWall(clock, atMs);
      known.set(wallMs, atMs);
      return wallMs;
    },
  };
}
