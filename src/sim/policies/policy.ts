/**
 * How others scale: a policy looks at a pool and says how many machines it should
 * have. Each has a folder here, and is as its documentation says, with the
 * documented defaults; what is not documented and had to be chosen says so.
 */

/** What a policy sees, once a second. */
export interface PolicySight {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Requests that came in the last second. A policy whose metrics come late keeps them until it may know them. */
  readonly demand: number;
  /** Machines that serve. */
  readonly serving: number;
  /** Machines that were asked for, and do not serve yet. */
  readonly starting: number;
  /** Requests/s that one machine serves. */
  readonly capacity: number;
}

export interface PolicySettings {
  /** How full a machine should be, 0 to 1. */
  readonly target: number;
  /** Limits of the size. */
  readonly least: number;
  readonly most: number;
}

/** `State` is plain data, as small as it can be: it is carried from second to second for months. */
export interface Policy<State> {
  /** As the table names it. */
  readonly name: string;
  /** What it is and which of its defaults count, in one sentence, with the source. */
  readonly about: string;
  begin(settings: PolicySettings): State;
  /**
   * Called once a second, whether it looks then or not. `size` is how many machines it wants, those that start
   * included; between its looks that stays what it was.
   */
  look(settings: PolicySettings, state: State, sight: PolicySight): { readonly state: State; readonly size: number };
}
