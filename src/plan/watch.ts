import type { MachineFacts } from '../model/facts.ts';
import type { Recipe } from '../model/recipe.ts';

/** Of a recipe the probes alone: those that were content before, if that is known. */
export function probesOnly(
  { role, probes }: Pick<Recipe, 'role' | 'probes'>,
  before?: MachineFacts & { readonly reachable: true },
): Recipe {
  const nothing = {
    packages: [],
    directories: [],
    files: [],
    releases: [],
    absent: [],
    synced: [],
    units: [],
    tasks: [],
    after: [],
  };
  return {
    role,
    ...nothing,
    probes: probes.filter(({ name }) => (before?.roles.get(role)?.probes.get(name) ?? '') === ''),
  };
}
