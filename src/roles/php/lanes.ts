/**
 * The lanes on which pages of PHP are made: each has workers of its own, so that no page waits behind those of another
 * lane.
 */
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';

export type Lane = 'visitors' | 'slow' | 'checks';

export const laneSocket = (lane: Lane): string =>
  lane === 'visitors' ? '/run/php/spillway.sock' : `/run/php/spillway-${lane}.sock`;

/** Under this name nginx knows it. */
export const laneUpstream = (lane: Lane): string => `php-${lane}`;

/** Those of a pool that has the role `php`. */
export function lanesOf(blueprint: Blueprint, pool: PoolName): readonly Lane[] {
  const slow = blueprint.pools[pool]?.roles.php?.slow;
  return [
    'visitors',
    ...(slow === undefined ? [] : ['slow' as const]),
    ...(checkedPages(blueprint, pool).length === 0 ? [] : ['checks' as const]),
  ];
}

/** The pages by which balancers judge machines of the pool. */
export function checkedPages(blueprint: Blueprint, pool: PoolName): readonly string[] {
  return [
    ...new Set(
      webRoutes(blueprint)
        .filter(({ to }) => to === pool)
        .map(({ health }) => health),
    ),
  ];
}
