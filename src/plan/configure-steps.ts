import type { Machine } from '../blueprint/platform.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { ActualMachine } from '../model/inventory.ts';
import type { Reason, Step } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { counted } from '../model/quantities.ts';
import { leftovers } from './leftovers.ts';
import type { Planning } from './planning.ts';
import { machineStep, roleStep, stepId } from './step-ids.ts';

interface Seen {
  readonly there: ActualMachine;
  readonly facts: MachineFacts & { readonly reachable: true };
}

/** What is left of earlier roles goes first; then one step a role, in their order, and the commissioning once all are done. */
export function configureSteps(
  { compare }: Planning,
  { name, engine }: Machine,
  recipes: readonly Recipe[],
  seen?: Seen,
): Step[] {
  const steps: Step[] = [];
  let before = [machineStep(name)];
  const add = (role: string, changes: ReturnType<typeof compare>, reason: Reason, others: Step['after'] = []) => {
    if (changes.length === 0) return;
    const id = roleStep(name, role);
    steps.push({ id, kind: 'configure', machine: name, role, changes, reason, after: [...before, ...others] });
    before = [id];
  };
  if (seen !== undefined) {
    const reason = { code: 'not-wanted', says: 'no role of the machine wants it any more' };
    add('leftovers', leftovers(recipes, seen.facts.noted), reason);
  }
  for (const recipe of recipes) {
    const changes = compare(recipe, seen?.facts.roles.get(recipe.role));
    const reason =
      seen === undefined
        ? { code: 'new-machine', says: 'the machine is new' }
        : { code: 'differs', says: counted(changes.length, 'difference') };
    // Where the role itself has nothing to do, its machine may still have to be started.
    const others = recipe.after.flatMap(({ machine, role }) => [machineStep(machine), roleStep(machine, role)]);
    add(recipe.role, changes, reason, others);
  }
  if (seen?.there.commissioned !== true) {
    const reason = { code: 'not-commissioned', says: 'gets its share of the hardware once it is configured' };
    const id = stepId(name, 'commission');
    steps.push({ id, kind: 'commission-machine', engine, machine: name, reason, after: before });
  }
  return steps;
}
