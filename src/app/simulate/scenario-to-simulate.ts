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
  readonly digest: Digest;
  /** From the start of the load; by default all of it, and what comes after it until all is at rest. */
  readonly untilMs?: number;
}
