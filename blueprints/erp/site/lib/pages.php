<?php
// What people see.

declare(strict_types=1);

namespace Erp;

function escape(string|int $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

function money(int $cents): string
{
    return number_format($cents / 100, 2, '.', ' ') . ' €';
}

function layout(string $title, string $content): string
{
    $machine = escape((string) gethostname());
    $title = escape($title);
    return <<<HTML
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>$title – The books</title>
        <link rel="stylesheet" href="/erp.css">
        </head>
        <body>
        <header><a href="/">The books</a><small>read on $machine</small></header>
        <main><h1>$title</h1>
        $content
        </main>
        </body>
        </html>

        HTML;
}

function dayPage(): string
{
    return layout('Last vouchers', voucherForm(1) . voucherTable(lastVouchers()));
}

/** @param array<string, mixed> $client */
function clientPage(array $client): string
{
    $vouchers = vouchersOf((int) $client['id']);
    $sum = money(array_sum(array_column($vouchers, 'cents')));
    return layout($client['name'], "<p>Balance of these: <b>$sum</b></p>" . voucherForm((int) $client['id']) . voucherTable($vouchers));
}

/** The number is given with the form, so that one that is sent twice is one voucher. */
function voucherForm(int $client): string
{
    $number = date('Y') . '-' . bin2hex(random_bytes(8));
    $accounts = '';
    foreach (ACCOUNTS as $account => $name) {
        $accounts .= "<option value=\"$account\">$account $name</option>";
    }
    return <<<HTML
        <form method="post" action="/vouchers">
        <input type="hidden" name="number" value="$number">
        <label>Client <input name="client" value="$client" inputmode="numeric" required></label>
        <label>Account <select name="account">$accounts</select></label>
        <label>Text <input name="text" maxlength="120" required></label>
        <label>Amount <input name="amount" placeholder="120.00" required></label>
        <button>Book</button>
        </form>
        HTML;
}

/** @param list<array<string, mixed>> $vouchers */
function voucherTable(array $vouchers): string
{
    $rows = '';
    foreach ($vouchers as $voucher) {
        $client = (int) $voucher['client'];
        $rows .= '<tr><td>' . escape($voucher['booked_at']) . '</td><td>' . escape($voucher['number']) . '</td>'
            . "<td><a href=\"/client/$client\">" . escape($voucher['name'] ?? "$client") . '</a></td>'
            . '<td>' . escape($voucher['account']) . '</td><td>' . escape($voucher['text']) . '</td>'
            . '<td class="money">' . money((int) $voucher['cents']) . "</td></tr>\n";
    }
    return "<table><tr><th>Booked<th>Number<th>Client<th>Account<th>Text<th>Amount</tr>\n$rows</table>";
}
