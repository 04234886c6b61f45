/** Databases and their accounts: what the server grants, and what an application needs to know to use it. */
import { rangeOf, toIp } from '../../model/ipv4.ts';
import type { DatabaseName, PoolName } from '../../model/ids.ts';
import type { Secret } from '../../model/secrets.ts';
import { networkBetween, type Platform } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { lines } from '../text.ts';

type Mark = (secret: Secret) => string;

export function accountSecret(database: DatabaseName, account: string): Secret {
  return { kind: 'password', name: `mariadb/${database}/${account}` };
}

export const replicationSecret = (pool: PoolName): Secret => ({
  kind: 'password',
  name: `mariadb/${pool}/replication`,
});

/** The name under which all machines know the pool's primary. */
export const primaryAlias = (pool: PoolName): string => `primary.${pool}`;

/** The environment in which an application finds its database. */
export function databaseEnvironment(
  { data }: Blueprint,
  { name, account }: { readonly name: DatabaseName; readonly account: string },
  mark: Mark,
): readonly (readonly [string, string])[] {
  return [
    ['DB_HOST', primaryAlias(the(data, name).pool)],
    ['DB_PORT', '3306'],
    ['DB_NAME', name],
    ['DB_USER', account],
    ['DB_PASSWORD', mark(accountSecret(name, account))],
  ];
}

/**
 * SQL that leads from any state to the wanted one. An account is tied to the
 * network over which it comes; the firewall ties it to the machines.
 */
export function accountsSql({ blueprint, assets }: Platform, pool: PoolName, mark: Mark): string {
  const databases = entries(blueprint.data).filter(([, { pool: holder }]) => holder === pool);
  return lines(
    databases.flatMap(([database, { accounts }]) => [
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
      `USE \`${database}\`;`,
      assets.schemas.get(database)?.trim() ?? '',
      ...entries(accounts).flatMap(([account, { from, rights }]) =>
        hostPatterns(blueprint, from, pool).flatMap((host) => [
          ...userSql(account, host, mark(accountSecret(database, account))),
          `REVOKE ALL PRIVILEGES, GRANT OPTION FROM '${account}'@'${host}';`,
          ...entries(rights).map(
            ([table, granted]) =>
              `GRANT ${granted.join(', ').toUpperCase()} ON \`${database}\`.${table === '*' ? '*' : `\`${table}\``} TO '${account}'@'${host}';`,
          ),
        ]),
      ),
    ]),
    hostPatterns(blueprint, [pool], pool).flatMap((host) => [
      ...userSql('replica', host, mark(replicationSecret(pool))),
      // The copy with which a replica starts is a dump, taken with the same account.
      `GRANT REPLICATION SLAVE, BINLOG MONITOR, RELOAD, SELECT, SHOW VIEW, LOCK TABLES, EVENT, TRIGGER ON *.* TO 'replica'@'${host}';`,
    ]),
  );
}

function userSql(name: string, host: string, password: string): readonly string[] {
  return [
    `CREATE USER IF NOT EXISTS '${name}'@'${host}' IDENTIFIED BY '${password}';`,
    `ALTER USER '${name}'@'${host}' IDENTIFIED BY '${password}';`,
  ];
}

/** `10.8.0.0/255.255.255.0` for every network over which these pools come. */
function hostPatterns(blueprint: Blueprint, from: readonly PoolName[], to: PoolName): readonly string[] {
  const networks = new Set(from.flatMap((pool) => networkBetween(blueprint, pool, to) ?? []));
  return [...networks].map((network) => {
    const { start, size } = rangeOf(the(blueprint.networks, network).cidr);
    return `${toIp(start)}/${toIp(2 ** 32 - size)}`;
  });
}
