/** What a server that follows nobody has, beside what the primary has. */
import { lines } from '../text.ts';
import { heartbeatSchema } from './heartbeat.ts';

/** Is there from the first drop until the copy of a primary is whole: what lies in the server then is no data of its own. */
export const copying = '/var/lib/spillway/copying-database';

/** One name a line; what MariaDB has by itself does not count, nor the heartbeat of Spillway. */
export const databasesSql = `select schema_name from information_schema.schemata where schema_name not in ('mysql','sys','information_schema','performance_schema','${heartbeatSchema}')`;

/**
 * The shell function `primary_has_all`. It returns 0 when the primary has the last write of this server, and with it all
 * of them, for both number them alike; 1 when it lacks some; 2 when it cannot be asked; 3 when this server has numbered none.
 */
export const primaryHasAll = (copyConf: string): string =>
  lines(
    'primary_has_all() {',
    `  known=$(mariadb --defaults-extra-file=${copyConf} --connect-timeout=3 -BNe 'select @@gtid_binlog_state') || return 2`,
    `  last=$(mariadb --connect-timeout=2 -BNe 'select @@gtid_binlog_pos' | tr ',' '\\n' | sed -n 's/^0-//p')`,
    '  [ -n "$last" ] || return 3',
    `  reached=$(echo "$known" | tr ',' '\\n' | sed -n "s/^0-\${last%-*}-//p")`,
    '  [ "${reached:-0}" -ge "${last#*-}" ]',
    '}',
  ).trimEnd();
