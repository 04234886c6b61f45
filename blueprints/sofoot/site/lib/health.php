<?php
// Is what the pages need really there?

declare(strict_types=1);

namespace SoFoot;

use Throwable;

/** @return list<string> what is missing */
function missingParts(): array
{
    return array_values(array_filter([missingFromDatabase(), missingFromMedia(mediaFolder())]));
}

function missingFromDatabase(): ?string
{
    try {
        $row = run(connect(databaseAddress(), 2), 'SELECT id FROM articles LIMIT 1')->fetch();
    } catch (Throwable $failure) {
        writeDown($failure);
        return 'database: does not answer a query on articles';
    }
    return $row === false ? 'database: no article' : null;
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
