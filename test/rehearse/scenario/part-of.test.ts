import { expect, test } from 'vitest';
import { durationMs, rateAt } from '../../../src/rehearse/load/traffic.ts';
import { partOf } from '../../../src/rehearse/scenario/part-of.ts';
import { scenarioNamed } from './sofoot.ts';

const whole = scenarioNamed('triple-in-20s');

test('a part has fewer visitors at the same times, and must serve that part of the peak', () => {
  const half = partOf(whole, 0.5, 'this host carries no more');
  expect(durationMs(half.traffic)).toBe(durationMs(whole.traffic));
  for (const atMs of [0, 15_000, 35_000, 50_000, 120_000, 190_000])
    expect(rateAt(half.traffic, atMs)).toBeCloseTo(rateAt(whole.traffic, atMs) / 2, 6);
  expect(half.objectives).toEqual({ ...whole.objectives, peakPerSecond: 1500 });
  expect(half.part).toEqual({ share: 0.5, wholePerSecond: 3000, because: 'this host carries no more' });
  expect(half.mix).toBe(whole.mix);
});

test('a recorded evening keeps its form', () => {
  const evening = scenarioNamed('world-cup-evening');
  const third = partOf(evening, 1 / 3, 'chosen');
  expect(rateAt(third.traffic, 60_000)).toBeCloseTo(rateAt(evening.traffic, 60_000) / 3, 6);
});

test('all of it is the scenario as it is written', () => {
  expect(partOf(whole, 1, '')).toBe(whole);
});
