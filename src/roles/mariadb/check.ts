import { entries, find } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { RoleCheck } from '../role.ts';
import { placesOf } from './places.ts';

/**
 * Every primary and replica has a machine at its site, and every machine a part that it
 * keeps. Every database has a server, on which every account is one.
 */
export const checkMariadb: RoleCheck = (blueprint) => [
  ...partsWithoutMachines(blueprint),
  ...serversThatComeAndGo(blueprint),
  ...databasesWithoutServer(blueprint),
  ...accountsTwice(blueprint),
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

function databasesWithoutServer({ pools, data }: Blueprint): Finding[] {
  return entries(data).flatMap(([name, { pool }]): Finding[] =>
    find(pools, pool)?.roles.mariadb !== undefined || find(pools, pool) === undefined
      ? []
      : [
          {
            code: 'role-needs',
            message: `the pool \`${pool}\` has no database server`,
            mend: `add \`mariadb:\` to pools.${pool}.roles`,
            path: ['data', name, 'pool'],
            at: 'value',
          },
        ],
  );
}

/** An account is the server's: of two, the second would take the first one's password. */
function accountsTwice({ data }: Blueprint): Finding[] {
  const all = entries(data);
  return all.flatMap(([name, { pool, accounts }], index) =>
    Object.keys(accounts).flatMap((account): Finding[] => {
      const earlier = all
        .slice(0, index)
        .find(([, other]) => other.pool === pool && Object.hasOwn(other.accounts, account));
      if (earlier === undefined) return [];
      return [
        {
          code: 'duplicate-name',
          message: `the database \`${earlier[0]}\`, also on \`${pool}\`, has an account \`${account}\` already`,
          mend: 'give it another name: accounts are those of the whole server',
          path: ['data', name, 'accounts', account],
          at: 'key',
        },
      ];
    }),
  );
}
