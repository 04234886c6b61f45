/**
 * A shop whose evening begins at eight by its own clock, where machines take ten minutes: in the week in which the
 * clocks change, the forecast expects the evening when people come, and not when they came by UTC.
 */
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import type { ScaleSettings } from '../../../src/control/scale/decide.ts';
import { spillway, type Decider } from '../../../src/sim/fleet/decider.ts';
import { play } from '../../../src/sim/fleet/play.ts';

const capacity = 100;
const daySeconds = 86_400;

/** A quarter of an hour of ten times as many, from eight on. */
function expectedAt(atMs: number, offsetMs: number): number {
  const minute = Math.floor((atMs + offsetMs) / 60_000) % 1440;
  return minute >= 20 * 60 && minute < 20 * 60 + 15 ? 2_000 : 200;
}

/** What each evening lacked, in requests, from the day that begins there on. */
function evenings(timeZone: string, first: string, days: number): readonly number[] {
  const startMs = Date.parse(first);
  const offsets = Array.from(
    { length: days * 24 },
    (_, hour) =>
      Temporal.Instant.fromEpochMilliseconds(startMs + hour * 3_600_000).toZonedDateTimeISO(timeZone)
        .offsetNanoseconds / 1e6,
  );
  const perSecond = Float64Array.from({ length: days * daySeconds }, (_, second) =>
    expectedAt(startMs + second * 1000, offsets[Math.floor(second / 3600)] ?? 0),
  );
  const settings: ScaleSettings = {
    fleet: { base: { count: 3, serves: capacity }, overflow: { count: 60, serves: capacity } },
    rules: { target: {}, forecast: { aheadMs: 5 * 60_000, timeZone } },
    ...{ fill: 0.8, readyMs: 600_000, warm: 0, drainMs: 1_000 },
    hold: { outMs: 0, inMs: 300_000 },
    billing: { periodMs: 0, marginMs: 0 },
  };
  const lacked = Array<number>(days).fill(0);
  const inner = spillway(settings);
  const decider: Decider = {
    name: 'counts',
    turn(demand, machines, nowMs) {
      const serving = machines.filter(({ stage }) => stage === 'serving').length;
      const day = Math.floor((nowMs - startMs - 1) / 1000 / daySeconds);
      lacked[day] = (lacked[day] ?? 0) + Math.max(0, demand - serving * capacity);
      // Machines take ten minutes: nobody need look each second.
      return (nowMs / 1000) % 10 === 0 ? inner.turn(demand, machines, nowMs) : [];
    },
  };
  const fleet = { readyAfterMs: 600_000, spread: 1, leavesAfterMs: 1_000 };
  const begins = { capacity, base: 3, begins: 3, patienceMs: 10_000, billedMs: 0, startMs };
  play({ perSecond, isDrawn: false }, decider, { ...fleet, ...begins }, 1);
  return lacked;
}

test.each<[string, string, string]>([
  ['Europe/Paris goes forward', 'Europe/Paris', '2026-03-26T00:00Z'],
  ['Europe/Paris goes back', 'Europe/Paris', '2026-10-22T00:00Z'],
])('%s on the fourth day', (_, timeZone, first) => {
  const [once, ...known] = evenings(timeZone, first, 5);
  // The first evening nobody could know.
  expect(once).toBeGreaterThan(100_000);
  // From the third on the forecast is believed; the change and the days after it are no other days.
  expect(known.slice(1)).toEqual([0, 0, 0]);
});
