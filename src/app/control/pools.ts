/** The pools of a platform that scale. */
import { entries, find } from '../../blueprint/records.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import { scaleOf } from '../../plan/scale-settings.ts';

/** Demand is counted at balancers, so that a pool without a route has none that anybody knows. */
export function scalingPools(blueprint: Blueprint): ReadonlyMap<PoolName, ScaleSettings> {
  return new Map(
    entries(blueprint.pools).flatMap(([pool]) => {
      const routed = webRoutes(blueprint).some(({ to }) => to === pool);
      const settings = routed ? scaleOf(blueprint, pool)?.settings : undefined;
      return settings === undefined ? [] : [[pool, settings] as const];
    }),
  );
}

/** The pool that a person named, if it is one that scales. */
export function scalingPool(
  blueprint: Blueprint,
  which: string,
): { readonly pool: PoolName; readonly settings: ScaleSettings } {
  const scaling = scalingPools(blueprint);
  const pool = which as PoolName;
  const settings = scaling.get(pool);
  if (settings !== undefined) return { pool, settings };
  const declared = find(blueprint.pools, pool);
  if (declared === undefined) {
    throw new SpillwayError({
      code: 'no-pool',
      message: `${blueprint.platform} has no pool \`${which}\``,
      mend: mendName(
        which,
        entries(blueprint.pools).map(([name]) => name),
        'pool',
      ),
      exit: 'wrongInput',
    });
  }
  const [lacks, mend] =
    declared.overflow === undefined
      ? ['has no overflow', `say in the blueprint what may come: pools.${which}.overflow`]
      : declared.base.serves === undefined
        ? ['does not say what a machine serves', `say it in the blueprint: pools.${which}.base.serves`]
        : ['gets no route’s traffic', `lead a route to it in the blueprint: routes`];
  throw new SpillwayError({
    code: 'does-not-scale',
    message: `${which} does not scale: it ${lacks}`,
    mend: scaling.size === 0 ? mend : `${mend}; pools that scale: ${[...scaling.keys()].join(', ')}`,
    exit: 'wrongInput',
  });
}
