import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { RoleCheck } from '../role.ts';
import { placesOf } from './places.ts';

/** Every primary and replica has a machine at its site, and every machine a part that it keeps. */
export const checkMariadb: RoleCheck = (blueprint) => [
  ...partsWithoutMachines(blueprint),
  ...serversThatComeAndGo(blueprint),
];

function partsWithoutMachines({ pools }: Blueprint): Finding[] {
  return entries(pools).flatMap(([pool, { roles, base }]): Finding[] => {
    const settings = roles.mariadb;
    if (settings === undefined) return [];
    const at = ['pools', pool, 'roles', 'mariadb'];
    const { machineless, idle } = placesOf(settings, base);
    return [
      ...machineless.map(({ site, replica }): Finding => ({
        code: replica === undefined ? 'primary-in-no-site' : 'replica-in-no-site',
        message: `${replica === undefined ? 'the primary' : 'a replica'} is to be in \`${site}\`, and \`${pool}\` has no ${replica === undefined ? '' : 'further '}machine there`,
        mend: `add \`${site}\` to pools.${pool}.base.site and raise its count`,
        path: replica === undefined ? [...at, 'primary'] : [...at, 'replicas', replica],
        at: 'value',
      })),
      // Where a part has no machine, the machine without a part is the other half of one mistake.
      ...(machineless.length > 0 ? [] : idle).map((site): Finding => ({
        code: 'replica-in-no-site',
        message: `\`${pool}\` has a machine in \`${site}\` that is neither primary nor replica`,
        mend: `add \`${site}\` to pools.${pool}.roles.mariadb.replicas, or lower the count`,
        path: ['pools', pool, 'base', 'count'],
        at: 'value',
      })),
    ];
  });
}

function serversThatComeAndGo({ pools }: Blueprint): Finding[] {
  return entries(pools).flatMap(([pool, { roles, overflow }]): Finding[] =>
    roles.mariadb === undefined || overflow === undefined
      ? []
      : [
          {
            code: 'role-needs',
            message: `\`${pool}\` holds a database, which cannot come and go with the load`,
            mend: 'remove `overflow`, or give the database a pool of its own',
            path: ['pools', pool, 'overflow'],
            at: 'key',
          },
        ],
  );
}
