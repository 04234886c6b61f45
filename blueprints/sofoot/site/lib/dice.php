<?php
// Randomness that is the same every time for the same seed and purpose.

declare(strict_types=1);

namespace SoFoot;

use Random\Engine\Xoshiro256StarStar;
use Random\Randomizer;

final class Dice
{
    private Randomizer $randomizer;

    public function __construct(string $purpose)
    {
        $this->randomizer = new Randomizer(new Xoshiro256StarStar(hash('sha256', $purpose, true)));
    }

    public function between(int $least, int $most): int
    {
        return $this->randomizer->getInt($least, $most);
    }

    public function oneIn(int $chances): bool
    {
        return $this->between(1, $chances) === 1;
    }

    /**
     * @template T
     * @param non-empty-list<T> $choices
     * @return T
     */
    public function pick(array $choices): mixed
    {
        return $choices[$this->between(0, count($choices) - 1)];
    }

    /**
     * @template T
     * @param list<T> $choices
     * @return list<T> $count different ones, in random order
     */
    public function pickSome(array $choices, int $count): array
    {
        return array_slice($this->randomizer->shuffleArray($choices), 0, $count);
    }
}

/** Fills "{names}" from $words and settles "[this|that]" by chance. */
function phrase(string $template, array $words, Dice $dice): string
{
    $settled = preg_replace_callback(
        '/\[([^\[\]]*)\]/',
        static fn (array $found): string => $dice->pick(explode('|', $found[1])),
        $template,
    );
    $text = preg_replace_callback(
        '/\{(\w+)\}/',
        static fn (array $found): string => (string) ($words[$found[1]] ?? $found[0]),
        $settled,
    );
    return tidy($text);
}

/** "a Atlético" becomes "an Atlético", and a sentence starts with a capital. */
function tidy(string $text): string
{
    $text = (string) preg_replace('/\b([Aa]) (?=[AEIO])/', '$1n ', $text);
    return ucfirst((string) preg_replace_callback(
        '/(?<=[.!?] )[a-z]/',
        static fn (array $found): string => strtoupper($found[0]),
        $text,
    ));
}
