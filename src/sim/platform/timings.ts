/** How long things take in the simulator. */
import type { Call } from '../imagined-world.ts';

/** Half of all times are below `medianMs`, one in six is longer than `spread` times that. */
export interface Spell {
  readonly medianMs: number;
  readonly spread: number;
}

export interface Timings {
  /** What engines and hosts are asked for; what is not named takes no time. */
  readonly calls: Readonly<Partial<Record<Call['verb'], Spell>>>;
  /** From being let in until balancers see it up. */
  readonly check: Spell;
  /** From its death until balancers see it down. */
  readonly detect: Spell;
  /** From the order to leave until its last request is answered. */
  readonly leave: Spell;
  /** What an answer takes beside its queue and its machine. */
  readonly overheadMs: number;
}

/** Chosen, from what machines in the lab took: docs/measurements.md. `readyMs` is what the blueprint says of a machine. */
export function usualTimings(readyMs: number): Timings {
  const spell = (medianMs: number, spread = 1.3): Spell => ({ medianMs, spread });
  return {
    calls: {
      // Most of it is the machine itself; what is done on it afterwards is the rest.
      'make-machine': spell(0.5 * readyMs),
      'start-machine': spell(0.4 * readyMs),
      apply: spell(0.02 * readyMs),
      commission: spell(0.02 * readyMs),
      'remove-machine': spell(500),
    },
    check: spell(300, 1.5),
    detect: spell(1_200, 1.5),
    leave: spell(800, 1.5),
    overheadMs: 1,
  };
}
