<?php
// What the environment says. Nothing here is ever printed.

declare(strict_types=1);

namespace SoFoot;

use RuntimeException;
use SensitiveParameter;

final class DatabaseAddress
{
    public function __construct(
        public readonly string $host,
        public readonly int $port,
        public readonly string $name,
        public readonly string $user,
        #[SensitiveParameter] public readonly string $password,
    ) {
    }
}

function environment(string $name, ?string $default = null): string
{
    $value = getenv($name);
    if (is_string($value) && $value !== '') {
        return $value;
    }
    return $default ?? throw new RuntimeException("$name is not set in the environment");
}

function databaseAddress(): DatabaseAddress
{
    return new DatabaseAddress(
        environment('DB_HOST'),
        (int) environment('DB_PORT', '3306'),
        environment('DB_NAME'),
        environment('DB_USER'),
        environment('DB_PASSWORD', ''),
    );
}

function mediaFolder(): string
{
    return rtrim(environment('MEDIA_DIR', dirname(__DIR__) . '/public/media'), '/');
}
