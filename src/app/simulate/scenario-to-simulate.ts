import type { ScaleSettings } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Digest } from '../../plan/compare-role.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import type { Timings } from '../../sim/platform/timings.ts';
import type { Loaded } from '../load.ts';

export interface ScenarioToSimulate extends Pick<Loaded, 'blueprint' | 'assets'> {
  readonly name: string;
  readonly scenario: Scenario;
  readonly seed: number;
  /** Whether more breaks than the scenario says. */
  readonly chaos: boolean;
  readonly timings: (pool: PoolName, settings: ScaleSettings) => Timings;
  /** How much of what the blueprint says machines of a pool really serve, 0 and more; by default all of it. */
  readonly shareServed?: (pool: PoolName) => number;
  readonly digest: Digest;
  /** When it begins, in milliseconds since 1970, where the scenario has no clock of its own; by default a Monday at noon. */
  readonly startMs?: number;
  /** From the start of the load; by default all of it, and what comes after it until all is at rest. */
  readonly untilMs?: number;
  /**
   * By default what is known to be as it was is not looked at again. The result is the same; a test plays both ways.
   */
  readonly skipsQuiet?: boolean;
}
