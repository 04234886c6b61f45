<?php
// What was asked.

declare(strict_types=1);

namespace SoFoot;

final class Request
{
    public readonly string $method;
    public readonly string $path;

    public function __construct()
    {
        $method = (string) ($_SERVER['REQUEST_METHOD'] ?? 'GET');
        $this->method = $method === 'HEAD' ? 'GET' : $method;
        $this->path = explode('?', (string) ($_SERVER['REQUEST_URI'] ?? '/'), 2)[0];
    }

    public function query(string $name): string
    {
        return cleanText($_GET[$name] ?? '');
    }

    public function field(string $name): string
    {
        return cleanText($_POST[$name] ?? '');
    }

    public function wantsJson(): bool
    {
        return str_contains((string) ($_SERVER['HTTP_ACCEPT'] ?? ''), 'application/json');
    }

    public function comesFromAnotherSite(): bool
    {
        return ($_SERVER['HTTP_SEC_FETCH_SITE'] ?? 'same-origin') === 'cross-site';
    }
}

/** Text as a person typed it: valid UTF-8, one kind of line end, no control characters; otherwise nothing. */
function cleanText(mixed $value): string
{
    if (!is_string($value) || preg_match('//u', $value) !== 1) {
        return '';
    }
    $value = str_replace(["\r\n", "\r"], "\n", $value);
    return trim((string) preg_replace('/[^\P{C}\n]/u', '', $value));
}

function lengthIsWithin(string $text, int $least, int $most): bool
{
    return preg_match('/\A.{' . $least . ',' . $most . '}\z/us', $text) === 1;
}
