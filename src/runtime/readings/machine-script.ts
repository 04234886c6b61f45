/**
 * What a machine tells of itself once a second, as bash text. It starts no
 * process for a reading: a machine may have a twentieth of a core, and what
 * measures it must not be what loads it. So it waits by `read` on a pipe that
 * nobody writes to, and reads files by builtins; `$(…)` would fork. How full a
 * disk is stands in no file: that is asked for by one process a minute.
 */
import { askDatabase, hangingSql } from '../../roles/ask-database.ts';
import { lines } from '../../roles/text.ts';

/** Chosen: a database that takes longer than half a second for its own state is told of without it. */
const databasePatience = '0.5';
/** Chosen: a client that cannot connect is a process; one each ten seconds is no load. */
const databaseRetrySeconds = 10;
/** Chosen: in a minute a disk fills by little, and one process is no load. */
const diskSeconds = 60;

export function machineScript({ database }: { readonly database: boolean }): string {
  return lines(
    // Without its reader, what it prints must end it.
    `trap '' PIPE`,
    'LC_ALL=C',
    'exec 3<> <(:)',
    'groups=/sys/fs/cgroup',
    helpers,
    database && databaseHelpers,
    'while :; do',
    '  first /proc/uptime',
    '  told="at=${value%% *}"',
    '  cpu; memory; network; traffic; fill',
    database && '  database',
    '  echo "$told" 2>/dev/null || exit 0',
    '  read -rt 1 -u 3 _',
    'done',
  );
}

/** `cpu`: what it used and may use; of a whole machine, how long it was busy. Quotas come and go, so they are asked for each time. */
const helpers = `
first() { value= rest=; [[ ! -r $1 ]] || read -r value rest <"$1"; }

named() {
  local key
  value=
  [[ -r $1 ]] || return
  while read -r key value _; do [[ $key != "$2" ]] || return 0; done <"$1"
  value=
}

cpu() {
  local quota period used key a b c d e f g
  first $groups/cpu.max; quota=$value period=$rest
  if [[ $quota == [0-9]* ]]; then
    named $groups/cpu.stat usage_usec
    told+=" cpuUs=$value quotaUs=$quota periodUs=$period"
    return
  fi
  first $groups/cpu/cpu.cfs_quota_us; quota=$value
  first $groups/cpu/cpu.cfs_period_us; period=$value
  first $groups/cpuacct/cpuacct.usage; used=$value
  if [[ $quota == [1-9]* && -n $used ]]; then
    told+=" cpuUs=$((used / 1000)) quotaUs=$quota periodUs=$period"
    return
  fi
  read -r key a b c d e f g _ </proc/stat
  told+=" busyTicks=$((a + b + c + f + g)) idleTicks=$((d + e))"
}

memory() {
  local used limit
  first $groups/memory.max; limit=$value
  if [[ $limit == [0-9]* ]]; then
    first $groups/memory.current; used=$value
    named $groups/memory.stat inactive_file
    told+=" memory=$((used - value)) memoryOf=$limit"
    return
  fi
  first $groups/memory/memory.limit_in_bytes; limit=$value
  # Without a limit it is almost 2^63.
  if [[ -n $limit && \${#limit} -lt 16 ]]; then
    first $groups/memory/memory.usage_in_bytes; used=$value
    named $groups/memory/memory.stat total_inactive_file
    told+=" memory=$((used - value)) memoryOf=$limit"
    return
  fi
  named /proc/meminfo MemTotal:; limit=$value
  named /proc/meminfo MemAvailable:
  told+=" memory=$(((limit - value) * 1024)) memoryOf=$((limit * 1024))"
}

network() {
  local name in out
  while IFS=' :' read -r name in _ _ _ _ _ _ _ out _; do
    [[ $in != [0-9]* || $name == lo ]] || told+=" net.$name=$in/$out"
  done </proc/net/dev
}

# Read and written, in bytes. The first version does not count what the kernel writes later, on its own.
traffic() {
  local name in out read=0 written=0
  if [[ -e $groups/cgroup.type && -r $groups/io.stat ]]; then
    while read -r _ in out _; do
      [[ $in != rbytes=* ]] || read=$((read + \${in#*=})) written=$((written + \${out#*=}))
    done <$groups/io.stat
  elif [[ -e $groups/cpu/cpu.cfs_quota_us && -r $groups/blkio/blkio.throttle.io_service_bytes ]]; then
    while read -r _ name in; do
      case $name in
        Read) read=$((read + in)) ;;
        Write) written=$((written + in)) ;;
      esac
    done <$groups/blkio/blkio.throttle.io_service_bytes
  else
    # Only what is hardware: all else, as a partition, stands on it. Sectors have 512 bytes.
    while read -r _ _ name _ _ in _ _ _ out _; do
      [[ ! -e /sys/block/$name/device ]] || read=$((read + 512 * in)) written=$((written + 512 * out))
    done </proc/diskstats
  fi
  told+=" disk=$read/$written"
}

# Of the file system in which the root is, in its blocks, and without those that only root may fill.
lookAt=0 left=
fill() {
  local all free
  if (( SECONDS >= lookAt )); then
    lookAt=$((SECONDS + ${diskSeconds}))
    read -rt 0.5 all free left < <(exec stat --file-system --format='%b %f %a' / 2>/dev/null)
    full=$((all - free)) fullOf=$((all - free + left))
  fi
  [[ -z $left ]] || told+=" full=$full fullOf=$fullOf"
}
`.trim();

const databaseHelpers = `
${askDatabase(databaseRetrySeconds)}

take() {
  local count=\${2%%[[:blank:]]*}
  case $1 in
    Com_*) writes=$((writes + count)) ;;
    Threads_running) running=$count ;;
    Threads_connected) connected=$count ;;
    Queries) queries=$count ;;
    hung) hung=$count ;;
    Seconds_Behind_Master:) [[ $count == NULL ]] || lag=" lagS=$count" ;;
  esac
}

database() {
  local writes=0 running= connected= queries= lag= hung=
  askDatabase ${databasePatience} \\
    "show global status where variable_name in ('Threads_running','Threads_connected','Queries','Com_insert','Com_update','Com_delete','Com_replace');" \\
    "${hangingSql};" || return
  [[ $hung != 0 ]] || askDatabase ${databasePatience} 'show slave status\\G' || lag=
  told+=" running=$running connected=$connected queries=$queries writes=$writes$lag"
} 2>/dev/null
`.trim();
