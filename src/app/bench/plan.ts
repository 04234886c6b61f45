/** How long a plan without changes takes, beside the same of a peer. */
import type { Toolbox } from '../toolbox.ts';
import { runProgram } from './child.ts';
import { summed, timed, type Runs } from './figures.ts';
import { prepareNoopPlan, type NoopPlan } from './noop-plan.ts';
import { measureTerraform, type Peer } from './terraform.ts';

export interface PlanBench {
  readonly goalMs: { readonly machines: number; readonly median: number };
  readonly sizes: readonly PlanTimes[];
  readonly peer: Peer;
}

interface PlanTimes {
  readonly machines: number;
  /** From the blueprint's text to the empty plan, in a process that has just begun, and again in the same. */
  readonly inProcess: Runs;
  /** From the command to its end; the imagined world is made in it too. */
  readonly wholeProcess: Runs;
  /** Of which making the imagined world, and planning. */
  readonly imaginedMs: number;
  readonly plannedMs: number;
}

const sizes = [1000, 5000];
const times = 5;
const peerTimes = 3;

export async function benchPlan(toolbox: Toolbox, progress: (line: string) => void): Promise<PlanBench> {
  const measuredSizes: PlanTimes[] = [];
  for (const machines of sizes) {
    progress(`plan: ${machines} machines`);
    const argv = [toolbox.files.resolve(toolbox.files.home, 'spillway'), 'bench', `noop-plan-${machines}`, '--json'];
    const said: NoopPlan[] = [];
    const wholeProcess = await timed(times, async () => said.push(JSON.parse(await runProgram(argv)) as NoopPlan));
    const { plan } = prepareNoopPlan(toolbox, machines);
    measuredSizes.push({
      machines,
      inProcess: await timed(times, plan),
      wholeProcess,
      imaginedMs: summed(said.map((one) => one.imaginedMs)).median,
      plannedMs: summed(said.map((one) => one.plannedMs)).median,
    });
  }
  return {
    goalMs: { machines: 5000, median: 330 },
    sizes: measuredSizes,
    peer: await measureTerraform(sizes, peerTimes, progress),
  };
}
