/**
 * Bakes: a pool whose overflow is to begin as copies needs one copy that fits. It
 * is taken from a machine of the base, once that is as the blueprint wants it.
 */
import { onlyEngine, type Machine } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { EngineName, ImageKey, PoolName } from '../model/ids.ts';
import type { ActualBake } from '../model/inventory.ts';
import type { Reason, Step } from '../model/plan.ts';
import { transientOf } from '../roles/baking.ts';
import { isMaking, on, type Planning } from './planning.ts';
import { bakeRemovalStep, bakeStep } from './step-ids.ts';

/** `machines` are the steps of this plan that make, start and configure machines. */
export function bakeSteps(input: Planning, engine: EngineName, machines: readonly Step[]): Step[] {
  const { blueprint } = input.platform;
  return bakingPools(blueprint, engine).flatMap((pool): Step[] => {
    const [model] = bakeable(input, pool);
    const from = sourceOf(input, pool, machines);
    if (model === undefined || from === undefined) return [];
    const recipes = recipesKey(input, model);
    const reason = whyBake(input, { engine, pool, recipes, image: imageOf(input, from, machines) });
    if (reason === undefined) return [];
    return [
      {
        id: bakeStep(engine, pool),
        kind: 'bake',
        engine,
        bake: {
          ...{ platform: blueprint.platform, pool, from: from.name, recipes },
          transient: transientOf(blueprint, pool),
        },
        reason,
        after: machines.filter((step) => isOf(step, from)).map(({ id }) => id),
      },
    ];
  });
}

/** Those of pools that bake no longer; one on which a machine stands goes after it. */
export function bakeRemovals(input: Planning, engine: EngineName): Step[] {
  const { bakes, machines } = on(input, engine);
  const baking = bakingPools(input.platform.blueprint, engine);
  const inUse = new Set([...machines.values()].map(({ bake }) => bake));
  return bakes
    .filter(({ name, pool }) => !baking.includes(pool) && !inUse.has(name))
    .map(({ name, pool }) => ({
      id: bakeRemovalStep(engine, name),
      kind: 'remove-bake',
      engine,
      bake: name,
      reason: { code: 'not-wanted', says: `no machine of \`${pool}\` begins from it any more` },
      after: [],
    }));
}

/**
 * What a new machine begins from. Only the overflow: it is let in once it is as it should be, while a machine of the
 * base is in its balancers from its first second, and would show what the site was when it was baked.
 */
export function bakeFor(input: Planning, { part, pool, engine }: Machine): ActualBake | undefined {
  if (part !== 'overflow' || !bakingPools(input.platform.blueprint, engine).includes(pool)) return undefined;
  const newest = newestOf(input, engine, pool);
  return newest !== undefined && on(input, engine).images.includes(newest.image) ? newest : undefined;
}

export function bakingPools(blueprint: Blueprint, engine: EngineName): readonly PoolName[] {
  return entries(blueprint.pools).flatMap(([pool, { overflow }]) =>
    overflow?.bake === true && (overflow.engine ?? onlyEngine(blueprint)) === engine ? [pool] : [],
  );
}

function newestOf(input: Planning, engine: EngineName, pool: PoolName): ActualBake | undefined {
  return on(input, engine)
    .bakes.filter((bake) => bake.pool === pool)
    .reduce<ActualBake | undefined>(
      (newest, one) => (newest && newest.madeAtMs > one.madeAtMs ? newest : one),
      undefined,
    );
}

interface Wish {
  readonly engine: EngineName;
  readonly pool: PoolName;
  readonly recipes: string;
  readonly image: ImageKey;
}

/** Undefined when the last one fits. What the machines fetch by themselves, their content, is no reason. */
function whyBake(input: Planning, { engine, pool, recipes, image }: Wish): Reason | undefined {
  const last = newestOf(input, engine, pool);
  if (last === undefined) return { code: 'missing', says: `\`${pool}\` has none yet` };
  if (last.image !== image) return { code: 'image', says: 'the last one stands on another image' };
  if (last.recipes !== recipes)
    return { code: 'recipes', says: 'its machines are configured in another way since the last one' };
  return input.rebake?.has(pool) === true ? { code: 'asked', says: 'a person asked for it' } : undefined;
}

/** Of the base, those that are like all others of their pool, and whose disk holds nothing that exists nowhere else. */
export function bakeable(
  { platform, compiled }: Pick<Planning, 'platform' | 'compiled'>,
  pool: PoolName,
): readonly Machine[] {
  const { keepers, apart } = compiled;
  const isModel = ({ part, name }: Machine) => part === 'base' && !keepers.has(name) && !apart.has(name);
  return (platform.pools.get(pool) ?? []).filter(isModel);
}

/** The first that is made by this plan or answers; one with which nothing is wrong, if there is one. */
function sourceOf(input: Planning, pool: PoolName, machines: readonly Step[]): Machine | undefined {
  const ready = bakeable(input, pool).filter((machine) => {
    const its = machines.filter((step) => isOf(step, machine));
    if (its.some(isMaking)) return true;
    const isStarted = its.some(({ kind }) => kind === 'start-machine' || kind === 'restart-machine');
    return !isStarted && input.actual.facts.get(machine.name)?.reachable === true;
  });
  return ready.find((machine) => isWell(input, machine)) ?? ready[0];
}

function isWell({ actual }: Planning, { name }: Machine): boolean {
  const facts = actual.facts.get(name);
  return (
    facts?.reachable === true &&
    [...facts.roles.values()].every(({ probes }) => [...probes.values()].every((says) => says === ''))
  );
}

function isOf(step: Step, { name }: Machine): boolean {
  if (isMaking(step)) return step.machine.name === name;
  return 'machine' in step && step.machine === name;
}

function imageOf(input: Planning, from: Machine, machines: readonly Step[]): ImageKey {
  const isMade = machines.some((step) => isMaking(step) && isOf(step, from));
  const there = isMade ? undefined : on(input, from.engine).machines.get(from.name);
  return there?.image ?? input.imageKey(from.engine);
}

/**
 * The same for whichever machine the bake is taken from, and for as long as the blueprint wants the same of them.
 * Of probes a disk knows nothing, the order of roles leaves no trace on it, and a release costs a copy what changed.
 */
export function recipesKey({ compiled, digest }: Pick<Planning, 'compiled' | 'digest'>, { name }: Machine): string {
  const recipes = (compiled.recipes.get(name) ?? []).map(
    ({ probes: _, after: __, releases: ___, ...onDisk }) => onDisk,
  );
  return digest({ content: JSON.stringify(recipes) });
}
