import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { checkDatabaseUse } from '../mariadb/use.ts';
import type { RoleCheck } from '../role.ts';

/** PHP can use the database that it is given. */
export const checkPhp: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(([pool, { roles }]): readonly Finding[] =>
    checkDatabaseUse(blueprint, pool, roles.php?.database, ['pools', pool, 'roles', 'php', 'database']),
  );
