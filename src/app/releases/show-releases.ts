/**
 * Makes machines show releases that they showed before: at once, on all of them, and nothing else is changed. Such a
 * release is known to work, and lies on the machines already, so that it takes two seconds.
 */
import type { ContentName, MachineName, StepId } from '../../model/ids.ts';
import type { Step } from '../../model/plan.ts';
import type { Recipe } from '../../model/recipe.ts';
import type { Release } from '../../model/release.ts';
import { comparer } from '../../plan/compare-role.ts';
import { wanted } from '../../plan/make-plan.ts';
import { keptPrimacies } from '../../runtime/failover/primacies.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { inParallel } from '../../runtime/parallel.ts';
import { perform, type Performing } from '../../runtime/perform.ts';
import type { Work } from '../work.ts';

export interface Shown {
  /** Machines that showed something else before. */
  readonly switched: readonly MachineName[];
  /** Those that should show it and could not be asked, with the reason. */
  readonly missed: readonly { readonly machine: MachineName; readonly why: string }[];
}

/** Chosen: each costs an exchange or two; a hundred machines are asked in seconds. */
const machinesAtOnce = 16;

export async function showReleases(
  work: Work,
  releases: ReadonlyMap<ContentName, Release>,
  { run, signal, progress }: Pick<Performing, 'run' | 'signal' | 'progress'>,
): Promise<Shown> {
  const { toolbox, engines, hosts, vault, store, blueprint } = work;
  const content = new Map([...releases].map(([name, release]) => [name, { release, leftOut: [] }]));
  const inventories = await inventoriesOf(engines, blueprint.platform);
  const assets = { ...work.assets, content };
  const { platform, compiled } = wanted(blueprint, assets, inventories, keptPrimacies(store, blueprint));
  const there = new Map(
    [...inventories.values()].flatMap(({ machines }) => machines.map((machine) => [machine.name, machine] as const)),
  );
  const compare = comparer(toolbox.digest(vault));
  const missed: { machine: MachineName; why: string }[] = [];
  const steps = await inParallel(machinesAtOnce, platform.machines, async ({ name }): Promise<readonly Step[]> => {
    const recipes = (compiled.recipes.get(name) ?? []).filter((recipe) => recipe.releases.length > 0).map(releasesOnly);
    const machine = there.get(name);
    if (recipes.length === 0 || machine === undefined) return [];
    const facts =
      machine.state === 'running' && !machine.isCutOff
        ? await hosts.inspect({ machine: name, ...machine.reach }, recipes)
        : {
            reachable: false as const,
            because: 'silent' as const,
            why: machine.isCutOff ? 'is cut off' : `is ${machine.state}`,
          };
    if (!facts.reachable) {
      missed.push({ machine: name, why: facts.why });
      return [];
    }
    return recipes.flatMap((recipe): Step[] => {
      const changes = compare(recipe, facts.roles.get(recipe.role)).filter((change) => change.kind === 'release');
      if (changes.length === 0) return [];
      const reason = { code: 'release', says: 'shows what it showed before' };
      const known = changes.map((change) => ({ ...change, isChecked: false }));
      return [
        {
          id: `${name}/${recipe.role}` as StepId,
          kind: 'configure',
          machine: name,
          role: recipe.role,
          changes: known,
          reason,
          after: [],
        },
      ];
    });
  });
  const all = steps.flat();
  const performing = {
    platform: blueprint.platform,
    engines,
    hosts,
    store,
    vault,
    clock: toolbox.clock,
    run,
    signal,
    progress,
  };
  await perform({ steps: all }, performing);
  return { switched: all.map((step) => (step as Step & { machine: MachineName }).machine), missed };
}

const releasesOnly = ({ role, releases }: Recipe): Recipe => ({
  ...{ role, releases, packages: [], directories: [], files: [], absent: [], synced: [] },
  ...{ units: [], tasks: [], probes: [], after: [] },
});
