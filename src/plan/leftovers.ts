import type { Noted } from '../model/facts.ts';
import type { Change, Reason } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';

const why: Reason = { code: 'not-wanted', says: 'no role of the machine wants it any more' };

/**
 * What Spillway once wrote or started on a machine, and no recipe speaks of any
 * more. Units go first: they may still read the files.
 */
export function leftovers(recipes: readonly Recipe[], noted: Noted): readonly Change[] {
  const units = new Set(recipes.flatMap((recipe) => recipe.units.map(({ name }) => name)));
  const paths = new Set(recipes.flatMap(({ files, absent }) => [...files.map(({ path }) => path), ...absent]));
  const synced = recipes.flatMap((recipe) => recipe.synced);
  return [
    ...noted.units.filter((unit) => !units.has(unit)).map((unit): Change => ({ kind: 'stop-unit', unit, why })),
    ...noted.paths
      .filter((path) => !paths.has(path) && !synced.some((folder) => path.startsWith(`${folder}/`)))
      .map((path): Change => ({ kind: 'remove-file', path, why })),
  ];
}
