/** Roles to which a route may lead by port. A role that takes such connections adds its line here. */
import { rolesOf } from '../blueprint/platform.ts';
import type { Finding } from '../blueprint/problem.ts';
import { find } from '../blueprint/records.ts';
import { isPortRoute } from '../blueprint/routes.ts';
import type { Blueprint, RoleName } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';
import { galeraDoor } from './galera/door.ts';

/** Where machines of a role take connections that a balancer passes on as they are, and how it knows which may get them. */
export interface Door {
  readonly port: number;
  /** Asked over HTTP; 200 says that the machine may get connections. */
  readonly health: { readonly port: number; readonly path: string };
}

const doors: { readonly [Role in RoleName]?: Door } = { galera: galeraDoor };

export function doorOf(blueprint: Blueprint, pool: PoolName): Door | undefined {
  if (find(blueprint.pools, pool) === undefined) return undefined;
  return rolesOf(blueprint, pool)
    .map((role) => doors[role])
    .find((door) => door !== undefined);
}

/** A balancer would not know which machines may get the connections. */
export function checkDoors(blueprint: Blueprint): readonly Finding[] {
  const able = Object.keys(doors).map((role) => `\`${role}\``);
  return blueprint.routes.flatMap((route, index): readonly Finding[] => {
    if (!isPortRoute(route) || find(blueprint.pools, route.to) === undefined) return [];
    if (doorOf(blueprint, route.to) !== undefined) return [];
    return [
      {
        code: 'role-needs',
        message: `no role of \`${route.to}\` takes connections that are passed on by port`,
        mend: `lead the route to a pool with the role ${able.join(' or ')}, or give it a \`host\` if it is for visits`,
        path: ['routes', index, 'to'],
        at: 'value',
      },
    ];
  });
}
