/** What was measured of a pool, each fact with its time. A fact that is not there was never measured. */
import type { MachineName, PoolName } from './ids.ts';
import type { MachinePart } from './spec.ts';

export interface Reading {
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

export interface PoolObservation {
  readonly pool: PoolName;
  /** Requests a second that arrive for the pool, whether they are answered, wait or are turned away. */
  readonly demand?: Reading;
  /** Requests that its machines are answering now, all together. */
  readonly concurrency?: Reading;
  /** Requests that wait at the balancers. */
  readonly queue?: Reading;
  /** Of what the serving machines may use, 0 to 1. */
  readonly cpu?: Reading;
  readonly machines: readonly ObservedMachine[];
}

export interface ObservedMachine {
  readonly name: MachineName;
  readonly part: MachinePart;
  /**
   * `starting`: asked for, and not yet able to serve. `ready`: able to, and outside the balancers: a warm machine.
   * `draining`: gets no new visitors. `drained`: has none left. `down`: the balancers do not see it.
   */
  readonly stage: 'starting' | 'ready' | 'serving' | 'draining' | 'drained' | 'down';
  /** It is being removed: it keeps its place until it is gone, and nothing more can be done with it. */
  readonly isGoing?: boolean;
  /** Of one that is down: in which stage it was seen before, if it was. */
  readonly downAfter?: Exclude<ObservedMachine['stage'], 'down'>;
  /** Since when it is in this stage, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Since when it is paid for, in milliseconds since 1970. */
  readonly paidSinceMs: number;
}
