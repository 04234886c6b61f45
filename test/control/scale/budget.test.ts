/** What the budget pays for, in hours at one euro. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affordable, monthBeganMs, spentSince, type Stay } from '../../../src/control/scale/budget.ts';

const hourMs = 3_600_000;
const price = { amount: 1, periodMs: hourMs };
const billing = { periodMs: hourMs, marginMs: 180_000 };
const hours = (count: number) => count * hourMs;
const stay = (fromHour: number, toHour?: number): Stay => ({
  fromMs: hours(fromHour),
  ...(toHour !== undefined && { toMs: hours(toHour) }),
  price,
});

describe('the month', () => {
  test.each([
    ['2026-06-15T12:00:00Z', 'Europe/Paris', '2026-05-31T22:00:00Z'],
    ['2026-05-31T22:30:00Z', 'Europe/Paris', '2026-05-31T22:00:00Z'],
    ['2026-05-31T22:30:00Z', 'Etc/UTC', '2026-05-01T00:00:00Z'],
    ['2026-04-15T12:00:00Z', 'Europe/Paris', '2026-03-31T22:00:00Z'],
    ['2026-03-31T12:00:00Z', 'Europe/Paris', '2026-02-28T23:00:00Z'],
  ])('of %s in %s began at %s', (now, timeZone, began) => {
    expect(new Date(monthBeganMs(Date.parse(now), timeZone)).toISOString()).toBe(new Date(began).toISOString());
  });
});

describe('is paid', () => {
  test.each<[string, readonly Stay[], number, number, number]>([
    ['nothing for nothing', [], 0, 10, 0],
    ['an hour as it begins', [stay(10)], 0, 10, 1],
    ['an hour that was begun, wholly', [stay(10, 10.1)], 0, 20, 1],
    ['one hour for one hour', [stay(10, 11)], 0, 20, 1],
    ['two hours for a little more', [stay(10, 11.01)], 0, 20, 2],
    ['for one that is there, the hour of now', [stay(10)], 0, 12.5, 3],
    ['of a stay from before the month, the hours that began in it', [stay(-2.5, 1)], 0, 20, 1],
    ['nothing of a stay that ended before the month', [stay(-5, -4)], 0, 20, 0],
    ['an hour for one that went as it came', [stay(10, 10)], 0, 20, 1],
    ['by the month, a month', [{ fromMs: 0, price: { amount: 60, periodMs: hours(730) } }], 0, 20, 60],
  ])('%s', (_, stays, sinceHour, nowHour, spent) => {
    expect(spentSince(stays, hours(sinceHour), hours(nowHour))).toBe(spent);
  });
});

describe('the budget pays for', () => {
  const at = (nowHour: number, budget: number, stays: readonly Stay[]) =>
    affordable(
      { budget, base: 100, stays },
      { price, billing, paidSinceMs: stays.filter(({ toMs }) => toMs === undefined).map(({ fromMs }) => fromMs) },
      0,
      hours(nowHour),
    );
  test.each<[string, number, number, readonly Stay[], number]>([
    ['as many as are left after the base', 10, 105, [], 5],
    ['none when the base takes all', 10, 100, [], 0],
    ['none when the base takes more', 10, 90, [], 0],
    ['none that it could not pay wholly', 10, 100.9, [], 0],
    ['as many less as were paid for', 10, 105, [stay(1, 2), stay(3, 5)], 2],
    ['those that are paid for, and others', 10.5, 105, [stay(10)], 5],
    ['one that is paid for, with nothing left', 10.5, 101, [stay(10)], 1],
    ['not its next hour, in the last minutes of this one', 10.97, 101, [stay(10)], 0],
    ['its next hour, with one left', 10.97, 102, [stay(10)], 1],
    ['of two with one hour left, the second while it is paid for', 10.97, 103, [stay(10), stay(10.5)], 2],
  ])('%s', (_, nowHour, budget, stays, count) => {
    expect(at(nowHour, budget, stays)).toBe(count);
  });

  test('a tenth three times', () => {
    const cheap = { ...price, amount: 0.1 };
    const purse = { budget: 0.3, base: 0, stays: [] };
    expect(affordable(purse, { price: cheap, billing, paidSinceMs: [] }, 0, 0)).toBe(3);
  });

  test('no more, whoever keeps to it: what is spent in a month is never more than the budget', () => {
    const minuteMs = 60_000;
    const wishes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 60, maxLength: 400 });
    fc.assert(
      fc.property(wishes, fc.integer({ min: 0, max: 30 }), (line, budget) => {
        let stays: readonly Stay[] = [];
        for (const [minute, wish] of line.entries()) {
          const nowMs = minute * minuteMs;
          const there = () => stays.filter(({ toMs }) => toMs === undefined);
          const most = affordable(
            { budget, base: 0, stays },
            { price, billing, paidSinceMs: there().map(({ fromMs }) => fromMs) },
            0,
            nowMs,
          );
          // The one whose paid hour ends first goes first, as in `decide`.
          const endsMs = ({ fromMs }: Stay) => (hourMs - ((nowMs - fromMs) % hourMs)) % hourMs;
          const leaving = there()
            .toSorted((one, other) => endsMs(one) - endsMs(other))
            .slice(0, Math.max(0, there().length - most));
          stays = stays.map((one) => (leaving.includes(one) ? { ...one, toMs: nowMs } : one));
          const more = Math.max(0, Math.min(wish, most) - there().length);
          stays = [...stays, ...Array.from({ length: more }, () => ({ fromMs: nowMs, price }))];
          expect(spentSince(stays, 0, nowMs)).toBeLessThanOrEqual(budget);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
