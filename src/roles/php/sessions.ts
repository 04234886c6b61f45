/** Where PHP keeps sessions: the table, the accounts that may write it, and the handler that PHP is given before each page. */
import type { Blueprint } from '../../blueprint/schema.ts';
import type { DatabaseName } from '../../model/ids.ts';

/** No application has a table of this name. */
export const sessionsTable = 'spillway_sessions';

/** Sessions are bytes, and their names are told apart by case. */
export const createSessionsTable = `CREATE TABLE IF NOT EXISTS \`${sessionsTable}\` (id VARBINARY(128) PRIMARY KEY, data MEDIUMBLOB NOT NULL, touched BIGINT NOT NULL, KEY (touched)) ENGINE = InnoDB;`;

export const sessionRights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** The accounts of a database by which some pool keeps its sessions there. */
export function sessionAccounts({ pools }: Blueprint, database: DatabaseName): ReadonlySet<string> {
  return new Set(
    Object.values(pools).flatMap(({ roles: { php } }) =>
      php?.sessions === 'database' && php.database?.name === database ? [php.database.account] : [],
    ),
  );
}

/** Chosen: a primary that is lost has a successor within seconds, and visitors wait longer than this for a page. */
const patienceSeconds = 8;
/** Chosen: that a session is still used is written this often, so that reading a page seldom writes. */
const touchedEverySeconds = 60;

/** Chosen: for as long a page waits for another page of the same visitor, and a little longer for an answer at all. */
const lockSeconds = 10;
const answerSeconds = 12;

/** PHP text without its opening tag. */
export function sessionsHandler(sessions: 'machine' | 'database' | 'none'): readonly string[] {
  switch (sessions) {
    case 'machine':
      return [];
    case 'none':
      return noSessions;
    case 'database':
      return inDatabase;
  }
}

const noSessions = `
session_set_save_handler(new class extends SessionHandler {
    public function open(string $path, string $name): bool
    {
        throw new RuntimeException('the blueprint says of this site that it uses no sessions (php.sessions: none)');
    }
}, true);
`.split('\n');

const inDatabase = `
/**
 * Sessions in the platform’s database, so that each machine knows them. A session is locked while a page uses it, as
 * PHP’s own files are. What is not acknowledged is tried again while the primary changes.
 */
session_set_save_handler(new class (getenv('DB_HOST'), getenv('DB_PORT'), getenv('DB_NAME'), getenv('DB_USER'), getenv('DB_PASSWORD')) implements SessionHandlerInterface, SessionIdInterface, SessionUpdateTimestampHandlerInterface {
    private ?PDO $database = null;
    private int $touched = 0;

    public function __construct(
        private readonly string $host,
        private readonly string $port,
        private readonly string $name,
        private readonly string $user,
        #[SensitiveParameter] private readonly string $password,
    ) {
    }

    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function close(): bool
    {
        // What was locked is free.
        $this->database = null;
        return true;
    }

    public function create_sid(): string
    {
        return session_create_id();
    }

    public function validateId(string $id): bool
    {
        return $this->find($id) !== null;
    }

    public function read(string $id): string
    {
        return $this->find($id) ?? '';
    }

    public function write(string $id, string $data): bool
    {
        $this->insist(fn () => $this->run(
            'INSERT INTO ${sessionsTable} (id, data, touched) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE data = VALUES(data), touched = VALUES(touched)',
            [$id, $data, time()],
        ) && $this->commit());
        return true;
    }

    public function updateTimestamp(string $id, string $data): bool
    {
        return time() - $this->touched < ${touchedEverySeconds} || $this->write($id, $data);
    }

    public function destroy(string $id): bool
    {
        $this->insist(fn () => $this->run('DELETE FROM ${sessionsTable} WHERE id = ?', [$id]) && $this->commit());
        return true;
    }

    public function gc(int $seconds): int|false
    {
        $this->insist(fn () => $this->run('DELETE FROM ${sessionsTable} WHERE touched < ? LIMIT 1000', [time() - $seconds]) && $this->commit());
        return 0;
    }

    private function find(string $id): ?string
    {
        $row = $this->insist(fn () => $this->run('SELECT data, touched FROM ${sessionsTable} WHERE id = ? FOR UPDATE', [$id])->fetch(PDO::FETCH_NUM));
        $isThere = $row !== false && time() - $row[1] <= (int) ini_get('session.gc_maxlifetime');
        $this->touched = $isThere ? (int) $row[1] : 0;
        return $isThere ? $row[0] : null;
    }

    private function run(string $sql, array $values): PDOStatement
    {
        $this->database ??= $this->connect();
        if (!$this->database->inTransaction()) {
            $this->database->beginTransaction();
        }
        $statement = $this->database->prepare($sql);
        $statement->execute($values);
        return $statement;
    }

    private function commit(): bool
    {
        return $this->database->commit();
    }

    private function connect(): PDO
    {
        $before = ini_set('mysqlnd.net_read_timeout', '${answerSeconds}');
        try {
            return new PDO("mysql:host={$this->host};port={$this->port};dbname={$this->name}", $this->user, $this->password, [
                PDO::ATTR_TIMEOUT => 1,
                PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
                PDO::ATTR_EMULATE_PREPARES => true,
                // Read committed: else two new sessions would lock the same gap between others, and wait for each other.
                PDO::MYSQL_ATTR_INIT_COMMAND => "SET SESSION tx_isolation = 'READ-COMMITTED', innodb_lock_wait_timeout = ${lockSeconds}",
            ]);
        } finally {
            ini_set('mysqlnd.net_read_timeout', (string) $before);
        }
    }

    private function insist(Closure $work): mixed
    {
        $until = microtime(true) + ${patienceSeconds};
        while (true) {
            try {
                return $work();
            } catch (PDOException $failure) {
                $this->database = null;
                $number = (int) ($failure->errorInfo[1] ?? $failure->getCode());
                // Nobody answers, the connection was lost, the server ends, it takes no writes (any more, or yet), or two waited for each other.
                if (!in_array($number, [2002, 2003, 2006, 2013, 1053, 1927, 1290, 1836, 1213], true) || microtime(true) > $until) {
                    throw new RuntimeException('the session cannot be had from the database: error ' . $number);
                }
                usleep(200000);
            }
        }
    }
}, true);
`.split('\n');
