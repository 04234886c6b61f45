/**
 * What of the overflow the month's budget still pays for. The base is paid for the
 * whole month in advance; then each period of each machine of the overflow as it
 * begins, and wholly. A machine may be there as long as its next period can be
 * paid: so the budget is never passed, and a month's last euro is spent on the
 * peak that comes first, for nobody knows whether a greater one follows.
 */
import { Temporal } from 'temporal-polyfill';
import { paidUntilMs, type Billing } from './paid-hours.ts';

/** A machine of the overflow, from its making until it is gone. */
export interface Stay {
  readonly fromMs: number;
  /** Absent while it is there. */
  readonly toMs?: number;
  readonly price: PeriodPrice;
}

/** What is paid for at a time, an hour or a month, and its price. */
export interface PeriodPrice {
  readonly amount: number;
  readonly periodMs: number;
}

export interface Purse {
  /** Of a month. */
  readonly budget: number;
  /** What the base costs in a month. */
  readonly base: number;
  /** Of all pools, for they share the purse. */
  readonly stays: readonly Stay[];
}

/** When the month began by the clocks of that time zone: bills are by the calendar. */
export function monthBeganMs(nowMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).with({ day: 1 }).startOfDay()
    .epochMilliseconds;
}

/** For the periods that began since then. */
export function spentSince(stays: readonly Stay[], sinceMs: number, nowMs: number): number {
  return stays.reduce((sum, stay) => sum + periodsBegun(stay, sinceMs, nowMs) * stay.price.amount, 0);
}

function periodsBegun({ fromMs, toMs, price: { periodMs } }: Stay, sinceMs: number, nowMs: number): number {
  const before = (atMs: number) => Math.max(0, Math.ceil((atMs - fromMs) / periodMs));
  // One that goes at the very instant it came was asked for all the same.
  const untilMs = Math.max(toMs ?? nowMs + 1, fromMs + 1);
  return Math.max(0, before(untilMs) - before(sinceMs));
}

/** A pool's overflow: what one more machine costs, and since when those are paid for that there are. */
export interface PoolOverflow {
  readonly price: PeriodPrice;
  readonly billing: Billing;
  readonly paidSinceMs: readonly number[];
}

/** How many machines the pool's overflow may have: those that are paid for now, and those whose next period can be. */
export function affordable(
  { budget, base, stays }: Purse,
  { price, billing, paidSinceMs }: PoolOverflow,
  sinceMs: number,
  nowMs: number,
): number {
  const paid = paidSinceMs.filter((since) => paidUntilMs({ paidSinceMs: since }, billing, nowMs) > nowMs).length;
  const left = budget - base - spentSince(stays, sinceMs, nowMs);
  // A sum of prices is off by the last of its sixteen digits.
  const more = price.amount === 0 ? Infinity : Math.floor(left / price.amount + 1e-9);
  return paid + Math.max(0, more);
}
