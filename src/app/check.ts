/** Reads a blueprint and its scenarios and judges them, without looking at any machine. */
import { layOut, nothingTaken } from '../blueprint/platform.ts';
import { SpillwayError } from '../model/errors.ts';
import type { PlanFinding } from '../model/plan.ts';
import { lint } from '../plan/lint.ts';
import { load } from './load.ts';
import { findScenario, scenarioNames } from './rehearse/find-scenario.ts';
import type { Toolbox } from './toolbox.ts';

export interface Checked {
  readonly file: string;
  readonly platform: string;
  readonly machines: number;
  readonly pools: number;
  /** Names of those beside the blueprint. */
  readonly scenarios: readonly string[];
  readonly findings: readonly PlanFinding[];
}

export function check(toolbox: Toolbox, which: string): Checked {
  const loaded = load(toolbox, which);
  const { file, blueprint, assets } = loaded;
  const platform = layOut(blueprint, assets, nothingTaken);
  const scenarios = scenarioNames({ toolbox, ...loaded });
  refuseWrong(scenarios.flatMap((name) => mistakesOf(() => findScenario({ toolbox, ...loaded }, name))));
  return {
    file,
    platform: blueprint.platform,
    machines: platform.machines.length,
    pools: platform.pools.size,
    scenarios,
    findings: lint(platform),
  };
}

function mistakesOf(read: () => unknown): readonly SpillwayError[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SpillwayError) return [error];
    throw error;
  }
}

/** One as it is; several in one, so that a person need not come again for each. */
function refuseWrong(mistakes: readonly SpillwayError[]): void {
  const [first, ...others] = mistakes;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const message = mistakes.map((one) => one.message).join('\n\n');
  throw new SpillwayError({ code: first.code, message, mend: first.mend, exit: 'wrongInput' });
}
