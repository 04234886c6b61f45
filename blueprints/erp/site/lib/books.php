<?php
// The clients of the firm and their vouchers.

declare(strict_types=1);

namespace Erp;

use PDOException;

const ACCOUNTS = ['401' => 'Suppliers', '411' => 'Customers', '606' => 'Purchases', '706' => 'Services'];
const ALREADY_THERE = 1062;

final class Voucher
{
    public function __construct(
        public readonly string $number,
        public readonly int $client,
        public readonly string $account,
        public readonly string $text,
        public readonly int $cents,
    ) {
    }
}

/** @param array<string, mixed> $form */
function voucherFrom(array $form): ?Voucher
{
    $field = fn (string $name): string => is_string($form[$name] ?? null) ? trim($form[$name]) : '';
    $isRight = preg_match('/\A[A-Za-z0-9._-]{1,40}\z/', $field('number')) === 1
        && preg_match('/\A[0-9]{1,6}\z/', $field('client')) === 1
        && isset(ACCOUNTS[$field('account')])
        && preg_match('/\A\P{C}{1,120}\z/u', $field('text')) === 1
        && preg_match('/\A-?[0-9]{1,9}(\.[0-9]{2})?\z/', $field('amount')) === 1;
    if (!$isRight) {
        return null;
    }
    $cents = (int) str_replace('.', '', $field('amount')) * (str_contains($field('amount'), '.') ? 1 : 100);
    return new Voucher($field('number'), (int) $field('client'), $field('account'), $field('text'), $cents);
}

/** A number that is booked already was sent twice, by a person or by `write`. */
function book(Voucher $voucher): void
{
    try {
        write(
            'INSERT INTO vouchers (number, client, account, text, cents) VALUES (?, ?, ?, ?, ?)',
            [$voucher->number, $voucher->client, $voucher->account, $voucher->text, $voucher->cents],
        );
    } catch (PDOException $failure) {
        if (numberOf($failure) !== ALREADY_THERE) {
            throw $failure;
        }
    }
}

/** @return array<string, mixed>|null */
function client(int $id): ?array
{
    return read('SELECT id, name FROM clients WHERE id = ?', [$id])[0] ?? null;
}

/** @return list<array<string, mixed>> */
function lastVouchers(): array
{
    return read(
        'SELECT number, client, name, account, text, cents, booked_at FROM vouchers
         JOIN clients ON clients.id = vouchers.client ORDER BY booked_at DESC LIMIT 30',
    );
}

/** @return list<array<string, mixed>> */
function vouchersOf(int $client): array
{
    return read(
        'SELECT number, client, account, text, cents, booked_at FROM vouchers WHERE client = ? ORDER BY booked_at DESC LIMIT 100',
        [$client],
    );
}
