import { isWebRoute, webRoutes, type Route } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';

/** Routes to the same pool that judge it by the same page share a backend. */
export function backendName(route: Route): string {
  const { to } = route;
  // No page has a colon in its part of the name.
  if (!isWebRoute(route)) return `${to}:${route.port}`;
  const page = route.health.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  // No pool has a dot in its name, so that two of these are never alike.
  return page === '' || page === 'health' ? to : `${to}.${page}`;
}

/** The backends by which balancers lead visits to a pool. */
export function backendsOf(blueprint: Blueprint, pool: PoolName): readonly string[] {
  return [
    ...new Set(
      webRoutes(blueprint)
        .filter(({ to }) => to === pool)
        .map(backendName),
    ),
  ];
}
