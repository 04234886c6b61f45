<?php
// What a page answers.

declare(strict_types=1);

namespace SoFoot;

// News and results are seconds old at most; an article's own page may be a little older. While a new one is made, and
// while none can be, an old page is better than none.
const OLD_IS_BETTER_THAN_NONE = 'stale-while-revalidate=10, stale-if-error=600';
const MAY_BE_SHARED = 'public, max-age=0, s-maxage=2, ' . OLD_IS_BETTER_THAN_NONE;
const MAY_BE_SHARED_LONGER = 'public, max-age=0, s-maxage=10, ' . OLD_IS_BETTER_THAN_NONE;
const NEVER_STORED = 'no-store';
const NOT_SHARED = 'private, no-store';

final class Response
{
    /** @param array<string, string> $headers */
    public function __construct(
        public readonly int $status,
        public readonly string $type,
        public readonly string $caching,
        public readonly string $body,
        public readonly array $headers = [],
    ) {
    }

    public static function html(string $body, string $caching, int $status = 200): self
    {
        return new self($status, 'text/html; charset=utf-8', $caching, $body);
    }

    public static function json(mixed $value, int $status = 200): self
    {
        $body = json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        return new self($status, 'application/json', NEVER_STORED, $body . "\n");
    }

    public static function text(string $body, int $status = 200): self
    {
        return new self($status, 'text/plain; charset=utf-8', NEVER_STORED, $body . "\n");
    }

    public static function seeOther(string $location): self
    {
        return new self(303, 'text/plain; charset=utf-8', NEVER_STORED, '', ['Location' => $location]);
    }

    /** The site does without this for a while: the platform is needed for its pages. */
    public static function later(string $html): self
    {
        return new self(503, 'text/html; charset=utf-8', NEVER_STORED, $html, ['Retry-After' => '30']);
    }

    public function send(): void
    {
        http_response_code($this->status);
        header('Content-Type: ' . $this->type);
        header('Cache-Control: ' . $this->caching);
        header('X-Content-Type-Options: nosniff');
        foreach ($this->headers as $name => $value) {
            header("$name: $value");
        }
        echo $this->body;
    }
}
