/** Roles whose machines hold a database that a ledger can write to, and how applications reach it. */
import { entries, find } from '../../blueprint/records.ts';
import type { Blueprint, RoleName } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { databasePort, primaryAlias } from '../../roles/databases.ts';
import type { Takers } from './ledger.ts';

interface Database {
  readonly role: RoleName;
  readonly port: number;
  readonly takers: Takers;
  /** The name by which applications on every machine find where writes are taken, whatever it leads to. */
  readonly nameOf: (pool: PoolName) => string;
}

const databases: readonly Database[] = [{ role: 'mariadb', port: databasePort, takers: 'one', nameOf: primaryAlias }];

export function databaseOf({ pools }: Blueprint, pool: PoolName): Database | undefined {
  const roles = find(pools, pool)?.roles;
  return roles && databases.find(({ role }) => roles[role] !== undefined);
}

export function databasePools(blueprint: Blueprint): readonly PoolName[] {
  return entries(blueprint.pools).flatMap(([pool]) => (databaseOf(blueprint, pool) === undefined ? [] : [pool]));
}
