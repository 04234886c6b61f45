import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { RoleCheck } from '../role.ts';

/** Nodes stay, speak among themselves only, and have the server to themselves. */
export const checkGalera: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(([pool, { roles, networks, overflow }]): Finding[] => {
    if (roles.galera === undefined) return [];
    const at = ['pools', pool, 'roles', 'galera'];
    return [
      ...staying(pool, overflow, 'holds a database'),
      ...(networks.some((name) => isPrivate(blueprint, name))
        ? []
        : [
            {
              code: 'role-needs' as const,
              message:
                'what the nodes of a cluster tell one another is not encrypted, and this pool is on no private network',
              mend: `add a private network to pools.${pool}.networks`,
              path: at,
              at: 'key' as const,
            },
          ]),
      ...(roles.mariadb === undefined
        ? []
        : [
            {
              code: 'role-needs' as const,
              message: `\`${pool}\` has both \`galera\` and \`mariadb\`, and a machine runs one server`,
              mend: 'keep the one that you mean',
              path: at,
              at: 'key' as const,
            },
          ]),
    ];
  });

/** Who votes, or holds data, cannot come and go with the load. */
export function staying(pool: string, overflow: unknown, what: string): readonly Finding[] {
  if (overflow === undefined) return [];
  return [
    {
      code: 'role-needs',
      message: `\`${pool}\` ${what}, and cannot come and go with the load`,
      mend: 'remove `overflow`, or give the rest a pool of its own',
      path: ['pools', pool, 'overflow'],
      at: 'key',
    },
  ];
}

function isPrivate({ networks }: Blueprint, name: keyof Blueprint['networks']): boolean {
  return networks[name]?.kind !== 'public';
}
