import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';

type Route = Blueprint['routes'][number];

/** Routes to the same pool that judge it by the same page share a backend. */
export function backendName({ to, health }: Route): string {
  const page = health.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  // No pool has a dot in its name, so that two of these are never alike.
  return page === '' || page === 'health' ? to : `${to}.${page}`;
}

/** The backends by which balancers lead to a pool. */
export function backendsOf({ routes }: Blueprint, pool: PoolName): readonly string[] {
  return [...new Set(routes.filter(({ to }) => to === pool).map(backendName))];
}
