/** What a machine has reached on its way, by the step that has just ended. */
import type { MachineName } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';

/** `made`: it answers over SSH. `configured`: a role's changes are done. `commissioned`: all of them are. */
export type Reached = 'made' | 'configured' | 'commissioned';

export function reachedBy(step: Step): { readonly machine: MachineName; readonly name: Reached } | undefined {
  const { kind } = step;
  if (kind === 'create-machine' || kind === 'replace-machine') return { machine: step.machine.name, name: 'made' };
  if (kind === 'configure') return { machine: step.machine, name: 'configured' };
  if (kind === 'commission-machine') return { machine: step.machine, name: 'commissioned' };
  return undefined;
}
