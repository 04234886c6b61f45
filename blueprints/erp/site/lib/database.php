<?php
// Reads come from the server on this machine, writes go to the primary, wherever that is.

declare(strict_types=1);

namespace Erp;

use PDO;
use PDOException;
use PDOStatement;

const CONNECT_SECONDS = 1;

// A write waits until a replica has it, or until it is known that there is none.
const ANSWER_SECONDS = 4;

// A primary that is lost has a successor within seconds. Chosen: less than visitors wait.
const PATIENCE_SECONDS = 8;

function connect(string $host): PDO
{
    ini_set('mysqlnd.net_read_timeout', (string) ANSWER_SECONDS);
    return new PDO(
        "mysql:host=$host;port=" . getenv('DB_PORT') . ';dbname=' . getenv('DB_NAME') . ';charset=utf8mb4',
        (string) getenv('DB_USER'),
        (string) getenv('DB_PASSWORD'),
        [
            PDO::ATTR_TIMEOUT => CONNECT_SECONDS,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_EMULATE_PREPARES => false,
        ],
    );
}

/** @param list<int|string> $values */
function run(PDO $database, string $sql, array $values = []): PDOStatement
{
    $statement = $database->prepare($sql);
    $statement->execute($values);
    return $statement;
}

/**
 * @param list<int|string> $values
 * @return list<array<string, mixed>>
 */
function read(string $sql, array $values = []): array
{
    static $local = null;
    $local ??= connect((string) getenv('DB_LOCAL_HOST'));
    return run($local, $sql, $values)->fetchAll();
}

/**
 * Tries again while the primary changes. Whether a try that got no answer was done nobody knows, so it must be one
 * that may be done twice.
 *
 * @param list<int|string> $values
 */
function write(string $sql, array $values): void
{
    $until = microtime(true) + PATIENCE_SECONDS;
    while (true) {
        try {
            run(connect((string) getenv('DB_HOST')), $sql, $values);
            return;
        } catch (PDOException $failure) {
            if (!isOfTheMoment($failure) || microtime(true) > $until) {
                throw $failure;
            }
            usleep(200_000);
        }
    }
}

function numberOf(PDOException $failure): int
{
    return (int) ($failure->errorInfo[1] ?? $failure->getCode());
}

/** Nobody answers, the connection was lost, the server ends, or it takes no writes (any more, or yet). */
function isOfTheMoment(PDOException $failure): bool
{
    return in_array(numberOf($failure), [2002, 2003, 2006, 2013, 1053, 1927, 1290, 1836], true);
}
