/**
 * What is done with a server beside its configuration: it becomes the primary, waits for replicas or no longer does,
 * hands over, follows. Each is shell text that may be run again. What must outlive a restart of the server stands in
 * one file, which no recipe speaks of: a move changes no configuration, and so restarts nobody.
 */
import type { PrimaryProcedures } from '../role.ts';
import { askDatabase, hangingSql, slaveStatus } from '../ask-database.ts';
import { tellScript } from '../tell.ts';
import { differs, lines } from '../text.ts';
import { heartbeatTable } from './heartbeat.ts';
import { copying, databasesSql, primaryHasAll } from './primary-has-all.ts';
import { standing } from './standing.ts';

const follow = '/etc/mysql/spillway/follow.sql';
const copy = '/etc/mysql/spillway/copy.cnf';

/**
 * A server goes on with what it was asked, also when nobody waits for the answer any more. So each statement has its end
 * there, and before the controller gives up: what took no hold until then never does.
 */
const bounded = (seconds: number) =>
  `mariadb --batch --skip-column-names --connect-timeout=2 --init-command='set session max_statement_time = ${seconds}, lock_wait_timeout = ${seconds}'`;

/** Chosen: half of what the controller waits for; of what is done at once, what takes longer will not be done at once. */
const client = bounded(4);
/** Chosen: what was received under a heavy load is applied by then. */
const applySeconds = 60;

const stand = (waits: boolean) =>
  lines(
    `cat > ${standing}.new <<'end'`,
    '# Written by Spillway when this server became the primary.',
    '[mariadbd]',
    'read_only = OFF',
    'event_scheduler = ON',
    `rpl_semi_sync_master_enabled = ${waits ? 'ON' : 'OFF'}`,
    'end',
    // The server reads it as its own user.
    `chmod 644 ${standing}.new`,
    `mv -f ${standing}.new ${standing}`,
  ).trimEnd();

/** Exits 0 when it takes writes and follows nobody. */
export function isPrimaryCheck(): string {
  return lines(
    differs,
    `[ -e ${standing} ] || differs 'it is no primary yet'`,
    `grep -q event_scheduler ${standing} || differs 'it would not run its events after a restart'`,
    `[ "$(${client} -e 'select @@global.read_only')" = 0 ] || differs 'it takes no writes'`,
    `[ "$(${client} -e 'select @@global.event_scheduler')" = ON ] || differs 'it does not run its events'`,
    slaveStatus,
    "status=$(slave_status) || differs 'the server does not answer'",
    `[ -z "$status" ] || differs 'it follows another one'`,
  );
}

/**
 * A replica has events that do not run (`SLAVESIDE_DISABLED`); those that ran on the old primary go on here, in the
 * name of their definers. One that is over by now is left as it is.
 */
const enableEvents = lines(
  'set global event_scheduler = 1;',
  'delimiter //',
  'begin not atomic',
  '  declare continue handler for sqlexception begin end;',
  "  for one in (select event_schema, event_name, definer from information_schema.events where status = 'SLAVESIDE_DISABLED') do",
  "    execute immediate concat('alter definer = `', replace(one.definer, '@', '`@`'), '` event `', one.event_schema, '`.`', one.event_name, '` enable');",
  '  end for;',
  'end//',
  'delimiter ;',
).trimEnd();

/**
 * What it has received is applied first: to stop with it in the relay log would throw acknowledged writes away.
 * One that follows nobody has nothing to apply. Nothing more comes from the old primary, which is fenced or rests;
 * so to leave it can wait, and must: the thread that listens to a machine without power ends only after two seconds.
 */
export function promoteScript({ waits }: { readonly waits: boolean }): string {
  return lines(
    'set -e',
    // A client is a process, and each one takes its time on a machine with a part of a core.
    `following=$(mariadb --connect-timeout=2 -e 'show all slaves status\\G')`,
    `received=$(printf '%s\\n' "$following" | sed -n 's/^ *Gtid_IO_Pos: //p')`,
    // Most often all of it is applied already, and nobody is asked again.
    `applied=$(printf '%s\\n' "$following" | sed -n 's/^ *Gtid_Slave_Pos: //p')`,
    'if [ -n "$received" ] && [ "$received" != "$applied" ]; then',
    `  [ "$(${bounded(applySeconds + 5)} -e "select master_gtid_wait('$received', ${applySeconds})")" = 0 ] || { echo "it cannot apply all that it has received, up to $received" >&2; exit 1; }`,
    'fi',
    stand(waits),
    `${client} <<'end'`,
    waits && 'set global rpl_semi_sync_master_enabled = 1;',
    'set global read_only = 0;',
    enableEvents,
    'end',
  );
}

const leave = lines('set -e', `${client} -e 'stop slave; reset slave all'`);

const setWaiting = (waits: boolean) =>
  lines('set -e', stand(waits), `${client} -e 'set global rpl_semi_sync_master_enabled = ${waits ? 1 : 0}'`);

/** Chosen: what lasts longer may last for a minute, and a primary that shall rest waits for it. */
const longMs = 1_000;
const lastsLong = `command in ('Query', 'Execute') and time_ms > ${longMs} and id <> connection_id() and user not in ('system user', 'replica', 'event_scheduler') and info not like 'show %'`;
/** The first words of a statement, for what follows may hold a row: `UPDATE orders SET`. */
const verbOf = `regexp_substr(info, '^([A-Za-z_.\`]+ +){0,2}[A-Za-z_.\`]+')`;

/**
 * Whether writes end, a write tells. On a server that takes none it changes nothing, and so has no number of its own: also root,
 * whom `read_only` does not stop, would part a replica from its primary by one.
 */
const beatSql = `update ${heartbeatTable} set at = now() where @@global.read_only = 0`;
/** Chosen: a tenth of what is waited for, and no load for the smallest disk. */
const beatSeconds = 1;
/** One that waits for a lock, or for a replica, is no sign of a disk that is full. */
const heldSql = `select 'held', count(*) from information_schema.processlist where info like 'update ${heartbeatTable}%' and (state like '%lock%' or state like '%semi-sync%' or state like '%ACK%')`;

/** The server is asked over one client, so that nothing is started for it while all is well. */
const watch = tellScript(`
${askDatabase(1)}

# How long the last write has lasted: in a process of its own, with its own client, for it may never end.
beats=/run/spillway-beat.$$
beat() {
  local since=0 waits
  take() { :; }
  while [[ -e /proc/$$/stat ]]; do
    [[ -n $askedRound ]] || since=$SECONDS
    askDatabase 0.5 "${beatSql};"
    waits=$((SECONDS - since))
    [[ -n $askedRound ]] || waits=0
    echo "$waits" >"$beats"
    read -rt ${beatSeconds} -u 3 _
  done
}
beat >/dev/null 2>&1 &
trap 'rm -f "$beats"' EXIT

take() {
  case $1 in
    own) [[ $2 != [01],* ]] || answer="own=$2" ;;
    hung) hung=$2 ;;
    held) held=$2 ;;
    Rpl_semi_sync_master_clients) answer+=" replicas=$2" ;;
    Slave_received_heartbeats) answer+=" beats=$2" ;;
    Master_Host:) answer+=" host=$2" ;;
    Slave_IO_Running:) answer+=" io=$2" ;;
    Slave_SQL_Running:) answer+=" sql=$2" ;;
    Read_Master_Log_Pos:) answer+=" read=$2" ;;
    Gtid_IO_Pos:) answer+=" received=$2" ;;
  esac
}

look() {
  local held= stuck=0
  answer= hung=
  # While it has a part of a copy alone, nobody may count on it.
  if [[ -e ${copying} ]] || ! askDatabase 0.5 "select 'own', concat(@@read_only + 0, ',+', @@gtid_binlog_pos, ',+', @@gtid_slave_pos, ',+', @@rpl_semi_sync_master_enabled + 0) as said;" \\
    "show global status where variable_name in ('Rpl_semi_sync_master_clients', 'Slave_received_heartbeats', 'Slaves_connected');" \\
    "${heldSql};" "${hangingSql};" || [[ $hung != 0 ]] || ! askDatabase 0.5 'show slave status\\G'
  then
    answer=
    return
  fi
  read -r stuck <"$beats"
  (( stuck < 2 )) || [[ $held != 0 ]] || answer+=" stuck=$stuck"
}
`);

export const procedures: PrimaryProcedures = {
  watch,
  promote: promoteScript,
  leave,
  wait: setWaiting(true),
  goAlone: setWaiting(false),
  rest: lines(
    'set -e',
    // Whoever is connected could go on with what was begun; all connections end but this one and those of replicas. One
    // client does all of it: while it rests, writes wait.
    `position=$(${client} <<'end'`,
    'delimiter //',
    'begin not atomic',
    // It has gone by itself meanwhile.
    '  declare continue handler for 1094 begin end;',
    '  set global event_scheduler = 0;',
    '  set global read_only = 1;',
    // An event that runs is connected like nobody else, also as root, whom `read_only` does not stop.
    "  for one in (select id from information_schema.processlist where user not in ('system user', 'replica', 'root', 'event_scheduler') or (user = 'root' and command = 'Connect')) do",
    '    kill one.id;',
    '  end for;',
    'end//',
    'delimiter ;',
    "select 'written', @@global.gtid_binlog_pos;",
    'end',
    ')',
    // Also after a restart: a primary that rests may have been replaced meanwhile. One that did not come to rest goes on as it was.
    `rm -f ${standing}`,
    `printf '%s\\n' "$position"`,
  ),
  lasting: lines(
    `${client} <<'end'`,
    `select id, time, ${verbOf} from information_schema.processlist where ${lastsLong};`,
    'end',
  ),
  endLasting: lines(
    `${client} <<'end'`,
    'delimiter //',
    'begin not atomic',
    '  declare continue handler for 1094 begin end;',
    `  for one in (select id from information_schema.processlist where ${lastsLong}) do`,
    '    kill one.id;',
    '  end for;',
    'end//',
    'end',
  ),
  unrest: lines(
    'set -e',
    // As it was before it rested, also after a restart.
    `if [ "$(${client} -e 'select @@global.rpl_semi_sync_master_enabled')" = 1 ]; then`,
    stand(true),
    'else',
    stand(false),
    'fi',
    `${client} -e 'set global read_only = 0; set global event_scheduler = 1'`,
  ),
  catchUp: (written) =>
    lines(
      'set -e',
      `[ "$(${bounded(10)} -e "select master_gtid_wait('${written}', 5)")" = 0 ] || { echo 'it does not catch up' >&2; exit 1; }`,
    ),
  follow: lines(
    'set -e',
    primaryHasAll(copy),
    `if [ -z "$(${client} -e 'show slave status')" ]; then`,
    `  ! [ -e ${copying} ] || { echo 'a copy of the primary was cut off in the middle, and this server has a part of it' >&2; exit 1; }`,
    // It was emptied by hand: to go on where it was would leave it without what was there. While the primary cannot be
    // asked, replication itself says what does not fit.
    `  theirs=$(mariadb --defaults-extra-file=${copy} --connect-timeout=3 -BNe "${databasesSql}" 2>/dev/null || true)`,
    `  [ -z "$theirs" ] || [ -n "$(${client} -e "${databasesSql}")" ] || { echo 'this server has no data, and needs a copy of the primary' >&2; exit 1; }`,
    '  has=0; primary_has_all 2>/dev/null || has=$?',
    `  [ $has != 1 ] || { echo 'this server follows nobody, and holds what the primary may lack' >&2; exit 1; }`,
    'fi',
    `rm -f ${standing}`,
    `${client} -e 'set global event_scheduler = 0; set global read_only = 1; set global rpl_semi_sync_master_enabled = 0; stop slave'`,
    // What it wrote as a primary is part of what the new one has: it handed over.
    `[ -n "$(${client} -e 'show slave status')" ] || { mariadb < ${follow}; ${client} -e 'change master to master_demote_to_slave = 1'; }`,
    `${client} -e 'start slave'`,
  ),
  greets: (ip) =>
    `timeout 0.5 bash -c 'exec 3<>/dev/tcp/${ip}/3306 && IFS= read -rN 1 -t 0.4 -u 3 _' 2>/dev/null && echo greeted || echo silent`,
};
