/** The ledger's own database: what makes it, what is written into it, what takes it away. */
import { hash } from 'node:crypto';
import { ledgerName } from '../../roles/mariadb/accounts.ts';

/**
 * SQL for root, on a machine that takes writes. The account may come from wherever the firewall lets somebody in, and
 * may do no more than write and count; of its password only the hash travels, and lies in the binary log. What a
 * rehearsal left that was killed goes first.
 */
export function makeSql(password: string): string {
  // No id is unique, or one that came twice could not be seen. A cluster wants a key in every table all the same.
  const table = (name: string) =>
    `CREATE TABLE ${ledgerName}.${name} (place BIGINT AUTO_INCREMENT PRIMARY KEY, id INT NOT NULL, writer INT NOT NULL) ENGINE = InnoDB;`;
  return [
    dropSql,
    `CREATE DATABASE ${ledgerName};`,
    table('writes'),
    table('probes'),
    `CREATE USER ${ledgerName}@'%' IDENTIFIED BY PASSWORD '${hashOf(password)}';`,
    `GRANT INSERT, SELECT ON ${ledgerName}.* TO ${ledgerName}@'%';`,
  ].join('\n');
}

export const dropSql = `DROP DATABASE IF EXISTS ${ledgerName}; DROP USER IF EXISTS ${ledgerName}@'%';`;

/** As `mysql_native_password` keeps it: what proves a password, and does not tell it. */
function hashOf(password: string): string {
  const once = hash('sha1', password, 'buffer');
  return `*${hash('sha1', once, 'hex').toUpperCase()}`;
}

export const insertSql = (table: 'writes' | 'probes', id: number, writer: number): string =>
  `INSERT INTO ${table} (id, writer) VALUES (${id}, ${writer})`;

/** Of a cluster's machine: once it has all that was acknowledged before. Elsewhere that changes nothing. */
export const readSql = 'SET STATEMENT wsrep_sync_wait = 1 FOR SELECT id FROM writes';

/** Shell text that has root run SQL, if this machine takes writes; it then prints `done`. What it reads stands in no list of processes. */
export const asRoot = (sql: string): string =>
  [
    'set -e',
    `[ "$(mariadb -BNe 'select @@global.read_only')" = 0 ] || exit 0`,
    "mariadb --batch <<'END'",
    sql,
    'END',
    'echo done',
  ].join('\n');
