/** What must be so for an application on one pool to use a database. */
import type { Finding } from '../../blueprint/problem.ts';
import { find } from '../../blueprint/records.ts';
import { portRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { DatabaseName, PoolName } from '../../model/ids.ts';
import { databasePort, databaseRole, lacksRoute } from '../databases.ts';
import { checkReach } from '../reach.ts';

interface Use {
  readonly name: DatabaseName;
  readonly account: string;
}

/** The account exists and may connect from there, and a flow leads to the database, or to who passes on to it. `path` is where the use is declared. */
export function checkDatabaseUse(
  blueprint: Blueprint,
  from: PoolName,
  use: Use | undefined,
  path: Finding['path'],
): readonly Finding[] {
  const database = find(blueprint.data, use?.name);
  if (use === undefined || database === undefined) return [];
  return [
    ...checkWay(blueprint, from, database.pool, use, [...path, 'name']),
    ...checkAccount(database.accounts, use, from, [...path, 'account']),
  ];
}

function checkWay(
  blueprint: Blueprint,
  from: PoolName,
  to: PoolName,
  { name }: Use,
  path: Finding['path'],
): readonly Finding[] {
  const what = `the database \`${name}\``;
  const role = databaseRole(blueprint, to);
  if (role !== undefined && lacksRoute(blueprint, to)) {
    const message = `${what} is on a pool with the role \`${role}\`, and no route leads there`;
    const mend = `add \`{ address: …, port: ${databasePort}, to: ${to} }\` to routes: the balancer knows which machine takes writes`;
    return [{ code: 'role-needs', message, mend, path, at: 'value', missedIn: 'routes' }];
  }
  const route = portRoutes(blueprint).find((one) => one.to === to);
  const address = find(blueprint.addresses, route?.address);
  if (route === undefined || address === undefined) {
    return role === undefined ? [] : checkReach(blueprint, { from, to, role, port: databasePort, what, path });
  }
  const there = find(blueprint.pools, from);
  if (there !== undefined && !there.networks.includes(address.network)) {
    const message = `${what} is reached at \`${route.address}\`, and \`${from}\` is not on its network \`${address.network}\``;
    const mend = `add \`${address.network}\` to pools.${from}.networks`;
    return [{ code: 'role-needs', message, mend, path, at: 'value' }];
  }
  return checkReach(blueprint, { from, to: address.pool, role: 'balancer', port: route.port, what, path });
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
