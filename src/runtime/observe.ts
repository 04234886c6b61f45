/** Looks at what there is: asks the engines, then the machines that run. */
import type { Assets, Primacies } from '../blueprint/platform.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { EngineName, MachineName } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { wanted, type Actual } from '../plan/make-plan.ts';
import type { Engine } from '../ports/engine.ts';
import type { Hosts } from '../ports/host.ts';
import { inParallel } from './parallel.ts';

/** Chosen: more sessions at once do not end earlier on two cores, and a hundred machines are asked in seconds. */
const machinesAtOnce = 16;

export type Engines = ReadonlyMap<EngineName, Engine>;

export async function inventoriesOf(
  engines: Engines,
  platform: Blueprint['platform'],
): Promise<ReadonlyMap<EngineName, Inventory>> {
  return new Map(
    await Promise.all([...engines].map(async ([name, engine]) => [name, await engine.list(platform)] as const)),
  );
}

export async function observe(
  engines: Engines,
  hosts: Hosts,
  blueprint: Blueprint,
  assets: Assets,
  primacies: Primacies,
): Promise<{ actual: Actual } & ReturnType<typeof wanted>> {
  const inventories = await inventoriesOf(engines, blueprint.platform);
  const { platform, compiled } = wanted(blueprint, assets, inventories, primacies);
  const running = [...inventories.values()].flatMap(({ machines }) =>
    // Nobody can come to one that is cut off, and to wait for it would take half a minute.
    machines.filter(({ state, isCutOff }) => state === 'running' && !isCutOff),
  );
  const facts = await inParallel(
    machinesAtOnce,
    running,
    async ({ name, reach }): Promise<[MachineName, MachineFacts]> => {
      const recipes = compiled.recipes.get(name) ?? [];
      return [name, await hosts.inspect({ machine: name, ...reach }, recipes)];
    },
  );
  return { platform, compiled, actual: { inventories, facts: new Map(facts) } };
}
