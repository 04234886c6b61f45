/**
 * A rule looks at a pool and proposes a size with its reason. It knows nothing of
 * limits, holds or other rules: the largest proposal wins, so that a rule can ask
 * for more and never for less than another one. `rules/` has one folder a rule.
 */
import type { PoolObservation } from '../../model/observation.ts';
import type { Calendar } from './calendar.ts';
import type { Fleet } from './capacity.ts';

export interface Rule<Settings, State> {
  /** What it knows before it has seen anything. Plain data, so that it can be kept and read again. */
  begin(): State;
  propose(settings: Settings, state: State, sight: Sight): { readonly state: State; readonly proposal: Proposal };
  /** What is left of a state that another process kept: nothing of what follows from settings that are others now. */
  resume(state: State, from: Kept<Settings>): State;
}

/** How a state was kept, and what it is to go on with. */
export interface Kept<Settings> {
  readonly was: Settings;
  readonly is: Settings;
  /** An instant of `Sight.nowMs` by the clock of today; the calendar's are left as they are. */
  readonly moved: (atMs: number) => number;
}

/** What every rule sees. */
export interface Sight {
  readonly nowMs: number;
  /** For rules that know hours or days. */
  readonly calendar: Calendar;
  readonly seen: PoolObservation;
  /** What of the base is alive, and the whole overflow. */
  readonly fleet: Fleet;
  /** Machines that serve. One that is on its way has the hold alone to keep it, or its coming would begin a new one. */
  readonly size: number;
  /** How full machines may be in quiet times, 0 to 1: what is left is headroom. */
  readonly fill: number;
  /** How long a machine takes from the decision to its first answer. */
  readonly readyMs: number;
}

export interface Proposal {
  readonly rule: string;
  /** In machines, the base included. Absent when the rule has nothing to ask for. */
  readonly size?: number;
  readonly says: string;
  /** The figures from which it follows, for `explain` and the plots. */
  readonly inputs: Readonly<Record<string, number>>;
}
