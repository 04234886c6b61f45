<?php
// The one connection to MariaDB.

declare(strict_types=1);

namespace SoFoot;

use PDO;
use PDOStatement;

const CONNECT_SECONDS = 2;

/** $readSeconds bounds the wait for an answer, so that a frozen database cannot hold the workers. */
function connect(DatabaseAddress $address, ?int $readSeconds = null): PDO
{
    if ($readSeconds !== null) {
        ini_set('mysqlnd.net_read_timeout', (string) $readSeconds);
    }
    return new PDO(
        "mysql:host={$address->host};port={$address->port};dbname={$address->name};charset=utf8mb4",
        $address->user,
        $address->password,
        [
            PDO::ATTR_TIMEOUT => CONNECT_SECONDS,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_EMULATE_PREPARES => false,
            PDO::MYSQL_ATTR_INIT_COMMAND => "SET time_zone = '+00:00'",
        ],
    );
}

/** The connection of this request, opened when first needed. */
function database(): PDO
{
    static $connection = null;
    return $connection ??= connect(databaseAddress(), 5);
}

/** @param list<int|string|null> $values */
function run(PDO $database, string $sql, array $values = []): PDOStatement
{
    $statement = $database->prepare($sql);
    $statement->execute($values);
    return $statement;
}
