/** Routes that prefer the machine that is the primary. */
import type { Machine } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { isWebRoute, webRoutes, type WebRoute } from '../../blueprint/routes.ts';
import { isFirstPrimary } from '../mariadb/places.ts';

export type RouteWeights = NonNullable<WebRoute['weights']>;

export const weightsOf = (route: Blueprint['routes'][number]): RouteWeights | undefined =>
  isWebRoute(route) ? route.weights : undefined;

/** Those of the pools that have any; all routes to a pool have the same. */
export function routeWeights(blueprint: Blueprint): ReadonlyMap<PoolName, RouteWeights> {
  return new Map(
    entries(blueprint.pools).flatMap(([pool]) => {
      const weights = webRoutes(blueprint).find(({ to }) => to === pool)?.weights;
      return weights === undefined ? [] : [[pool, weights] as const];
    }),
  );
}

/**
 * What stands in HAProxy's configuration: by the primary of the blueprint, whoever it is by now. So no move changes
 * the file, and with it reloads HAProxy; the controller says over the runtime socket what differs.
 */
export function weightAtFirst(blueprint: Blueprint, { pool, ordinal }: Machine): number | undefined {
  const weights = routeWeights(blueprint).get(pool);
  const { base, roles } = the(blueprint.pools, pool);
  if (weights === undefined || roles.mariadb === undefined) return undefined;
  return isFirstPrimary(roles.mariadb, base, ordinal) ? weights.primary : weights.others;
}
