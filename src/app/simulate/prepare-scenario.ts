/** A platform's scenario, ready to be simulated, with the times that its machines really took where they are known. */
import { layOut, noAssets, nothingTaken } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { shareServed, type Served } from '../../rehearse/verdict/served.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { calibrationFrom, type Calibration } from '../../sim/platform/calibrate.ts';
import { usualTimings } from '../../sim/platform/timings.ts';
import { load } from '../load.ts';
import { findScenario } from '../rehearse/find-scenario.ts';
import { lastServed } from '../rehearse/journal-served.ts';
import type { Toolbox } from '../toolbox.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export type PreparedScenario = Omit<ScenarioToSimulate, 'seed' | 'chaos' | 'untilMs'> & {
  readonly platform: string;
  readonly calibration: Calibration;
  /** What a rehearsal showed that machines of the visited pool serve, if there was one. */
  readonly served?: Served;
};

export interface Preparing {
  /** False leaves out what is in the journal, so that it is the same on every computer. */
  readonly calibrated: boolean;
}

export function prepareScenario(
  toolbox: Toolbox,
  which: string,
  scenarioName: string,
  preparing: Preparing,
): PreparedScenario {
  const { file, blueprint } = load(toolbox, which);
  const found = findScenario({ toolbox, file, blueprint }, scenarioName);
  return prepared(toolbox, blueprint, found, preparing);
}

export function prepared(
  toolbox: Toolbox,
  blueprint: Blueprint,
  { name, scenario }: { readonly name: string; readonly scenario: Scenario },
  { calibrated }: Preparing,
): PreparedScenario {
  const { route } = scenario;
  if (route === undefined)
    throw new SpillwayError({
      code: 'does-not-scale',
      message: `in \`${name}\` nobody visits, and a ledger is kept on machines alone`,
      mend: `rehearse it: \`spillway rehearse ${blueprint.platform} ${name}\``,
      exit: 'wrongInput',
    });
  const { pool } = route;
  if (!scaleSettingsIn(blueprint, scenario).has(pool))
    throw new SpillwayError({
      code: 'does-not-scale',
      message: `\`${name}\` visits ${pool}, which does not scale, so there is nothing to simulate`,
      mend: `say what its machines serve and what may come, pools.${pool}.base.serves and pools.${pool}.overflow, or let the scenario visit another route`,
      exit: 'wrongInput',
    });
  const { calibration, served } = calibrated ? journaled(toolbox, blueprint, pool) : nothingKnown;
  const share = served === undefined ? 1 : shareServed(served);
  return {
    ...{ name, scenario: withoutLedger(scenario), blueprint, calibration, platform: blueprint.platform },
    ...(served !== undefined && { served, shareServed: (of: PoolName) => (of === pool ? share : 1) }),
    // What machines serve makes no difference to when they come.
    assets: noAssets,
    digest: toolbox.digest(imaginedVault()),
    timings(_, { readyMs }) {
      const usual = usualTimings(readyMs);
      return { ...usual, calls: { ...usual.calls, ...calibration.calls } };
    },
  };
}

/** No database is imagined: what would be written is left out, and what of it must hold. */
function withoutLedger({ ledger: _, objectives, ...scenario }: Scenario): Scenario {
  const { rtoMs: _rto, rpoMs: _rpo, ...rest } = objectives;
  return { ...scenario, objectives: rest };
}

/** Chosen: some hundreds of machines that came and went; what is older was perhaps another platform. */
const lastSteps = 2_000;

interface Journaled {
  readonly calibration: Calibration;
  readonly served?: Served | undefined;
}

const nothingKnown: Journaled = { calibration: { calls: {}, steps: 0 } };

function journaled(toolbox: Toolbox, blueprint: Blueprint, pool: PoolName): Journaled {
  if (!toolbox.knownPlatforms().includes(blueprint.platform)) return nothingKnown;
  const { slots } = layOut(blueprint, noAssets, nothingTaken);
  const names = new Set<string>(slots.map(({ name }) => name));
  const state = toolbox.openToLook(blueprint.platform);
  try {
    const { base, overflow } = the(blueprint.pools, pool);
    const overflowServes = overflow?.serves ?? base.serves;
    return {
      calibration: calibrationFrom(state.store.entries({ limit: lastSteps, kind: 'step-ended' }), (machine) =>
        names.has(machine),
      ),
      served:
        base.serves === undefined
          ? undefined
          : lastServed(state.store, pool, {
              base: base.serves,
              ...(overflowServes !== undefined && { overflow: overflowServes }),
            }),
    };
  } finally {
    state.close();
  }
}
