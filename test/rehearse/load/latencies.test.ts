import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countOf,
  createRecorder,
  merged,
  noLatencies,
  percentilesOf,
  quantileUs,
} from '../../../src/rehearse/load/latencies.ts';

const times = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1 });

function recorded(latenciesUs: readonly number[]) {
  const recorder = createRecorder();
  for (const us of latenciesUs) recorder.record(us);
  return recorder.take();
}

test.each([
  [0, 0],
  [1, 1],
  [255, 255],
  [256, 257],
  [1000, 1003],
  [1_000_000, 1_003_519],
])('a bucket that holds %i µs reaches to %i µs', (us, edge) => {
  expect(quantileUs({ ...recorded([us]), maxUs: Infinity }, 0.5)).toBe(edge);
});

test('a quantile is never too low, and at most 0.8 % too high', () => {
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (latenciesUs, share) => {
      const sorted = latenciesUs.toSorted((one, other) => one - other);
      const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
      const found = quantileUs(recorded(latenciesUs), share);
      expect(found).toBeGreaterThanOrEqual(exact);
      expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 128));
    }),
  );
});

test('parts that are merged are what one would have recorded', () => {
  fc.assert(
    fc.property(fc.array(times), (parts) => {
      expect(merged(parts.map(recorded))).toEqual(parts.length === 0 ? noLatencies : recorded(parts.flat()));
    }),
  );
});

test('what was taken is not taken twice', () => {
  const recorder = createRecorder();
  recorder.record(5000);
  expect(countOf(recorder.take())).toBe(1);
  expect(recorder.take()).toEqual(noLatencies);
});

test('nothing has no percentiles', () => {
  expect(percentilesOf(noLatencies)).toBeUndefined();
  expect(percentilesOf(recorded([2000, 2000, 9000]))).toEqual({ p50Ms: 2.007, p90Ms: 9, p99Ms: 9, maxMs: 9 });
});
