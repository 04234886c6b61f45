/** What must be so for an application on one pool to use a database. */
import type { Finding } from '../../blueprint/problem.ts';
import { find } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { DatabaseName, PoolName } from '../../model/ids.ts';
import { checkReach } from '../reach.ts';
import { databasePort } from './accounts.ts';

interface Use {
  readonly name: DatabaseName;
  readonly account: string;
}

/** The account exists and may connect from there, and a flow leads to the database. `path` is where the use is declared. */
export function checkDatabaseUse(
  blueprint: Blueprint,
  from: PoolName,
  use: Use | undefined,
  path: Finding['path'],
): readonly Finding[] {
  const database = find(blueprint.data, use?.name);
  if (use === undefined || database === undefined) return [];
  const what = `the database \`${use.name}\``;
  return [
    ...checkReach(blueprint, {
      from,
      to: database.pool,
      role: 'mariadb',
      port: databasePort,
      what,
      path: [...path, 'name'],
    }),
    ...checkAccount(database.accounts, use, from, [...path, 'account']),
  ];
}

function checkAccount(
  accounts: Blueprint['data'][DatabaseName]['accounts'],
  { name, account }: Use,
  from: PoolName,
  path: Finding['path'],
): readonly Finding[] {
  const declared = find(accounts, account);
  if (declared === undefined) {
    const message = `the database \`${name}\` has no account \`${account}\``;
    const mend = mendName(account, Object.keys(accounts), 'account');
    return [{ code: 'unknown-name', message, mend, path, at: 'value' }];
  }
  if (declared.from.includes(from)) return [];
  const message = `the account \`${account}\` may not connect from \`${from}\``;
  const mend = `add \`${from}\` to data.${name}.accounts.${account}.from`;
  return [{ code: 'role-needs', message, mend, path, at: 'value' }];
}
