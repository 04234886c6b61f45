<?php
// Fills database and media folder with invented football news, the same for the same seed.
//
//   php bin/generate.php [--seed 8] [--scale 0.01] [--files-scale 0.001] [--until 2014-07-15] [--check] [--replace]
//
// Ends with 0 when everything is there, 1 when --check finds something missing or the work failed,
// 2 when the arguments make no sense, 3 when it would overwrite what people wrote (--replace allows it).

declare(strict_types=1);

namespace SoFoot;

use InvalidArgumentException;
use Throwable;

require __DIR__ . '/../lib/generator.php';

exit(main($argv));

/** @param list<string> $arguments */
function main(array $arguments): int
{
    ini_set('display_errors', '0');
    ini_set('memory_limit', '512M');
    umask(0022);
    try {
        $options = readOptions(array_slice($arguments, 1));
        $plan = Plan::fromOptions($options);
    } catch (InvalidArgumentException $mistake) {
        fwrite(STDERR, $mistake->getMessage() . "\n");
        return 2;
    }
    try {
        return isset($options['check']) ? check($plan) : generate($plan, isset($options['replace']));
    } catch (Throwable $failure) {
        writeDown($failure);
        fwrite(STDERR, isset($options['check']) ? "Could not look.\n" : "The generation failed; run it again to complete it.\n");
        return 1;
    }
}

/**
 * @param list<string> $arguments
 * @return array<string, string|true>
 */
function readOptions(array $arguments): array
{
    $options = [];
    while ($arguments !== []) {
        $argument = array_shift($arguments);
        if (preg_match('/\A--(check|replace)\z/', $argument, $found) === 1) {
            $options[$found[1]] = true;
        } elseif (preg_match('/\A--(seed|scale|files-scale|until)(?:=(.*))?\z/', $argument, $found) === 1) {
            $options[$found[1]] = $found[2] ?? array_shift($arguments) ?? '';
        } else {
            throw new InvalidArgumentException("Unknown argument: $argument");
        }
    }
    return $options;
}

function check(Plan $plan): int
{
    $missing = array_keys(array_filter([
        'database' => !databaseIsFilled(connect(databaseAddress()), $plan),
        'media' => !mediaIsFilled(mediaFolder(), $plan),
    ]));
    echo $missing === [] ? 'Complete' : 'Incomplete: ' . implode(' and ', $missing), ".\n";
    return $missing === [] ? 0 : 1;
}

function generate(Plan $plan, bool $replace): int
{
    $started = microtime(true);
    $database = connect(databaseAddress());
    lockGeneration($database);
    $nothingToDo = true;
    if (!databaseIsFilled($database, $plan)) {
        applySchema($database);
        if (!$replace && holdsWorkOfPeople($database)) {
            fwrite(STDERR, "The database holds articles or comments of people besides another generation. --replace discards them.\n");
            return 3;
        }
        fillDatabase($database, $plan);
        report("{$plan->articles} articles and {$plan->comments} comments", $started);
        $nothingToDo = false;
    }
    if (!mediaIsFilled(mediaFolder(), $plan)) {
        fillMedia(mediaFolder(), $plan);
        report("{$plan->articles} pictures and {$plan->clips} clips", $started);
        $nothingToDo = false;
    }
    echo $nothingToDo ? "Already complete: nothing to do.\n" : "Complete.\n";
    return 0;
}

function report(string $what, float $started): void
{
    printf("%6.2f s  %s\n", microtime(true) - $started, $what);
}
