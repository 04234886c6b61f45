/** A scenario in virtual time, as programs read it: once, or as one of many seeds. */
import type { Requests } from '../../rehearse/verdict/requests.ts';
import type { Cost } from '../../rehearse/verdict/cost.ts';
import type { Judged } from '../../rehearse/verdict/objectives.ts';
import { verdictAsData, type VerdictData } from '../../rehearse/verdict/as-data.ts';
import type { Elasticity } from '../../sim/fleet/elasticity.ts';
import type { Toolbox } from '../toolbox.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import { playUnrecorded, simulateScenario, type SimulatedScenario } from './scenario.ts';
import type { ScaledSeedLine } from './seeds.ts';
import { toldServed, toldViolations, type ToldServed, type ToldViolation } from './summary.ts';

export interface ScenarioToPlay {
  readonly prepared: PreparedScenario;
  readonly chaos: boolean;
  readonly untilMs?: number;
}

export interface ScenarioSummary {
  readonly platform: string;
  readonly scenario: string;
  readonly seed: number;
  readonly chaos: boolean;
  /**
   * That no invariant was broken, and that the objectives held. Of a run in which things break by chance, and of the
   * beginning of one, only the former: nobody promised what is left then.
   */
  readonly held: boolean;
  readonly objectives: readonly Judged[];
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  readonly elasticity: Elasticity;
  readonly requests: Requests;
  readonly scaling: VerdictData['scaling'];
  /** Of the pools that scale. */
  readonly machineHours: number;
  readonly cost: Cost;
  readonly violations: readonly ToldViolation[];
  /** Faults of the scenario that show on real machines alone, and were left out: `freeze database-1`. */
  readonly leftOut: readonly string[];
  /** From how many steps of the journal its times come; 0: the usual ones. */
  readonly calibratedBySteps: number;
  /** What a rehearsal showed that machines serve, and which share of the blueprint's figure is taken for it. */
  readonly served?: ToldServed;
}

export async function playScenario(
  { clock }: Pick<Toolbox, 'clock'>,
  { prepared, chaos, untilMs }: ScenarioToPlay,
  seed: number,
): Promise<{ readonly summary: ScenarioSummary; readonly simulated: SimulatedScenario }> {
  const beganMs = clock.now();
  const simulated = await simulateScenario({ ...prepared, seed, chaos, ...(untilMs !== undefined && { untilMs }) });
  const { elasticity, machineHours, virtualSeconds } = simulated;
  const verdict = verdictAsData(simulated.verdict, simulated.recording);
  const violations = toldViolations(simulated.violations, 0);
  const isPromised = !chaos && untilMs === undefined;
  const summary: ScenarioSummary = {
    ...{ platform: prepared.platform, scenario: prepared.name, seed, chaos },
    held: violations.length === 0 && (verdict.held || !isPromised),
    objectives: verdict.objectives,
    virtualSeconds,
    realSeconds: (clock.now() - beganMs) / 1000,
    ...{ elasticity, requests: verdict.requests, scaling: verdict.scaling, machineHours, cost: verdict.cost },
    ...{ violations, leftOut: simulated.leftOut, calibratedBySteps: prepared.calibration.steps },
    ...toldServed(prepared),
  };
  return { summary, simulated };
}

export async function playScenarioSeed(
  toolbox: Pick<Toolbox, 'clock'>,
  scenario: ScenarioToPlay,
  seed: number,
): Promise<ScaledSeedLine> {
  const { prepared, chaos, untilMs } = scenario;
  if (!chaos && untilMs === undefined) {
    const { held, violations, elasticity, virtualSeconds } = (await playScenario(toolbox, scenario, seed)).summary;
    return { seed, held, violations, elasticity, virtualSeconds };
  }
  // Objectives are not judged, and so nothing has to be recorded.
  const given = { ...prepared, seed, chaos, ...(untilMs !== undefined && { untilMs }) };
  const { violations, elasticity, virtualSeconds } = await playUnrecorded(given);
  const told = toldViolations(violations, 0);
  return { seed, held: told.length === 0, violations: told, elasticity, virtualSeconds };
}
