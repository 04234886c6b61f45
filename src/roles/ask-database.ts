/**
 * A database is asked through one client, and one thing at a time. Of a question that it does not answer it keeps a
 * thread and a connection, also when the client has stopped waiting; asked again and again it would have none left for anybody.
 */

/** Chosen: what lasts longer hangs; a server answers it in milliseconds, and a busy one within this. */
export const hangsAfterMs = 1_000;

/** How many of these questions hang in the server, of all clients: while one does, it is not asked once more. */
export const hangingSql = `select 'hung', count(*) from information_schema.processlist where info like 'show slave status%' and time_ms > ${hangsAfterMs}`;

/**
 * Functions for Bash. `askDatabase SECONDS SQL…` calls the function `take` with the first word and the rest of each line
 * of the answer, and fails when it is not there in time. What comes too late is an answer of before, and is not told;
 * until it comes, nothing else is asked. A client that ended is started again, once in `retrySeconds`. File descriptors
 * of the coprocess `db` are taken.
 */
export const askDatabase = (retrySeconds: number): string =>
  `
askedRound= isLate= triedAt=-${retrySeconds} round=0

askDatabase() {
  local patience=$1 key value got
  shift
  if [[ -z \${db_PID-} ]]; then
    askedRound=
    (( SECONDS - triedAt >= ${retrySeconds} )) || return 1
    triedAt=$SECONDS
    coproc db { exec mariadb --batch --unbuffered --force --connect-timeout=1 2>/dev/null; }
    [[ -n \${db_PID-} ]] || return 1
  fi
  if [[ -z $askedRound ]]; then
    round=$((round + 1))
    printf '%s\\n' "$@" "select 'end' as word, $round as round;" >&"\${db[1]}" || return 1
    askedRound=$round isLate=
  fi
  while [[ -n \${db_PID-} ]]; do
    read -rt "$patience" -u "\${db[0]}" key value
    got=$?
    if (( got > 128 )); then
      isLate=1
      return 1
    elif (( got != 0 )); then
      break
    elif [[ $key == end ]] && [[ $value == "$askedRound" ]]; then
      askedRound=
      [[ -z $isLate ]]
      return
    fi
    take "$key" "$value"
  done
  [[ -z \${db_PID-} ]] || kill -9 "$db_PID"
  askedRound=
  return 1
}
`.trim();

/**
 * A function for any shell, `slave_status`: what the server says of whom it follows, in lines. It fails where the server
 * does not answer in time, or has not answered another client that asked before.
 */
export const slaveStatus = `slave_status() {
  [ "$(timeout 3 mariadb --connect-timeout=2 -BNe "${hangingSql}" 2>/dev/null)" = "$(printf 'hung\\t0')" ] || return 1
  timeout 3 mariadb --connect-timeout=2 -e 'show slave status\\G'
}`;
