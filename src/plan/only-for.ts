import type { MachineName } from '../model/ids.ts';
import type { Plan, Step } from '../model/plan.ts';

/** Of a plan, the steps that bring these machines, and no work on any other. */
export function onlyFor(plan: Plan, machines: ReadonlySet<MachineName>): Plan {
  const kept = plan.steps.filter((step) => step.kind === 'build-image' || isAbout(step, machines));
  const ids = new Set(kept.map(({ id }) => id));
  return { ...plan, steps: kept.map((step) => ({ ...step, after: step.after.filter((id) => ids.has(id)) })) };
}

function isAbout(step: Step, machines: ReadonlySet<MachineName>): boolean {
  if (!('machine' in step)) return false;
  return machines.has(typeof step.machine === 'string' ? step.machine : step.machine.name);
}
