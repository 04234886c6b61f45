/** Databases and their accounts: what the server grants, and what an application needs to know to use it. */
import { rangeOf, toIp } from '../../model/ipv4.ts';
import type { DatabaseName, PoolName } from '../../model/ids.ts';
import type { FileSpec, TaskSpec } from '../../model/recipe.ts';
import type { Secret } from '../../model/secrets.ts';
import { ipOn, networkBetween, type Platform } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { databasePlace, passingOn } from '../databases.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createSessionsTable, sessionAccounts, sessionRights, sessionsTable } from '../php/sessions.ts';
import { differs, firstLine, lines } from '../text.ts';

type Mark = (secret: Secret) => string;

export function accountSecret(database: DatabaseName, account: string): Secret {
  return { kind: 'password', name: `mariadb/${database}/${account}` };
}

export const replicationSecret = (pool: PoolName): Secret => ({
  kind: 'password',
  name: `mariadb/${pool}/replication`,
});

/**
 * The environment in which an application finds its database. Where a server of it stands on the same machine,
 * `local` is the IP at which that one knows the account.
 */
export function databaseEnvironment(
  platform: Platform,
  { name, account }: { readonly name: DatabaseName; readonly account: string },
  mark: Mark,
  local?: string,
): readonly (readonly [string, string])[] {
  const { host, port } = databasePlace(platform, the(platform.blueprint.data, name).pool);
  return [
    ['DB_HOST', host],
    ...(local === undefined ? [] : [['DB_LOCAL_HOST', local] as const]),
    ['DB_PORT', String(port)],
    ['DB_NAME', name],
    ['DB_USER', account],
    ['DB_PASSWORD', mark(accountSecret(name, account))],
  ];
}

/** The database and the account of a rehearsal's ledger, while one is kept: whatever is set up meanwhile leaves them alone. */
export const ledgerName = 'spillway_ledger';

interface Account {
  readonly grantee: string;
  readonly password: string;
  /** By what it is on, for example `*.*`: privileges as the server names them. */
  readonly rights: readonly (readonly [string, readonly string[]])[];
}

/** Who may use the pool's servers from another machine, and for what. */
function accountsOf(platform: Platform, pool: PoolName, mark: Mark): readonly Account[] {
  const { blueprint } = platform;
  return [
    ...databasesOf(platform, pool).flatMap(([database, { accounts }]) =>
      entries(accounts).flatMap(([account, { from, rights }]) =>
        // Tied to the network over which it comes; the firewall ties it to the machines.
        networksBetween(blueprint, [...from, ...passingOn(blueprint, pool)], pool).map((host): Account => ({
          grantee: `'${account}'@'${host}'`,
          password: mark(accountSecret(database, account)),
          rights: [
            ...entries(rights).map(([table, granted]): Account['rights'][number] => [
              `\`${database}\`.${table === '*' ? '*' : `\`${table}\``}`,
              granted.map((right) => right.toUpperCase()),
            ]),
            ...(sessionAccounts(blueprint, database).has(account)
              ? [[`\`${database}\`.\`${sessionsTable}\``, sessionRights] as const]
              : []),
          ],
        })),
      ),
    ),
    ...replicaHosts(platform, pool).map((host): Account => ({
      grantee: `'replica'@'${host}'`,
      password: mark(replicationSecret(pool)),
      rights: [['*.*', replicaRights]],
    })),
  ];
}

/** The copy with which a replica starts is a dump, taken with the same account; it may see what it will hold anyway. */
const replicaRights = [
  'REPLICATION SLAVE',
  'BINLOG MONITOR',
  'RELOAD',
  'SELECT',
  'SHOW VIEW',
  'LOCK TABLES',
  'EVENT',
  'TRIGGER',
];

/** SQL that makes the databases and accounts that are missing. What the accounts may do is `rightsSql`'s. */
export function accountsSql(platform: Platform, pool: PoolName, mark: Mark): string {
  return lines(
    the(platform.blueprint.pools, pool).roles.mariadb !== undefined && createHeartbeat,
    databasesOf(platform, pool).flatMap(([database]) => [
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
      `USE \`${database}\`;`,
      ...(sessionAccounts(platform.blueprint, database).size > 0 ? [createSessionsTable] : []),
    ]),
    accountsOf(platform, pool, mark).flatMap(({ grantee, password }) => [
      `CREATE USER IF NOT EXISTS ${grantee} IDENTIFIED BY '${password}';`,
      `ALTER USER ${grantee} IDENTIFIED BY '${password}';`,
    ]),
  );
}

/**
 * A query that prints the SQL by which the rights of all accounts become the
 * wanted ones; nothing when they are. So no account lacks for an instant what it
 * may, and none that was once wanted lives on. Accounts of the server's own host
 * are the package's, and that of a rehearsal's ledger goes with it.
 */
export function rightsSql(platform: Platform, pool: PoolName): string {
  // USAGE is to have no right at all: it stands for the account itself.
  const wanted = accountsOf(platform, pool, () => '').flatMap(({ grantee, rights }) =>
    [['*.*', ['USAGE']] as const, ...rights].flatMap(([place, privileges]) =>
      privileges.map((privilege) => `("${grantee}", '${place}', '${privilege}')`),
    ),
  );
  const seen = (table: string, on: string) =>
    `  SELECT grantee, ${on}, privilege_type, is_grantable FROM information_schema.${table}_privileges`;
  return lines(
    'WITH wanted (grantee, place, privilege) AS (VALUES',
    `  ${[`('', '', '')`, ...wanted].join(',\n  ')}`,
    '), granted (grantee, place, privilege, grantable) AS (',
    seen('user', `'*.*'`),
    '  UNION',
    seen('schema', "CONCAT('`', table_schema, '`.*')"),
    '  UNION',
    seen('table', "CONCAT('`', table_schema, '`.`', table_name, '`')"),
    '), present (grantee, place, privilege) AS (',
    `  SELECT grantee, place, privilege FROM granted WHERE grantee NOT LIKE '%@''localhost''' AND grantee NOT LIKE '''${ledgerName}''@%'`,
    `  UNION SELECT grantee, place, 'GRANT OPTION' FROM granted WHERE grantable = 'YES' AND grantee NOT LIKE '%@''localhost''' AND grantee NOT LIKE '''${ledgerName}''@%'`,
    ')',
    `SELECT CONCAT('GRANT ', privilege, ' ON ', place, ' TO ', grantee, ';') FROM wanted`,
    `  WHERE grantee <> '' AND (grantee, place, privilege) NOT IN (SELECT * FROM present)`,
    `  AND (privilege <> 'USAGE' OR grantee NOT IN (SELECT grantee FROM present))`,
    'UNION',
    `SELECT CONCAT('REVOKE ', privilege, ' ON ', place, ' FROM ', grantee, ';') FROM present`,
    `  WHERE privilege <> 'USAGE' AND grantee IN (SELECT grantee FROM wanted)`,
    '  AND (grantee, place, privilege) NOT IN (SELECT * FROM wanted)',
    'UNION',
    `SELECT CONCAT('DROP USER ', grantee, ';') FROM present WHERE grantee NOT IN (SELECT grantee FROM wanted);`,
  );
}

/** Runs what is in the two files: `accountsSql`, and what `rightsSql` finds to be mended; between them the schemas. */
export function accountsTask(
  { accounts, rights }: { readonly accounts: string; readonly rights: string },
  schemas: { readonly script: string; readonly files: readonly FileSpec[] },
): TaskSpec {
  return {
    name: 'databases and accounts',
    when: 'after-units',
    check: rightsCheck(rights),
    run: lines(
      'set -e',
      `mariadb --batch < ${accounts}`,
      schemas.script.trimEnd(),
      `mend=$(mariadb -BNr < ${rights})`,
      'echo "$mend" | mariadb --batch',
    ),
    inputs: [accounts, rights, ...schemas.files.map(({ path }) => path)],
  };
}

/** Exits 0 when the query in that file (`rightsSql`) has nothing to mend; else says of an account what. */
function rightsCheck(rights: string): string {
  return lines(
    differs,
    `mend=$(mariadb -BNr < ${rights}) || differs 'the server does not answer'`,
    '[ -n "$mend" ] || exit 0',
    `echo "$mend" | tr -d "'\\\`" | sed \\`,
    `  -e 's/^GRANT USAGE ON .* TO \\(.*\\);$/account \\1 is missing/' \\`,
    `  -e 's/^GRANT \\(.*\\) ON \\(.*\\) TO \\(.*\\);$/account \\3 lacks \\1 on \\2/' \\`,
    `  -e 's/^REVOKE \\(.*\\) ON \\(.*\\) FROM \\(.*\\);$/account \\3 has \\1 on \\2, and should not/' \\`,
    `  -e 's/^DROP USER \\(.*\\);$/account \\1 should not be there/' |`,
    `  sort | ${firstLine}`,
    'exit 1',
  );
}

function databasesOf({ blueprint }: Platform, pool: PoolName) {
  return entries(blueprint.data).filter(([, { pool: holder }]) => holder === pool);
}

/** Any machine of a pool with a primary may come to follow another one; nobody else may. */
function replicaHosts({ blueprint, pools }: Platform, pool: PoolName): readonly string[] {
  if (the(blueprint.pools, pool).roles.mariadb === undefined) return [];
  const machines = pools.get(pool) ?? [];
  const network = networkBetween(blueprint, pool, pool);
  return machines.length < 2 ? [] : machines.flatMap((machine) => ipOn(machine, network) ?? []);
}

/** `10.8.0.0/255.255.255.0` for every network over which these pools come. */
function networksBetween(blueprint: Blueprint, from: readonly PoolName[], to: PoolName): readonly string[] {
  const networks = new Set(from.flatMap((pool) => networkBetween(blueprint, pool, to) ?? []));
  return [...networks].map((network) => {
    const { start, size } = rangeOf(the(blueprint.networks, network).cidr);
    return `${toIp(start)}/${toIp(2 ** 32 - size)}`;
  });
}
