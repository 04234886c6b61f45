/** Reads a blueprint and judges it, without looking at any machine. */
import { layOut, nothingTaken } from '../blueprint/platform.ts';
import type { PlanFinding } from '../model/plan.ts';
import { lint } from '../plan/lint.ts';
import { load } from './load.ts';
import type { Toolbox } from './toolbox.ts';

export interface Checked {
  readonly file: string;
  readonly platform: string;
  readonly machines: number;
  readonly pools: number;
  readonly findings: readonly PlanFinding[];
}

export function check(toolbox: Toolbox, which: string): Checked {
  const { file, blueprint, assets } = load(toolbox, which);
  const platform = layOut(blueprint, assets, nothingTaken);
  const findings = lint(platform);
  return {
    file,
    platform: blueprint.platform,
    machines: platform.machines.length,
    pools: platform.pools.size,
    findings,
  };
}
