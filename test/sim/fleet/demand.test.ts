/** From shapes and records to what comes in each second. */
import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../src/rehearse/load/traffic.ts';
import { demandOf, demandOfTrace, meanOf, peakOf, smoothed, type Bin } from '../../../src/sim/fleet/demand.ts';

const rounded = (rates: Float64Array) => [...rates].map((rate) => Math.round(rate * 1000) / 1000);
const bins = (binMs: number, ...requests: readonly (readonly [bin: number, requests: number])[]): readonly Bin[] =>
  requests.map(([bin, count]) => ({ atMs: bin * binMs, requests: count }));

describe('of shapes', () => {
  test.each<[string, Traffic, number[]]>([
    ['a hold', [{ kind: 'hold', perSecond: 7, forMs: 3000 }], [7, 7, 7]],
    ['a ramp, by its area', [{ kind: 'ramp', fromPerSecond: 0, toPerSecond: 40, overMs: 4000 }], [5, 15, 25, 35]],
    [
      'one that begins within a second',
      [
        { kind: 'hold', perSecond: 10, forMs: 1500 },
        { kind: 'hold', perSecond: 30, forMs: 500 },
      ],
      [10, 20],
    ],
    ['one that ends within a second', [{ kind: 'hold', perSecond: 10, forMs: 1250 }], [10, 2.5]],
    ['nothing', [], []],
  ])('%s', (_, traffic, wanted) => {
    const demand = demandOf(traffic);
    expect(rounded(demand.perSecond)).toEqual(wanted);
    expect(demand.isDrawn).toBe(true);
  });

  test('all that is expected comes in some second', () => {
    const demand = demandOf([
      { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: 7300 },
      { kind: 'hold', perSecond: 3000, forMs: 900 },
    ]);
    expect(meanOf(demand) * demand.perSecond.length).toBeCloseTo(2000 * 7.3 + 3000 * 0.9);
  });
});

describe('as recorded', () => {
  test('by the second it comes as it came', () => {
    const demand = demandOfTrace(bins(1000, [5, 3], [6, 9], [7, 1]), 1000);
    expect(demand).toEqual({ perSecond: Float64Array.of(3, 9, 1), isDrawn: false });
  });

  test('seconds that are missing lie on a line', () => {
    expect(rounded(demandOfTrace(bins(1000, [0, 10], [4, 50]), 1000).perSecond)).toEqual([10, 20, 30, 40, 50]);
  });

  test('between the middles of longer bins the rate changes evenly; before the first and after the last it stays', () => {
    const demand = demandOfTrace(bins(4000, [0, 40], [1, 120]), 4000);
    expect(rounded(demand.perSecond)).toEqual([10, 10, 12.5, 17.5, 22.5, 27.5, 30, 30]);
    expect(demand.isDrawn).toBe(true);
  });

  test('of no bin comes nothing', () => {
    expect(demandOfTrace([], 1000).perSecond).toHaveLength(0);
  });
});

test.each([
  [1, [0, 12, 0, 0]],
  [2, [6, 6, 0, 0]],
  [3, [6, 4, 4, 0]],
])('smoothed over %i s, at the ends over what is there', (seconds, wanted) => {
  const demand = { perSecond: Float64Array.of(0, 12, 0, 0), isDrawn: false };
  expect([...smoothed(demand, seconds).perSecond]).toEqual(wanted);
});

test('mean and peak', () => {
  const demand = { perSecond: Float64Array.of(1, 5, 3), isDrawn: true };
  expect([meanOf(demand), peakOf(demand)]).toEqual([3, 5]);
  const nothing = { perSecond: new Float64Array(0), isDrawn: true };
  expect([meanOf(nothing), peakOf(nothing)]).toEqual([0, 0]);
});
