<?php
// Is what the pages need really there?

declare(strict_types=1);

namespace SoFoot;

use Throwable;

/** Chosen: far less than a balancer waits for this page. A database that is well greets in a hundredth of it. */
const GREETING_MICROSECONDS = 300_000;

/**
 * A database that is lost is lost for all web machines at once: were each of them ill, nobody would get even the pages
 * that are kept. So one that had it a short while ago stays well without it. Chosen: four times as long as writes may
 * be interrupted; a machine that alone cannot reach it has failing searches for so long.
 */
const WELL_WITHOUT_DATABASE_SECONDS = 120;

/** @return list<string> what is missing */
function missingParts(): array
{
    return array_values(array_filter([missingFromDatabase(), missingFromMedia(mediaFolder())]));
}

function missingFromDatabase(): ?string
{
    $lastSeen = sys_get_temp_dir() . '/sofoot-database-seen';
    try {
        $missing = missingFromArticles(databaseAddress());
    } catch (Throwable $failure) {
        writeDown($failure);
        $missing = 'database: does not answer a query on articles';
    }
    if ($missing === null) {
        touch($lastSeen);
        return null;
    }
    clearstatcache(true, $lastSeen);
    $seenAt = @filemtime($lastSeen);
    return $seenAt !== false && time() - $seenAt <= WELL_WITHOUT_DATABASE_SECONDS ? null : $missing;
}

function missingFromArticles(DatabaseAddress $address): ?string
{
    if (!greets($address)) {
        return 'database: does not greet';
    }
    $row = run(connect($address, 1), 'SELECT id FROM articles LIMIT 1')->fetch();
    return $row === false ? 'database: no article' : null;
}

/** Asked first, for PDO waits whole seconds, and whoever asks for this page does not. */
function greets(DatabaseAddress $address): bool
{
    $seconds = GREETING_MICROSECONDS / 1_000_000;
    $socket = @stream_socket_client("tcp://{$address->host}:{$address->port}", timeout: $seconds);
    if ($socket === false) {
        return false;
    }
    stream_set_timeout($socket, 0, GREETING_MICROSECONDS);
    $greeting = fread($socket, 1);
    fclose($socket);
    return $greeting !== false && $greeting !== '';
}

function missingFromMedia(string $folder): ?string
{
    if (!is_dir($folder) || !is_readable($folder)) {
        return 'media: folder is not there or not readable';
    }
    return holdsAFile($folder) ? null : 'media: folder is empty';
}

/** Stops at the first file it finds, so the size of the folder does not matter. */
function holdsAFile(string $folder): bool
{
    $handle = @opendir($folder);
    if ($handle === false) {
        return false;
    }
    try {
        while (($name = readdir($handle)) !== false) {
            $path = "$folder/$name";
            if ($name[0] !== '.' && (is_dir($path) ? holdsAFile($path) : is_readable($path))) {
                return true;
            }
        }
        return false;
    } finally {
        closedir($handle);
    }
}
