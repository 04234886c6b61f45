/**
 * What must be true at every turn, whatever comes and whatever breaks. An
 * invariant sees each turn of the controller, and says when it is broken.
 */
import type { ScaleDecision, ScaleSettings } from '../../control/scale/decide.ts';
import type { ObservedMachine } from '../../model/observation.ts';

export interface Turn {
  readonly nowMs: number;
  readonly settings: ScaleSettings;
  /** As they were seen before the decision. */
  readonly machines: readonly ObservedMachine[];
  readonly decision: ScaleDecision;
  /** Machines of the overflow that the budget pays for; absent without a budget. */
  readonly affordable?: number;
  /** Now and then, and whenever machines are bought; absent without a budget. */
  readonly spending?: Spending;
}

/** Of this month, in the blueprint's currency. */
export interface Spending {
  /** For the periods of the overflow that have begun, what is decided now left out. */
  readonly spent: number;
  /** What the base leaves of the budget; less than nothing when the base costs more. */
  readonly allowed: number;
  /** A period of one machine more. */
  readonly each: number;
}

export interface Violation {
  readonly invariant: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly what: string;
  /** What only the end shows. */
  readonly isOfEnd?: boolean;
}

export interface Invariant<State = unknown> {
  readonly name: string;
  /** What it promises, in one sentence. */
  readonly promises: string;
  begin(): State;
  /** `broken` says what is wrong, when something is. */
  look(state: State, turn: Turn): { readonly state: State; readonly broken?: string };
}

/** For one that needs no memory. */
export function stateless(
  name: string,
  promises: string,
  broken: (turn: Turn) => string | undefined,
): Invariant<undefined> {
  return {
    ...{ name, promises },
    begin: () => undefined,
    look(state, turn) {
      const says = broken(turn);
      return says === undefined ? held : { state, broken: says };
    },
  };
}

const held = { state: undefined };
