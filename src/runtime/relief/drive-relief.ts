/** Drives what a pool does while too many come: looks at the queue, decides, and holds it at the balancers. */
import {
  decideRelief,
  levelOf,
  type ReliefDecision,
  type ReliefSettings,
  type ReliefState,
} from '../../control/relief/decide-relief.ts';
import type { PoolObservation } from '../../model/observation.ts';
import { noRelief, type Relief } from '../../roles/balancer/relief.ts';

export interface ReliefHands {
  /** Which other command works on the platform, in words; nothing is touched meanwhile. */
  tied(): string | undefined;
  observe(): Pick<PoolObservation, 'queue' | 'machines'>;
  /** What is held at the balancers now; undefined when none answers. */
  held(): Promise<Relief | undefined>;
  /** On every balancer that answers. Throws nothing: one that does not answer hears of it at a later turn. */
  hold(relief: Relief): Promise<void>;
}

export interface ReliefDriver {
  turn(nowMs: number): Promise<ReliefDecision>;
  /** All is given back. Says so if anything was held, for what is decided last is taken for what is so. */
  end(): Promise<ReliefDecision>;
}

/** Chosen: a balancer that began anew has forgotten it, and in quiet times nobody waits for it to be told again. */
const againMs = 5_000;

export function driveRelief(settings: ReliefSettings, hands: ReliefHands): ReliefDriver {
  let state: ReliefState | undefined;
  let heldAtMs = -Infinity;
  let last: ReliefDecision = { kind: 'nothing', level: 0, state: 'flowing', shed: [], turnsAway: false, says: '' };
  return {
    async turn(nowMs) {
      const tiedBy = hands.tied();
      if (tiedBy !== undefined) {
        // The other may change what is held.
        state = undefined;
        return (last = { ...last, kind: 'nothing', says: `${tiedBy}, and nothing is done meanwhile` });
      }
      // One that begins anew goes on where the last one stopped: the balancers have kept it.
      state ??= { level: levelOf(settings, (await hands.held()) ?? noRelief), sinceMs: nowMs };
      const { state: next, decision } = decideRelief(settings, state, hands.observe(), nowMs);
      state = next;
      if (decision.kind !== 'nothing' || decision.level > 0 || nowMs - heldAtMs >= againMs) {
        heldAtMs = nowMs;
        await hands.hold(decision);
      }
      return (last = decision);
    },
    async end() {
      await hands.hold(noRelief);
      const kind = last.level > 0 ? 'down' : 'nothing';
      const says = 'all is given back, for nobody looks at it any more';
      return (last = { kind, level: 0, state: 'flowing', shed: [], turnsAway: false, says });
    },
  };
}
