/**
 * One path of repair for all commands: before `up` changes anything, a primary that is lost is replaced by a machine
 * that has its data, and what a command that was killed had begun is finished, by the same turns that a controller does.
 */
import type { PoolName } from '../../model/ids.ts';
import { changesOf, type Plan, type Step } from '../../model/plan.ts';
import { isMaking } from '../../plan/planning.ts';
import { failoverTerms } from '../../roles/failover-pools.ts';
import { perform } from '../../runtime/perform.ts';
import { keptHolders } from '../holding.ts';
import type { Work } from '../work.ts';
import { repairedPrimaries } from './primaries.ts';

/** By pool: why nobody may take the place of its primary. */
export type Refusals = ReadonlyMap<PoolName, string>;

/** A primary would begin empty beside its copies, or a machine that is there is not what its pool's primacy says. */
export function needsRepair(
  { blueprint, store }: Pick<Work, 'blueprint' | 'store'>,
  { findings, steps }: Pick<Plan, 'findings' | 'steps'>,
): boolean {
  if (failoverTerms(blueprint).size === 0) return false;
  const made = new Set(steps.filter(isMaking).map(({ machine }) => machine.name));
  // One that was never set up is no part of anything yet.
  const holding = keptHolders(store);
  const isAstray = (step: Step) =>
    (step.kind === 'configure' || step.kind === 'change-machine') &&
    !made.has(step.machine) &&
    holding.has(step.machine) &&
    changesOf(step).some((change) => change.kind === 'task' && change.task.isPart === true);
  return findings.some(({ name }) => name.startsWith('begins-empty:')) || steps.some(isAstray);
}

export async function repairPrimaries(
  work: Work,
  { steps }: Pick<Plan, 'steps'>,
  { run, signal }: { readonly run: string; readonly signal: AbortSignal },
): Promise<Refusals> {
  const { engines, hosts, store, vault, blueprint } = work;
  const { platform } = blueprint;
  const { clock } = work.toolbox;
  // A copy on a machine without power can take nobody's place.
  const starts = steps.filter(({ kind }) => kind === 'start-machine').map((step) => ({ ...step, after: [] }));
  if (starts.length > 0)
    await perform(
      { steps: starts },
      { platform, engines, hosts, store, vault, clock, run, signal, progress: () => undefined },
    );
  return repairedPrimaries(work, run, signal);
}
