<?php
// Fills the media folder with the pictures and clips of a plan.

declare(strict_types=1);

namespace SoFoot;

use FilesystemIterator;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use RuntimeException;

const DONE_MARK = '.generated.json';
const STARTED_MARK = '.generating.json';

function mediaIsFilled(string $folder, Plan $plan): bool
{
    if (@file_get_contents("$folder/" . DONE_MARK) !== $plan->mediaMark()) {
        return false;
    }
    foreach (mediaFiles($plan) as $file => $size) {
        if (!fileIsWhole("$folder/$file", $size, $plan)) {
            return false;
        }
    }
    return true;
}

/** @return iterable<string, int|null> every generated file, with its size if that is known beforehand */
function mediaFiles(Plan $plan): iterable
{
    for ($number = 1; $number <= $plan->articles; $number++) {
        yield pictureFile($number) => null;
    }
    for ($number = 1; $number <= $plan->clips; $number++) {
        yield clipFile($number) => CLIP_BYTES;
    }
}

function clipFile(int $number): string
{
    return sprintf('clips/clip-%04d.bin', $number);
}

/** A file is renamed to its name only when whole and dated, so its date tells whether this plan wrote it. */
function fileIsWhole(string $path, ?int $size, Plan $plan): bool
{
    $facts = @stat($path);
    return $facts !== false
        && ($size === null ? $facts['size'] > 0 : $facts['size'] === $size)
        && $facts['mtime'] === mediaDate($plan->until);
}

/** Every generated file bears this date, on every machine. */
function mediaDate(string $until): int
{
    return strtotime("$until 00:00:00 UTC");
}

/** What an earlier run with the same plan left whole is kept; everything else is written again. */
function fillMedia(string $folder, Plan $plan): void
{
    $date = mediaDate($plan->until);
    makeFolder($folder);
    $continues = in_array($plan->mediaMark(), [
        @file_get_contents("$folder/" . STARTED_MARK), @file_get_contents("$folder/" . DONE_MARK),
    ], true);
    if (!$continues) {
        @unlink("$folder/" . DONE_MARK);
        writeFile("$folder/" . STARTED_MARK, $plan->mediaMark(), $date);
    }
    $newsroom = new Newsroom($plan->seed, $plan->articles, $plan->until);
    for ($number = 1; $number <= $plan->articles; $number++) {
        $path = "$folder/" . pictureFile($number);
        if (!$continues || !fileIsWhole($path, null, $plan)) {
            writeFile($path, pictureOf($newsroom->article($number), new Dice("{$plan->seed} picture $number")), $date);
        }
    }
    $zeros = str_repeat("\0", CLIP_BYTES);
    for ($number = 1; $number <= $plan->clips; $number++) {
        $path = "$folder/" . clipFile($number);
        if (!$continues || !fileIsWhole($path, CLIP_BYTES, $plan)) {
            writeFile($path, noise("{$plan->seed} clip $number", $zeros), $date);
        }
    }
    removeOthers($folder, $plan);
    writeFile("$folder/" . DONE_MARK, $plan->mediaMark(), $date);
    @unlink("$folder/" . STARTED_MARK);
    dateFolders($folder, $date);
}

/** @param array{words: array<string, string|int>, scene: string, teams: array{Team, Team}} $article */
function pictureOf(array $article, Dice $dice): string
{
    [$team, $rival] = $article['teams'];
    $words = $article['words'];
    return drawPicture($article['scene'], new Sitting($team, $rival, $dice, $words['surname'], $words['number'], $words['score']));
}

function noise(string $purpose, string $zeros): string
{
    $key = substr(hash('sha256', $purpose, true), 0, 16);
    $bytes = openssl_encrypt($zeros, 'aes-128-ctr', $key, OPENSSL_RAW_DATA, str_repeat("\0", 16));
    return $bytes === false ? throw new RuntimeException('openssl cannot make the clips') : $bytes;
}

/** The name appears only when the content is whole. */
function writeFile(string $path, string $content, ?int $date = null): void
{
    makeFolder(dirname($path));
    $unfinished = dirname($path) . '/.unfinished-' . basename($path);
    if (@file_put_contents($unfinished, $content) !== strlen($content)) {
        @unlink($unfinished);
        throw new RuntimeException("cannot write $path");
    }
    chmod($unfinished, 0644);
    if ($date !== null) {
        touch($unfinished, $date);
    }
    if (!rename($unfinished, $path)) {
        throw new RuntimeException("cannot write $path");
    }
}

function makeFolder(string $folder): void
{
    if (!is_dir($folder) && !@mkdir($folder, 0755, true) && !is_dir($folder)) {
        throw new RuntimeException("cannot make the folder $folder");
    }
}

/** Removes what another plan or a killed run left in the generator's two folders; what editors published lies elsewhere. */
function removeOthers(string $folder, Plan $plan): void
{
    $expected = [];
    foreach (mediaFiles($plan) as $file => $size) {
        $expected[$file] = true;
    }
    foreach (['pictures', 'clips'] as $part) {
        $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$folder/$part", FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::CHILD_FIRST);
        foreach ($files as $path => $file) {
            if ($file->isDir()) {
                @rmdir($path);
            } elseif (!isset($expected[substr($path, strlen($folder) + 1)])) {
                unlink($path);
            }
        }
    }
}

function dateFolders(string $folder, int $date): void
{
    foreach (["$folder/pictures/*", "$folder/pictures", "$folder/clips"] as $pattern) {
        foreach (glob($pattern, GLOB_ONLYDIR) ?: [] as $found) {
            touch($found, $date);
        }
    }
}
