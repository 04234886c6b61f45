<?php
// What the generator is asked for, in numbers.

declare(strict_types=1);

namespace SoFoot;

use InvalidArgumentException;

const ALL_ARTICLES = 85_000;
const ALL_COMMENTS = 1_200_000;
const ALL_BYTES = 60_000_000_000;
const PICTURE_BYTES = 3_000;
const CLIP_BYTES = 500_000;

final class Plan
{
    public readonly int $articles;
    public readonly int $comments;
    public readonly int $clips;

    public function __construct(
        public readonly int $seed,
        public readonly float $scale,
        public readonly float $filesScale,
        public readonly string $until,
    ) {
        $this->articles = max(1, (int) round($scale * ALL_ARTICLES));
        $this->comments = max(1, (int) round($scale * ALL_COMMENTS));
        $bytes = $filesScale * ALL_BYTES - $this->articles * PICTURE_BYTES;
        $this->clips = max(1, (int) round($bytes / CLIP_BYTES));
    }

    /** @param array<string, mixed> $options */
    public static function fromOptions(array $options): self
    {
        $until = (string) ($options['until'] ?? '2014-07-15');
        $day = date_create_immutable("$until 00:00:00 UTC");
        if ($day === false || $day->format('Y-m-d') !== $until) {
            throw new InvalidArgumentException('--until must be a day like 2014-07-15');
        }
        return new self(
            (int) self::number($options, 'seed', '8', '/\A-?\d{1,9}\z/'),
            self::share($options, 'scale', '0.01'),
            self::share($options, 'files-scale', '0.001'),
            $until,
        );
    }

    /** @param array<string, mixed> $options */
    private static function share(array $options, string $name, string $default): float
    {
        $share = (float) self::number($options, $name, $default, '/\A\d*\.?\d+\z/');
        return $share > 0 && $share <= 10 ? $share : throw new InvalidArgumentException("--$name must be above 0 and at most 10");
    }

    /** @param array<string, mixed> $options */
    private static function number(array $options, string $name, string $default, string $form): string
    {
        $value = $options[$name] ?? $default;
        return is_string($value) && preg_match($form, $value) === 1
            ? $value
            : throw new InvalidArgumentException("--$name needs one number");
    }

    /** What the media folder depends on, as its marker file tells it. */
    public function mediaMark(): string
    {
        return json_encode([
            'seed' => $this->seed, 'until' => $this->until, 'pictures' => $this->articles, 'clips' => $this->clips,
        ], JSON_THROW_ON_ERROR) . "\n";
    }
}
