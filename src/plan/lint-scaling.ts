/** Pools whose overflow never comes, whatever is asked of them. */
import { entries } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';
import type { Found } from './found.ts';

/** Why, in words that go on from the pool's name, and what to write; undefined where it does come, or there is none. */
export function whyNeverGrows(
  blueprint: Blueprint,
  name: PoolName,
): { readonly lacks: string; readonly mend: string } | undefined {
  const pool = blueprint.pools[name];
  if (pool?.overflow === undefined) return undefined;
  if (!webRoutes(blueprint).some(({ to }) => to === name))
    return {
      lacks: 'gets no route’s traffic',
      mend: `lead a route to \`${name}\`, or take pools.${name}.overflow away`,
    };
  if (pool.base.serves !== undefined) return undefined;
  return {
    lacks: 'does not say what a machine serves',
    mend: `measure it, and add \`serves\` to pools.${name}.base, for example \`serves: 200 requests/s\``,
  };
}

export function neverGrows(blueprint: Blueprint): Found[] {
  return entries(blueprint.pools).flatMap(([name]): Found[] => {
    const why = whyNeverGrows(blueprint, name);
    if (why === undefined) return [];
    const says = `the overflow of \`${name}\` never comes: the pool ${why.lacks}`;
    return [{ name: `never-grows:${name}`, severity: 'warned', says, mend: why.mend }];
  });
}
