/**
 * Which machines are started that have no power, though nobody took it from them on purpose: one that rebooted itself
 * and did not come back, one whose host lost its power. Nothing is made anew, and nobody else's machine is touched.
 */
import type { MachineName } from '../../model/ids.ts';

export interface SeenPower {
  readonly machine: MachineName;
  readonly isOff: boolean;
  /** Why it is to stay off, in words. */
  readonly stays?: string;
}

export interface UpkeepState {
  readonly machines: Readonly<Record<string, Tried>>;
}

interface Tried {
  /** Since when it is seen to be off; absent while it runs. */
  readonly offSinceMs?: number;
  /** Starts since it last ran for long. */
  readonly tries: number;
  readonly triedAtMs?: number;
}

export const beginning: UpkeepState = { machines: {} };

/** Chosen: a machine that is rebooted in order is back by then. */
const patienceMs = 20_000;
/** Chosen: one that goes off again at once is not started for ever; each time it is left alone for twice as long. */
const firstPauseMs = 60_000;
const longestPauseMs = 1_800_000;

export interface Turn {
  readonly state: UpkeepState;
  readonly start: readonly { readonly machine: MachineName; readonly says: string }[];
}

/** `nowMs` counts on while the process lives, whatever the time of day is. */
export function decide({ machines }: UpkeepState, seen: readonly SeenPower[], nowMs: number): Turn {
  const turns = seen.map(({ machine, isOff, stays }) => {
    const before = machines[machine] ?? { tries: 0 };
    if (!isOff) return { machine, after: running(before, nowMs), starts: false };
    const { tries, triedAtMs = -Infinity } = before;
    // Of one that stays off on purpose, the time begins when the purpose ends.
    const offSinceMs = stays === undefined ? (before.offSinceMs ?? nowMs) : nowMs;
    const isDue = nowMs - offSinceMs >= patienceMs && nowMs - triedAtMs >= pauseAfter(tries);
    if (stays !== undefined || !isDue) return { machine, after: { ...before, offSinceMs }, starts: false };
    return { machine, after: { offSinceMs, tries: tries + 1, triedAtMs: nowMs }, starts: true };
  });
  return {
    state: { machines: Object.fromEntries(turns.map(({ machine, after }) => [machine, after])) },
    start: turns
      .filter(({ starts }) => starts)
      .map(({ machine, after: { tries } }) => ({
        machine,
        says:
          tries === 1
            ? 'it is off, and nobody meant it to be'
            : `it is off again, and is started for the ${tries}. time`,
      })),
  };
}

const pauseAfter = (tries: number) => (tries === 0 ? 0 : Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs));

function running({ tries, triedAtMs }: Tried, nowMs: number): Tried {
  if (triedAtMs === undefined || nowMs - triedAtMs >= longestPauseMs) return { tries: 0 };
  return { tries, triedAtMs };
}
