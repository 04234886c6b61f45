/** What is peculiar to a HorizontalPodAutoscaler, second by second. */
import { describe, expect, test } from 'vitest';
import { desiredByPods } from '../../../src/sim/policies/hpa-algorithm.ts';
import { hpa } from '../../../src/sim/policies/hpa/index.ts';
import { changes, play } from './pool.ts';

const settings = { target: 0.7, least: 1, most: 1000 };
const step = (from: number, to: number, at: number) => (second: number) => (second <= at ? from : to);

test('three times as much: seen 15 s late, and at most doubled in 15 s', () => {
  const played = play(hpa, { settings, demand: step(700, 2100, 60), from: 10, seconds: 300 });
  expect([75, 90, 105].map((second) => played[second]!.size)).toEqual([10, 20, 30]);
  expect(changes(played)).toEqual([
    [0, 10],
    [90, 20],
    [105, 30],
  ]);
});

test('of few, four more in 15 s are more than twice as many', () => {
  const played = play(hpa, { settings, demand: step(70, 7000, 60), from: 1, seconds: 300 });
  expect(changes(played).map(([, size]) => size)).toEqual([1, 5, 10, 20, 40, 80, 100]);
});

test('machines that start count as idle when it grows, so that none is asked for twice', () => {
  const played = play(hpa, { settings, demand: step(700, 2100, 60), from: 10, startsIn: 120, seconds: 600 });
  expect(changes(played).map(([, size]) => size)).toEqual([10, 20, 30]);
});

test('it shrinks to the most of 300 s, all at once', () => {
  const played = play(hpa, { settings, demand: step(2100, 700, 60), from: 30, seconds: 600 });
  // The last recommendation of 30 is of second 75, as the metric is late.
  expect(changes(played)).toEqual([
    [0, 30],
    [375, 10],
  ]);
});

test('a second look upwards within 300 s keeps what there is', () => {
  const demand = (second: number) => (second > 60 && !(second > 195 && second <= 225) ? 700 : 2100);
  const played = play(hpa, { settings, demand, from: 30, seconds: 900 });
  expect(changes(played)).toEqual([
    [0, 30],
    [540, 10],
  ]);
});

test.each([
  [760, 10],
  [779, 12],
  [640, 10],
  [620, 9],
])('within 10 % nothing is done: %i requests/s rest at %i machines', (demand, size) => {
  const played = play(hpa, { settings, demand: () => demand, from: 10, seconds: 600 });
  expect(played.at(-1)!.size).toBe(size);
});

describe('pods without a value', () => {
  test.each([
    { case: 'all measured', usage: 1.5, measured: 10, missing: 0, pending: 0, desired: 15 },
    { case: 'pending ones count as idle', usage: 1.5, measured: 10, missing: 0, pending: 3, desired: 15 },
    {
      case: 'and may turn it around, then nothing is done',
      usage: 1.5,
      measured: 10,
      missing: 0,
      pending: 8,
      desired: 18,
    },
    { case: 'or leave it within the tolerance', usage: 1.5, measured: 10, missing: 0, pending: 4, desired: 14 },
    { case: 'missing ones count as idle when it grows', usage: 2, measured: 5, missing: 3, pending: 0, desired: 10 },
    { case: 'and as full when it shrinks', usage: 0.5, measured: 10, missing: 4, pending: 0, desired: 9 },
    { case: 'pending ones are left out when it shrinks', usage: 0.5, measured: 10, missing: 0, pending: 4, desired: 5 },
    { case: 'nothing measured, nothing done', usage: 0, measured: 0, missing: 5, pending: 2, desired: 7 },
  ])('$case', ({ usage, measured, missing, pending, desired }) => {
    expect(desiredByPods({ replicas: measured + missing + pending, usage, measured, missing, pending })).toBe(desired);
  });
});
