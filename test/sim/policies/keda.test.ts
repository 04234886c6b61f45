/** What KEDA adds to an HPA, second by second. */
import { expect, test } from 'vitest';
import { desiredByAverage } from '../../../src/sim/policies/hpa-algorithm.ts';
import { keda } from '../../../src/sim/policies/keda/index.ts';
import { changes, play } from './pool.ts';

const toNone = { target: 0.7, least: 0, most: 1000 };
const step = (from: number, to: number, at: number) => (second: number) => (second <= at ? from : to);

test('from one on an HPA asks each 15 s, and not each pollingInterval', () => {
  const settings = { ...toNone, least: 1 };
  const played = play(keda, { settings, demand: step(700, 2100, 60), from: 10, seconds: 600 });
  expect(changes(played)).toEqual([
    [0, 10],
    [90, 20],
    [105, 30],
  ]);
});

test('the value is of all, so that machines which start change nothing', () => {
  const settings = { ...toNone, least: 1 };
  const played = play(keda, { settings, demand: step(700, 2100, 60), from: 10, startsIn: 120, seconds: 600 });
  expect(changes(played).map(([, size]) => size)).toEqual([10, 20, 30]);
});

test('silence: none is left 300 s after the last poll that heard anything', () => {
  const played = play(keda, { settings: toNone, demand: step(700, 0, 60), from: 10, seconds: 600 });
  // The poll at 60 is the last that hears something. The HPA alone would have gone to one at 375.
  expect(changes(played)).toEqual([
    [0, 10],
    [360, 0],
  ]);
});

test('none is woken by a poll, each 30 s, and the HPA goes on from one', () => {
  const played = play(keda, { settings: toNone, demand: step(0, 700, 60), from: 0, seconds: 300 });
  expect(changes(played)).toEqual([
    [0, 0],
    [90, 1],
    [105, 5],
    [120, 10],
  ]);
});

test('with a least of one a trigger is always active', () => {
  const settings = { ...toNone, least: 1 };
  const played = play(keda, { settings, demand: () => 0, from: 3, seconds: 1200 });
  expect(played.at(-1)!.size).toBe(1);
});

test.each([
  { replicas: 10, all: 760, desired: 10 },
  { replicas: 10, all: 780, desired: 12 },
  { replicas: 10, all: 620, desired: 9 },
  { replicas: 10, all: 0, desired: 0 },
])('$all requests/s at 70 each: from $replicas to $desired', ({ replicas, all, desired }) => {
  expect(desiredByAverage(replicas, all, 70)).toBe(desired);
});
