<?php
// Which page answers what, and what is shown when something fails.

declare(strict_types=1);

namespace Erp;

use PDOException;
use Throwable;

require __DIR__ . '/database.php';
require __DIR__ . '/books.php';
require __DIR__ . '/pages.php';

function serve(): void
{
    ini_set('display_errors', '0');
    try {
        answer((string) $_SERVER['REQUEST_METHOD'], explode('?', (string) $_SERVER['REQUEST_URI'], 2)[0]);
    } catch (PDOException $failure) {
        writeDown($failure);
        send(503, layout('Back in a moment', '<p>The books do not answer. Nothing was lost; please try again.</p>'));
    } catch (Throwable $failure) {
        writeDown($failure);
        send(500, layout('Something is wrong', '<p>It is on our side, and we have been told.</p>'));
    }
}

function answer(string $method, string $path): void
{
    if ($method === 'POST') {
        $path === '/vouchers' ? answerVoucher() : notFound();
        return;
    }
    if ($path === '/health') {
        answerHealth();
        return;
    }
    if ($path === '/') {
        send(200, dayPage());
        return;
    }
    $client = preg_match('#\A/client/([0-9]{1,6})\z#', $path, $found) === 1 ? client((int) $found[1]) : null;
    $client === null ? notFound() : send(200, clientPage($client));
}

function answerVoucher(): void
{
    // Booked by a form of another site it would not be meant.
    $isOwn = ($_SERVER['HTTP_SEC_FETCH_SITE'] ?? 'same-origin') !== 'cross-site';
    $voucher = $isOwn ? voucherFrom($_POST) : null;
    if ($voucher === null || client($voucher->client) === null) {
        send(422, layout('Not booked', '<p>A voucher has a number, a client that there is, an account, a text and an amount like 120.00.</p>'));
        return;
    }
    book($voucher);
    header("Location: /client/{$voucher->client}", true, 303);
}

/** A machine whose own server has no books to read from must not be asked by anyone. */
function answerHealth(): void
{
    try {
        $isWell = read('SELECT id FROM clients LIMIT 1') !== [];
    } catch (PDOException $failure) {
        writeDown($failure);
        $isWell = false;
    }
    send($isWell ? 200 : 503, $isWell ? "well\n" : "the server on this machine has no books\n", 'text/plain');
}

function notFound(): void
{
    send(404, layout('Nothing here', '<p>There is no such page.</p>'));
}

function send(int $status, string $body, string $type = 'text/html'): void
{
    http_response_code($status);
    header("Content-Type: $type; charset=utf-8");
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    echo $body;
}

/** One line: what and where, never the arguments of a call. */
function writeDown(Throwable $failure): void
{
    error_log(sprintf('erp: %s: %s (%s:%d)', $failure::class, $failure->getMessage(), basename($failure->getFile()), $failure->getLine()));
}
