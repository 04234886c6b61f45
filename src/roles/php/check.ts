import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { checkDatabaseUse } from '../mariadb/use.ts';
import type { RoleCheck } from '../role.ts';

/** PHP can use the database that it is given, and has one if it keeps sessions there. */
export const checkPhp: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(
    ([
      pool,
      {
        roles: { php },
      },
    ]): readonly Finding[] => {
      if (php === undefined) return [];
      const path = ['pools', pool, 'roles', 'php'];
      if (php.sessions === 'database' && php.database === undefined) {
        const mend = `add \`database: { name: …, account: … }\` to pools.${pool}.roles.php`;
        const message = 'PHP is given no database in which it could keep sessions';
        return [{ code: 'missing-key', message, mend, path: [...path, 'sessions'], at: 'value' }];
      }
      return checkDatabaseUse(blueprint, pool, php.database, [...path, 'database']);
    },
  );
