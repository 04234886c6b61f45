/** A platform's scenario, ready to be simulated, with the times that its machines really took where they are known. */
import { layOut, noAssets, nothingTaken } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { SpillwayError } from '../../model/errors.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { calibrationFrom, type Calibration } from '../../sim/platform/calibrate.ts';
import { usualTimings } from '../../sim/platform/timings.ts';
import { load } from '../load.ts';
import { findScenario } from '../rehearse/find-scenario.ts';
import type { Toolbox } from '../toolbox.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export type PreparedScenario = Omit<ScenarioToSimulate, 'seed' | 'chaos' | 'untilMs'> & {
  readonly platform: string;
  readonly calibration: Calibration;
};

/** `calibrated: false` leaves out what is in the journal, so that it is the same on every computer. */
export function prepareScenario(
  toolbox: Toolbox,
  which: string,
  scenarioName: string,
  { calibrated }: { readonly calibrated: boolean },
): PreparedScenario {
  const { file, blueprint } = load(toolbox, which);
  const { name, scenario } = findScenario({ toolbox, file, blueprint }, scenarioName);
  const { pool } = scenario.route;
  if (!scaleSettingsIn(blueprint, scenario).has(pool))
    throw new SpillwayError({
      code: 'does-not-scale',
      message: `\`${name}\` visits ${pool}, which does not scale, so there is nothing to simulate`,
      mend: `say what its machines serve and what may come, pools.${pool}.base.serves and pools.${pool}.overflow, or let the scenario visit another route`,
      exit: 'wrongInput',
    });
  const calibration = calibrated ? calibrationOf(toolbox, blueprint) : { calls: {}, steps: 0 };
  return {
    ...{ name, scenario, blueprint, calibration, platform: blueprint.platform },
    // What machines serve makes no difference to when they come.
    assets: noAssets,
    digest: toolbox.digest(imaginedVault()),
    timings(_, { readyMs }) {
      const usual = usualTimings(readyMs);
      return { ...usual, calls: { ...usual.calls, ...calibration.calls } };
    },
  };
}

/** Chosen: some hundreds of machines that came and went; what is older was perhaps another platform. */
const lastSteps = 2_000;

function calibrationOf(toolbox: Toolbox, blueprint: Blueprint): Calibration {
  if (!toolbox.knownPlatforms().includes(blueprint.platform)) return { calls: {}, steps: 0 };
  const { slots } = layOut(blueprint, noAssets, nothingTaken);
  const names = new Set<string>(slots.map(({ name }) => name));
  const state = toolbox.openToLook(blueprint.platform);
  try {
    return calibrationFrom(state.store.entries({ limit: lastSteps, kind: 'step-ended' }), (machine) =>
      names.has(machine),
    );
  } finally {
    state.close();
  }
}
