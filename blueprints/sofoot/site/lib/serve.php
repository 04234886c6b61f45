<?php
// Runs one request and keeps every failure away from the visitor's eyes.

declare(strict_types=1);

namespace SoFoot;

use PDOException;
use Throwable;

/** @param callable(Request): Response $answer */
function serve(callable $answer): void
{
    ini_set('display_errors', '0');
    try {
        $response = $answer(new Request());
    } catch (PDOException $failure) {
        writeDown($failure);
        $response = failurePage(503, 'We are back in a moment', 'Our statistics desk does not answer. Please try again in a few seconds.');
    } catch (Throwable $failure) {
        writeDown($failure);
        $response = failurePage(500, 'Own goal', 'Something went wrong on our side. We have been told.');
    }
    $response->send();
}

/** One line in the error log: what and where, never the arguments of a call. */
function writeDown(Throwable $failure): void
{
    $message = $failure->getMessage();
    $password = getenv('DB_PASSWORD');
    if (is_string($password) && $password !== '') {
        $message = str_replace($password, '***', $message);
    }
    error_log(sprintf('sofoot: %s: %s (%s:%d)', $failure::class, $message, basename($failure->getFile()), $failure->getLine()));
}

/** Plain on purpose: it must work when nothing else does. */
function failurePage(int $status, string $title, string $text): Response
{
    $body = <<<HTML
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>$title – SoFoot</title>
        <body style="font:18px/1.5 sans-serif;max-width:32em;margin:15vh auto;padding:0 1em">
        <p style="font:900 2em sans-serif;letter-spacing:-.04em;margin:0">SO<span style="color:#e3122e">FOOT</span></p>
        <h1>$title</h1><p>$text</p></body></html>
        HTML;
    return new Response($status, 'text/html; charset=utf-8', NEVER_STORED, $body . "\n", $status === 503 ? ['Retry-After' => '2'] : []);
}
