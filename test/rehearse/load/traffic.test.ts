import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivals } from '../../../src/rehearse/load/arrivals.ts';
import { durationMs, expectedUntil, rateAt, type Traffic } from '../../../src/rehearse/load/traffic.ts';
import { traffics } from './any-traffic.ts';

const seeds = fc.integer();

describe('the rate', () => {
  // SoFoot's evening: 1000 a second, three times as many within 20 s, and on.
  const evening: Traffic = [
    { kind: 'hold', perSecond: 1000, forMs: 30_000 },
    { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: 20_000 },
    { kind: 'hold', perSecond: 3000, forMs: 10_000 },
  ];

  test.each([
    [0, 1000],
    [29_999, 1000],
    [30_000, 1000],
    [40_000, 2000],
    [49_990, 2999],
    [50_000, 3000],
    [60_000, 0],
    [-1, 0],
  ])('at %i ms is %i a second', (atMs, perSecond) => {
    expect(rateAt(evening, atMs)).toBeCloseTo(perSecond, 6);
  });

  test.each([
    [0, 0],
    [30_000, 30_000],
    [40_000, 30_000 + 15_000],
    [50_000, 30_000 + 40_000],
    [60_000, 100_000],
    [99_000, 100_000],
  ])('until %i ms adds up to %i requests', (atMs, requests) => {
    expect(expectedUntil(evening, atMs)).toBeCloseTo(requests, 6);
  });

  test('a step is one hold after another', () => {
    const step: Traffic = [
      { kind: 'hold', perSecond: 10, forMs: 1000 },
      { kind: 'hold', perSecond: 30, forMs: 1000 },
    ];
    expect([rateAt(step, 999), rateAt(step, 1000)]).toEqual([10, 30]);
  });

  test('of a trace is scaled to its peak and compressed in time', () => {
    const trace: Traffic = [
      { kind: 'trace', requests: [600, 0, 1200], binMs: 60_000, peakPerSecond: 3000, compress: 60 },
    ];
    expect(durationMs(trace)).toBe(3000);
    expect([0, 999, 1500, 2000, 2999].map((atMs) => rateAt(trace, atMs))).toEqual([1500, 1500, 0, 3000, 3000]);
  });

  test('of a trace without any request is nothing', () => {
    const empty: Traffic = [{ kind: 'trace', requests: [0, 0], binMs: 1000, peakPerSecond: 3000, compress: 1 }];
    expect([...arrivals(empty, 1)]).toEqual([]);
  });

  test('is what the expected requests grow by', () => {
    fc.assert(
      fc.property(traffics, fc.double({ min: 0, max: 1, noNaN: true }), (traffic, part) => {
        const atMs = part * durationMs(traffic);
        const stepMs = 0.001;
        const slope = ((expectedUntil(traffic, atMs + stepMs) - expectedUntil(traffic, atMs)) / stepMs) * 1000;
        const around = [rateAt(traffic, atMs), rateAt(traffic, atMs + stepMs)];
        expect(slope).toBeGreaterThanOrEqual(Math.min(...around) - 0.1);
        expect(slope).toBeLessThanOrEqual(Math.max(...around) + 0.1);
      }),
    );
  });

  test('compressing a trace keeps its shape, and divides its requests', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 1 }), fc.integer({ min: 2, max: 60 }), (requests, compress) => {
        const once: Traffic = [{ kind: 'trace', requests, binMs: 60_000, peakPerSecond: 100, compress: 1 }];
        const faster: Traffic = [{ kind: 'trace', requests, binMs: 60_000, peakPerSecond: 100, compress }];
        const end = durationMs(once);
        expect(durationMs(faster)).toBeCloseTo(end / compress, 3);
        expect(expectedUntil(faster, end)).toBeCloseTo(expectedUntil(once, end) / compress, 3);
      }),
    );
  });
});

describe('arrivals', () => {
  test('never go back, and stay within the traffic', () => {
    fc.assert(
      fc.property(traffics, seeds, (traffic, seed) => {
        const end = durationMs(traffic);
        let before = 0;
        for (const atMs of arrivals(traffic, seed)) {
          if (!(atMs >= before && atMs <= end)) return false;
          before = atMs;
        }
        return true;
      }),
    );
  });

  test('are the same for the same seed, and others for another', () => {
    fc.assert(
      fc.property(traffics, seeds, (traffic, seed) => {
        const times = [...arrivals(traffic, seed)];
        expect([...arrivals(traffic, seed)]).toEqual(times);
        if (times.length > 10) expect([...arrivals(traffic, seed + 1)]).not.toEqual(times);
      }),
      { numRuns: 30 },
    );
  });

  // The number of a Poisson process up to any time has the variance of its mean.
  test('come as often as expected, up to any time', () => {
    fc.assert(
      fc.property(traffics, seeds, fc.double({ min: 0, max: 1, noNaN: true }), (traffic, seed, part) => {
        const atMs = part * durationMs(traffic);
        const expected = expectedUntil(traffic, atMs);
        const came = [...arrivals(traffic, seed)].filter((one) => one <= atMs).length;
        expect(Math.abs(came - expected)).toBeLessThan(6 * Math.sqrt(expected) + 6);
      }),
      { seed: 7 },
    );
  });

  test('are as uneven as visitors who do not know of each other', () => {
    const times = [...arrivals([{ kind: 'hold', perSecond: 100, forMs: 1000_000 }], 8)];
    const counts = new Array<number>(1000).fill(0);
    for (const atMs of times) counts[Math.floor(atMs / 1000)]! += 1;
    const mean = times.length / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(variance / mean).toBeGreaterThan(0.8);
    expect(variance / mean).toBeLessThan(1.2);
  });
});
