/**
 * Time that passes only when it is told to. Whoever sleeps is woken at his
 * instant, in the order of time; what he does then has come to rest before the
 * next one is woken, so that the order never depends on the computer.
 */
import type { Clock } from '../../ports/clock.ts';

export interface VirtualTime extends Clock {
  /** Lets it pass until then. */
  until(atMs: number): Promise<void>;
  /** Lets it pass at once, where nobody is to be woken by then and nothing goes on by itself. Says whether it did. */
  passes(atMs: number): boolean;
  /** Something was begun that goes on by itself: it comes to rest before time passes. */
  stir(): void;
  /** The clock on the wall is set forward by so much, or back: no time passes. */
  setWall(byMs: number): void;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function virtualTime(startMs: number): VirtualTime {
  let nowMs = startMs;
  /** In the order of time; of the same instant, in the order in which they fell asleep. */
  const sleepers: Sleeper[] = [];
  let isStirred = false;
  let wallAheadMs = 0;
  return {
    now: () => nowMs,
    wall: () => nowMs + wallAheadMs,
    setWall(byMs) {
      wallAheadMs += byMs;
    },
    passes(atMs) {
      const [first] = sleepers;
      if (isStirred || (first !== undefined && first.atMs <= atMs)) return false;
      nowMs = Math.max(nowMs, atMs);
      return true;
    },
    stir() {
      isStirred = true;
    },
    sleep(ms) {
      const atMs = nowMs + Math.max(0, ms);
      const behind = sleepers.findLastIndex((one) => one.atMs <= atMs);
      return new Promise((wake) => sleepers.splice(behind + 1, 0, { atMs, wake }));
    },
    async until(atMs) {
      await settled();
      for (let first = sleepers[0]; first !== undefined && first.atMs <= atMs; first = sleepers[0]) {
        sleepers.shift();
        nowMs = first.atMs;
        first.wake();
        await settled();
      }
      nowMs = Math.max(nowMs, atMs);
      isStirred = false;
    },
  };
}

/** Everything that was promised is kept, as long as nothing but promises is waited for. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
