/** Roles that hold databases, and where applications find them. A role that does adds its line here. */
import { rolesOf, type Platform } from '../blueprint/platform.ts';
import type { Finding } from '../blueprint/problem.ts';
import { entries, find } from '../blueprint/records.ts';
import { portRoutes } from '../blueprint/routes.ts';
import type { Blueprint, RoleName } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';

/** Where every server answers. */
export const databasePort = 3306;

interface Holder {
  /** The host name that leads to a pool's server which takes writes; undefined where only a route does. */
  readonly alias: ((pool: PoolName) => string) | undefined;
}

/** The name under which all machines know the pool's primary. */
export const primaryAlias = (pool: PoolName): string => `primary.${pool}`;

const holders: { readonly [Role in RoleName]?: Holder } = {
  mariadb: { alias: primaryAlias },
  galera: { alias: undefined },
};

/** The role by which a pool holds databases. */
export function databaseRole(blueprint: Blueprint, pool: PoolName): RoleName | undefined {
  return find(blueprint.pools, pool) && rolesOf(blueprint, pool).find((role) => holders[role] !== undefined);
}

/** Where applications reach a pool's databases: by a route if there is one. */
export function databasePlace(
  { blueprint, addresses }: Platform,
  pool: PoolName,
): { readonly host: string; readonly port: number } {
  const route = portRoutes(blueprint).find(({ to }) => to === pool);
  const ip = addresses.find(({ name }) => name === route?.address)?.ip;
  if (route !== undefined && ip !== undefined) return { host: ip, port: route.port };
  const role = databaseRole(blueprint, pool);
  const host = role && holders[role]?.alias?.(pool);
  if (host === undefined) throw new Error(`the checked blueprint leads nobody to the databases of ${pool}`);
  return { host, port: databasePort };
}

/** The pools whose machines pass connections on to that one. */
export function passingOn(blueprint: Blueprint, pool: PoolName): readonly PoolName[] {
  const { addresses } = blueprint;
  return portRoutes(blueprint)
    .filter(({ to }) => to === pool)
    .flatMap(({ address }) => find(addresses, address)?.pool ?? []);
}

/** Whether somebody has to lead applications to a pool's databases, and nobody does. */
export function lacksRoute(blueprint: Blueprint, pool: PoolName): boolean {
  const role = databaseRole(blueprint, pool);
  return role !== undefined && holders[role]?.alias === undefined && passingOn(blueprint, pool).length === 0;
}

/** Every database has a server, on which every account is one. */
export function checkDatabases(blueprint: Blueprint): readonly Finding[] {
  return [...withoutServer(blueprint), ...accountsTwice(blueprint)];
}

function withoutServer(blueprint: Blueprint): readonly Finding[] {
  return entries(blueprint.data).flatMap(([name, { pool }]): Finding[] =>
    find(blueprint.pools, pool) === undefined || databaseRole(blueprint, pool) !== undefined
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
function accountsTwice({ data }: Blueprint): readonly Finding[] {
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
