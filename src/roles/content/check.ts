import { entries, find } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { ContentName, PoolName } from '../../model/ids.ts';
import { checkDatabaseUse } from '../mariadb/use.ts';
import { checkReach } from '../reach.ts';
import type { RoleCheck } from '../role.ts';
import { rsyncPort } from './port.ts';

/** The original lies on a machine that has the role, copies can come for it, and what fills it can use its database. */
export const checkContent: RoleCheck = (blueprint) => [
  ...entries(blueprint.content).flatMap(([name, { origin, fill }]) => {
    const misplaced = originWithoutRole(blueprint, name, origin);
    if (misplaced.length > 0) return misplaced;
    return checkDatabaseUse(blueprint, origin, fill?.database, ['content', name, 'fill', 'database']);
  }),
  ...copiesWithoutFlow(blueprint),
];

function originWithoutRole({ pools }: Blueprint, name: ContentName, origin: PoolName): Finding[] {
  const holder = find(pools, origin);
  if (holder === undefined || holder.roles.content?.of === name) return [];
  return [
    {
      code: 'role-needs',
      message: `the pool \`${origin}\` does not hold this content`,
      mend: `add \`content: { of: ${name} }\` to pools.${origin}.roles`,
      path: ['content', name, 'origin'],
      at: 'value',
    },
  ];
}

function copiesWithoutFlow(blueprint: Blueprint): readonly Finding[] {
  return entries(blueprint.pools).flatMap(([pool, { roles }]): readonly Finding[] => {
    const held = find(blueprint.content, roles.content?.of);
    if (roles.content === undefined || held === undefined) return [];
    return checkReach(blueprint, {
      from: pool,
      to: held.origin,
      role: 'content',
      port: rsyncPort,
      what: `the original of \`${roles.content.of}\``,
      path: ['pools', pool, 'roles', 'content', 'of'],
    });
  });
}
