import type { Noted } from '../model/facts.ts';
import type { Change, Reason } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';

const why: Reason = { code: 'not-wanted', says: 'no role of the machine wants it any more' };

/**
 * What Spillway once wrote or started on a machine, and no recipe speaks of any
 * more. Units go first: they may still read the files.
 */
export function leftovers(recipes: readonly Recipe[], noted: Noted): readonly Change[] {
  const spoken = recipes.map(spokenOf);
  const synced = recipes.flatMap((recipe) => recipe.synced);
  return [
    ...noted.units
      .filter((unit) => !spoken.some(({ units }) => units.has(unit)))
      .map((unit): Change => ({ kind: 'stop-unit', unit, why })),
    ...noted.paths
      .filter((path) => !spoken.some(({ paths }) => paths.has(path)))
      .filter((path) => !synced.some((folder) => path.startsWith(`${folder}/`)))
      .map((path): Change => ({ kind: 'remove-file', path, why })),
  ];
}

interface Spoken {
  readonly units: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

/** By recipe, for many machines share one. */
const known = new WeakMap<Recipe, Spoken>();

function spokenOf(recipe: Recipe): Spoken {
  const { units, files, absent } = recipe;
  const before = known.get(recipe);
  if (before !== undefined) return before;
  const spoken = {
    units: new Set(units.map(({ name }) => name)),
    paths: new Set([...files.map(({ path }) => path), ...absent]),
  };
  known.set(recipe, spoken);
  return spoken;
}
