/** The same scenario with faults that chance draws. */
import type { Blueprint } from '../../blueprint/schema.ts';
import { SpillwayError } from '../../model/errors.ts';
import { formatDuration } from '../../model/quantities.ts';
import { withChaos } from '../../rehearse/chaos/with-chaos.ts';
import { durationMs } from '../../rehearse/load/traffic.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';

/** Without `forMs` it lasts as long as the scenario does. Throws when no fault has its time in it. */
export function byChance(
  blueprint: Blueprint,
  scenario: Scenario,
  { seed, forMs = durationMs(scenario.traffic) }: { readonly seed: number; readonly forMs?: number },
): Scenario {
  const drawn = withChaos(scenario, blueprint, { seed, forMs });
  if (drawn.faults.length > 0) return drawn;
  const isRefused = Object.values(blueprint.engines).every(({ faults }) => faults === 'refused');
  throw isRefused
    ? new SpillwayError({
        code: 'faults-refused',
        message: `machines of ${blueprint.platform} are not broken on purpose`,
        mend: 'if that is wanted there, write `faults: allowed` at an engine of the blueprint',
        exit: 'refused',
      })
    : new SpillwayError({
        code: 'wrong-rehearsal',
        message: `within ${formatDuration(forMs)} no fault begins and ends, with the pause after it`,
        mend: 'let it last longer, for example `--for 10min`',
        exit: 'wrongInput',
      });
}
