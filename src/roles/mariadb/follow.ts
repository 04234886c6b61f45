/** How a server becomes a replica, whatever it was before. */
import { lines } from '../text.ts';

/**
 * Exits 0 when the server is set to follow that primary, has nothing that is not
 * from there, and nothing keeps it from going on. A primary that is away does not count: then it waits, and must not be rebuilt.
 */
export function followedCheck(primaryIp: string): string {
  return lines(
    `status=$(mariadb -e 'show slave status\\G') || exit 1`,
    `echo "$status" | grep -q 'Master_Host: ${primaryIp}$' || exit 1`,
    `echo "$status" | grep -q 'Slave_SQL_Running: Yes' || exit 1`,
    // What it wrote itself has the number that the next transaction of its primary will have.
    `own=$(mariadb -BNe "select @@gtid_binlog_state regexp concat('(^|,)[0-9]+-', @@server_id, '-')") || exit 1`,
    '[ "$own" = 0 ] || exit 1',
    // It was stopped by hand, or the primary no longer has what this replica would need next.
    `! echo "$status" | grep -q 'Slave_IO_Running: No'`,
  );
}

/** Is there while the copy is made: what lies in the server then is no data of its own. */
const copying = '/var/lib/spillway/copying-database';

/**
 * Goes on where the replica was, if it can; else starts again from a copy of the
 * primary, so that nothing which it alone had can survive. A server that has data
 * and follows nobody was a primary: to drop what it has is not for a script to decide.
 */
export function followScript({
  primaryIp,
  copyConf,
  followSql,
}: {
  primaryIp: string;
  copyConf: string;
  followSql: string;
}): string {
  return lines(
    'set -e',
    'followed() {',
    followedCheck(primaryIp).trimEnd().replaceAll('|| exit 1', '|| return 1'),
    '}',
    `databases=$(mariadb -BNe "select schema_name from information_schema.schemata where schema_name not in ('mysql','sys','information_schema','performance_schema')")`,
    `status=$(mariadb -e 'show slave status\\G')`,
    `if [ ! -e ${copying} ] && [ -n "$databases" ] && [ -z "$status" ]; then`,
    `  echo "this server follows nobody, and holds: $databases. If none of it is needed, drop it by hand, and run this again" >&2`,
    '  exit 1',
    'fi',
    `if [ ! -e ${copying} ] && echo "$status" | grep -q 'Master_Host: ${primaryIp}$'; then`,
    // The password may be new; where it stood is kept by MASTER_USE_GTID.
    `  mariadb -e 'stop slave' && mariadb < ${followSql} && mariadb -e 'start slave' && sleep 1`,
    '  if followed; then exit 0; fi',
    'fi',
    `touch ${copying}`,
    `mariadb -e 'stop slave; reset slave all; reset master; set global gtid_slave_pos = ""'`,
    'for database in $databases; do',
    `  mariadb -e "set sql_log_bin = 0; drop database \\\`$database\\\`"`,
    'done',
    // One that was cut off leaves its copy behind.
    'rm -f /var/lib/mysql-copy.*',
    'copy=$(mktemp /var/lib/mysql-copy.XXXXXX)',
    `trap 'rm -f "$copy"' EXIT`,
    `mariadb-dump --defaults-extra-file=${copyConf} --all-databases --flush-privileges --single-transaction --gtid --master-data=1 > "$copy"`,
    // What a replica writes itself would stand in its binary log, and part it from its primary.
    `{ echo 'set sql_log_bin = 0;'; cat "$copy"; } | mariadb`,
    `mariadb < ${followSql}`,
    `rm ${copying}`,
    `mariadb -e 'start slave'`,
    `for attempt in 1 2 3 4 5 6 7 8 9 10; do followed && exit 0; sleep 0.3; done`,
    `mariadb -e 'show slave status\\G' | grep -E 'Last_(IO|SQL)_Error:' >&2`,
    'exit 1',
  );
}
