/** Traffic again and again: as long as asked, and at each instant what it is in one of its times. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedFor } from '../../../src/rehearse/load/repeat.ts';
import { durationMs, expectedUntil, type Traffic } from '../../../src/rehearse/load/traffic.ts';
import { traffics } from './any-traffic.ts';

const rise: Traffic = [
  { kind: 'ramp', fromPerSecond: 0, toPerSecond: 100, overMs: 10_000 },
  { kind: 'hold', perSecond: 100, forMs: 10_000 },
];

test.each([
  [5_000, [{ kind: 'ramp', fromPerSecond: 0, toPerSecond: 50, overMs: 5_000 }]],
  [20_000, rise],
  [35_000, [...rise, rise[0], { kind: 'hold', perSecond: 100, forMs: 5_000 }]],
  [40_000, [...rise, ...rise]],
])('for %i ms', (forMs, wanted) => {
  expect(repeatedFor(rise, forMs)).toEqual(wanted);
});

test('of a trace a part of a bin is left, as full as the whole bin', () => {
  const trace: Traffic = [{ kind: 'trace', requests: [10, 40, 20], binMs: 60_000, peakPerSecond: 400, compress: 6 }];
  const cut = repeatedFor(trace, 15_000);
  expect(cut).toEqual([
    { kind: 'trace', requests: [10], binMs: 60_000, peakPerSecond: 100, compress: 6 },
    { kind: 'hold', perSecond: 400, forMs: 5_000 },
  ]);
});

test('any traffic brings what it brings once, so many times, and a part of it', () => {
  const often = fc.double({ min: 0.01, max: 20, noNaN: true });
  fc.assert(
    fc.property(traffics, often, (traffic, times) => {
      const onceMs = durationMs(traffic);
      fc.pre(onceMs > 0);
      const forMs = times * onceMs;
      const repeated = repeatedFor(traffic, forMs);
      expect(durationMs(repeated)).toBeCloseTo(forMs, 3);
      const whole = Math.floor(forMs / onceMs);
      const wanted = whole * expectedUntil(traffic, onceMs) + expectedUntil(traffic, forMs - whole * onceMs);
      expect(expectedUntil(repeated, forMs)).toBeCloseTo(wanted, 3);
    }),
  );
});
