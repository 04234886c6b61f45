/**
 * A schema is applied whole or not at all. What changes tables cannot be rolled back, so it is tried first on a scratch
 * database that has the tables of the live one, and by an account that may touch nothing else.
 */
import type { DatabaseName, PoolName } from '../../model/ids.ts';
import type { FileSpec } from '../../model/recipe.ts';
import type { Platform } from '../../blueprint/platform.ts';
import { entries } from '../../blueprint/records.ts';
import { lines } from '../text.ts';

const pathOf = (database: DatabaseName) => `/etc/mysql/spillway/schema-${database}.sql`;

function schemasOf({ blueprint, assets }: Platform, pool: PoolName) {
  return entries(blueprint.data).flatMap(([database, { pool: holder }]) => {
    const sql = assets.schemas.get(database);
    return holder !== pool || sql === undefined ? [] : [{ database, sql, path: pathOf(database) }];
  });
}

/** As they are, so that the line of which the server speaks is that of the file that a person wrote. */
export function schemaFiles(platform: Platform, pool: PoolName): readonly FileSpec[] {
  return schemasOf(platform, pool).map(({ path, sql }): FileSpec => ({
    path,
    content: sql.endsWith('\n') ? sql : `${sql}\n`,
    owner: 'root:root',
    mode: 0o600,
  }));
}

/** What is done for the scratch stays on this server: neither its replicas nor its cluster get it. */
const onlyHere = { mariadb: 'set sql_log_bin = 0', galera: 'set sql_log_bin = 0, wsrep_on = 0' } as const;

/** Shell text: exits 1 with the line that fails, before anything was changed. The databases are there. */
export function schemaScript(platform: Platform, pool: PoolName, server: keyof typeof onlyHere): string {
  const schemas = schemasOf(platform, pool);
  if (schemas.length === 0) return '';
  const here = `--batch --init-command='${onlyHere[server]}'`;
  return lines(
    'try_schema() (',
    '  scratch=spillway_scratch_$1',
    '  word=$(head -c 18 /dev/urandom | base64 | tr "+/" "ab")',
    `  gone() { echo "drop database if exists \\\`$scratch\\\`; drop user if exists spillway_scratch@localhost;" | mariadb ${here}; }`,
    '  trap gone EXIT',
    `  mariadb ${here} <<end`,
    'drop database if exists \\`$scratch\\`;',
    'create database \\`$scratch\\` character set utf8mb4 collate utf8mb4_unicode_ci;',
    "create or replace user spillway_scratch@localhost identified by '$word';",
    'grant all on \\`$scratch\\`.* to spillway_scratch@localhost;',
    // To say that nothing of it goes to others.
    'grant super, binlog admin on *.* to spillway_scratch@localhost;',
    'end',
    `  mariadb-dump --no-data --skip-lock-tables --routines "$1" | mariadb ${here} "$scratch"`,
    `  says=$(MYSQL_PWD=$word mariadb ${here} --user=spillway_scratch "$scratch" < "$2" 2>&1 >/dev/null) || {`,
    '    echo "the schema of $1 fails, and nothing of it was applied: $says" >&2',
    '    exit 1',
    '  }',
    ')',
    schemas.map(({ database, path }) => `try_schema ${database} ${path}`),
    schemas.map(({ database, path }) => `mariadb --batch ${database} < ${path}`),
  );
}
