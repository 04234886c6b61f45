/** Machines of the overflow come and go, while all others are left alone. */
import type { Assets } from '../blueprint/platform.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineName, StepId } from '../model/ids.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { makePlan, stepsOf, wanted, type PlanInput } from '../plan/make-plan.ts';
import { keptPrimacies } from './failover/primacies.ts';
import { inventoriesOf } from './observe.ts';
import { perform, type Performing } from './perform.ts';

export interface Overflowing extends Performing {
  readonly blueprint: Blueprint;
  readonly assets: Assets;
  readonly digest: PlanInput['digest'];
  /** Lays out and compiles what is wanted; for who does it often, and knows what it said before. */
  readonly wanted?: typeof wanted;
}

/** Chosen: one round makes a copy, a second sets it up; a third is for one whose image lacks a package by now. */
const mostRounds = 3;

/** Makes these machines and sets them up; they are outside the balancers then. */
export async function bring(overflowing: Overflowing, names: ReadonlySet<MachineName>): Promise<void> {
  for (let round = 1; round <= mostRounds; round++) {
    const steps = stepsOf(await inputOf(overflowing, names));
    await perform({ steps }, overflowing);
    if (!steps.some(asksForALook)) return;
  }
}

/** What a copy, or a machine that was started, still lacks, only a look at it can say. */
function asksForALook(step: Step): boolean {
  return step.kind === 'create-machine'
    ? step.machine.bake !== undefined
    : step.kind === 'start-machine' || step.kind === 'restart-machine';
}

/** What these machines lack, and nothing of any other. */
export async function planOf(...asked: Parameters<typeof inputOf>): Promise<Plan> {
  return makePlan(await inputOf(...asked));
}

async function inputOf(
  overflowing: Overflowing,
  names: ReadonlySet<MachineName>,
  replace: ReadonlySet<MachineName> = new Set(),
): Promise<PlanInput> {
  const { engines, hosts, platform, blueprint, assets, vault, digest, store } = overflowing;
  const inventories = await inventoriesOf(engines, platform);
  const layOut = overflowing.wanted ?? wanted;
  const laidOut = layOut(blueprint, assets, inventories, keptPrimacies(store, blueprint), names);
  const recipes = [...names].flatMap((name) => laidOut.compiled.recipes.get(name) ?? []);
  await vault.prepare(recipes.flatMap(({ files }) => files.map(({ content }) => content)));
  // Nobody else is looked at: what differs there is for `up` to mend, and would only cost time.
  const there = [...inventories.values()].flatMap(({ machines }) =>
    machines.filter(({ name, state }) => names.has(name) && state === 'running'),
  );
  const facts = await Promise.all(
    there.map(async ({ name, reach }) => {
      const recipesOf = laidOut.compiled.recipes.get(name) ?? [];
      return [name, await hosts.inspect({ machine: name, ...reach }, recipesOf.map(unprobed))] as const;
    }),
  );
  return {
    ...laidOut,
    only: names,
    replace,
    actual: { inventories, facts: new Map(facts) },
    digest,
    imageKey(engine) {
      const found = engines.get(engine);
      if (found === undefined) throw new Error(`no engine ${engine}`);
      return found.imageKey(laidOut.compiled.packages);
    },
  };
}

/** Probes say what a machine does, and cost time; whether it serves, its balancers find out. */
const unprobed = (recipe: Recipe): Recipe => ({ ...recipe, probes: [] });

/** Ends the work of these machines in order, and removes them. */
export async function letGo(overflowing: Overflowing, names: ReadonlySet<MachineName>, why: string): Promise<void> {
  const inventories = await inventoriesOf(overflowing.engines, overflowing.platform);
  const steps = [...inventories].flatMap(([engine, { machines }]) =>
    machines
      .filter(({ name, part }) => names.has(name) && part === 'overflow')
      .map(({ name }): Step => ({
        ...{ id: `${name}/machine` as StepId, kind: 'remove-machine', engine, machine: name },
        reason: { code: 'not-needed', says: why },
        after: [],
      })),
  );
  await perform({ steps }, overflowing);
}
