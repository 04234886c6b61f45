/** How a server becomes a replica, whatever it was before. */
import { slaveStatus } from '../ask-database.ts';
import { differs, lines } from '../text.ts';
import { copying, databasesSql, primaryHasAll } from './primary-has-all.ts';
import { standing } from './standing.ts';

/**
 * Exits 0 when the server is set to follow that primary, has nothing that is not
 * from there, and nothing keeps it from going on; else prints what does. A primary
 * that is away does not count: then it waits, and must not be rebuilt. Of an error
 * only its number is told, for its text may hold a row.
 */
export function followedCheck(primaryIp: string): string {
  const stopped = (thread: 'IO' | 'SQL') =>
    `"the replication ${thread} thread is stopped, error $(value Last_${thread}_Errno)"`;
  return lines(
    differs,
    slaveStatus,
    `status=$(slave_status) || differs 'the server does not answer'`,
    `[ -n "$status" ] || differs 'it follows nobody'`,
    `value() { echo "$status" | sed -n "s/^ *$1: //p"; }`,
    `[ "$(value Master_Host)" = ${primaryIp} ] || differs "it follows $(value Master_Host)"`,
    `[ "$(value Slave_SQL_Running)" = Yes ] || differs ${stopped('SQL')}`,
    `[ "$(mariadb -BNe 'select @@global.read_only')" = 1 ] || differs 'it takes writes'`,
    // What it wrote as a replica has a number that its primary will give, or has given, to another transaction. What
    // it wrote while it was the primary itself is part of what the present one has.
    `last() { echo "\${1#+}" | tr ',' '\\n' | sed -n "s/^0-$2-//p" | sort -n | tail -n 1; }`,
    `state=$(mariadb -BNe "select @@server_id, concat('+', @@gtid_binlog_state), concat('+', @@gtid_slave_pos)") || differs 'the server does not answer'`,
    `set -- $state`,
    'own=$(last "$2" "$1")',
    `theirs=$(last "$3" '[0-9]*')`,
    `[ "\${own:-0}" -le "\${theirs:-0}" ] || differs 'it has written something itself'`,
    // It was stopped by hand, or the primary no longer has what this replica would need next.
    `[ "$(value Slave_IO_Running)" != No ] || differs ${stopped('IO')}`,
  );
}

/** Whatever it was before: from now on it takes no writes. */
const restAsReplica = lines(
  `rm -f ${standing}`,
  `mariadb -e 'set global event_scheduler = 0; set global read_only = 1; set global rpl_semi_sync_master_enabled = 0'`,
);

/**
 * Goes on where the replica was, if it can; else starts again from a copy of the
 * primary, so that nothing which it alone had can survive. What it has is dropped
 * only once the copy is there as a whole, with room to load it. A server that has
 * data and follows nobody was a primary: to drop what it has is not for a script to decide.
 */
export function followScript({
  primary,
  primaryIp,
  copyConf,
  followSql,
  platform,
  pool,
  machine,
}: {
  primary: string;
  primaryIp: string;
  copyConf: string;
  followSql: string;
  platform: string;
  pool: string;
  machine: string;
}): string {
  const mend = `If what ${machine} has is right: spillway failover ${platform} ${pool} --to ${machine} --yes. If what ${primary} has is right: spillway up ${platform} --replace ${machine} --yes`;
  return lines(
    'set -e',
    restAsReplica.trimEnd(),
    // In parentheses, for the check ends its shell.
    'followed() (',
    followedCheck(primaryIp).trimEnd(),
    ')',
    'keep() { echo "$1; what this server has was left as it was" >&2; exit 1; }',
    primaryHasAll(copyConf),
    `databases=$(mariadb -BNe "${databasesSql}")`,
    `status=$(mariadb -e 'show slave status\\G')`,
    `if [ ! -e ${copying} ] && [ -n "$databases" ] && [ -z "$status" ]; then`,
    // It was the primary, or was parted from it by hand.
    '  has=0; primary_has_all || has=$?',
    `  [ $has != 2 ] || keep "${primary} cannot be asked for its data"`,
    '  if [ $has = 0 ]; then',
    `    mariadb < ${followSql} && mariadb -e 'change master to master_demote_to_slave = 1; start slave' && sleep 1`,
    '    if followed >/dev/null; then exit 0; fi',
    '  fi',
    `  keep "this server follows nobody, and holds what ${primary} may lack ($databases). ${mend}"`,
    'fi',
    `if [ ! -e ${copying} ] && echo "$status" | grep -q 'Master_Host: ${primaryIp}$'; then`,
    // The password may be new; where it stood is kept by MASTER_USE_GTID.
    `  mariadb -e 'set global read_only = 1; stop slave' && mariadb < ${followSql} && mariadb -e 'start slave' && sleep 1`,
    '  if followed >/dev/null; then exit 0; fi',
    'fi',
    // One that was cut off leaves its copy behind.
    'rm -f /var/lib/mysql-copy.*',
    `size='select ceil(coalesce(sum(data_length + index_length), 0) / 1024) from information_schema.tables'`,
    `needed=$(mariadb --defaults-extra-file=${copyConf} --connect-timeout=10 -BNe "$size") || keep "${primary} cannot be asked for its data"`,
    // In kB; what will be dropped makes room as well.
    `room() { df -Pk "$1" | awk -v dropped="\${2:-0}" 'NR == 2 { printf "%.0f", $4 + dropped }'; }`,
    // The text of a dump has no indexes, and so is rarely larger than the tables.
    `[ "$(room /var/lib)" -gt "$needed" ] || keep "the copy of ${primary} takes up to $needed kB, and /var/lib has $(room /var/lib) kB free"`,
    // A primary that was made anew and empty must not cost the last good copy as well.
    `has() { echo "\${1##*-}" | grep -E '^[0-9]+$' || echo 0; }`,
    `mine=$(mariadb -BNe 'select @@gtid_slave_pos')`,
    `theirs=$(mariadb --defaults-extra-file=${copyConf} -BNe 'select @@gtid_current_pos')`,
    `if [ ! -e ${copying} ] && [ -n "$databases" ] && [ "$(has "$mine")" -gt "$(has "$theirs")" ]; then`,
    `  keep "${primary} has less than this server, which is at $mine where ${primary} is at \${theirs:-nothing}. ${mend}"`,
    'fi',
    'copy=$(mktemp /var/lib/mysql-copy.XXXXXX)',
    `trap 'rm -f "$copy"' EXIT`,
    `mariadb-dump --defaults-extra-file=${copyConf} --all-databases --events --routines --flush-privileges --single-transaction --gtid --master-data=1 > "$copy" ||`,
    `  keep "the copy of ${primary} failed"`,
    `tail -n 1 "$copy" | grep -q '^-- Dump completed' || keep "the copy of ${primary} is not complete"`,
    `own=$(mariadb -BNe "$size")`,
    'free=$(room /var/lib/mysql "$own")',
    `[ "$free" -gt "$needed" ] || keep "to load the copy of ${primary} takes $needed kB, and /var/lib/mysql would have $free kB"`,
    `touch ${copying}`,
    `mariadb -e 'stop slave; reset slave all; reset master; set global gtid_slave_pos = ""'`,
    'for database in $databases; do',
    `  mariadb -e "set sql_log_bin = 0; drop database \\\`$database\\\`"`,
    'done',
    // What a replica writes itself would stand in its binary log, and part it from its primary.
    `{ echo 'set sql_log_bin = 0;'; cat "$copy"; } | mariadb`,
    `mariadb < ${followSql}`,
    `rm ${copying}`,
    `mariadb -e 'start slave'`,
    `for attempt in 1 2 3 4 5 6 7 8 9 10; do says=$(followed) && exit 0; sleep 0.3; done`,
    'echo "$says" >&2',
    `mariadb -e 'show slave status\\G' | grep -E 'Last_(IO|SQL)_Error:' >&2`,
    'exit 1',
  );
}
