/** What is peculiar to AWS's target tracking and predictive scaling, on their time-lines. */
import { describe, expect, test } from 'vitest';
import { awsPredictive } from '../../../src/sim/policies/aws-predictive/index.ts';
import { awsTarget } from '../../../src/sim/policies/aws-target/index.ts';
import { changes, play } from './pool.ts';

const settings = { target: 0.7, least: 1, most: 1000 };
const minute = 60;
const hour = 3600;
const step = (from: number, to: number, at: number) => (second: number) => (second <= at ? from : to);

describe('target tracking', () => {
  test('three full minutes above the target, then all that lacks', () => {
    const played = play(awsTarget, { settings, demand: step(700, 2100, 10 * minute), from: 10, seconds: 1200 });
    expect(changes(played)).toEqual([
      [0, 10],
      [13 * minute, 30],
    ]);
  });

  test('while they start, what lacks is not asked for again', () => {
    const demand = step(700, 2100, 10 * minute);
    const played = play(awsTarget, { settings, demand, from: 10, startsIn: 400, seconds: 3000 });
    expect(changes(played)).toEqual([
      [0, 10],
      [13 * minute, 30],
    ]);
  });

  test('two minutes above it are none', () => {
    const demand = (second: number) => (second > 10 * minute && second <= 12 * minute ? 2100 : 700);
    expect(changes(play(awsTarget, { settings, demand, from: 10, seconds: 1800 }))).toEqual([[0, 10]]);
  });

  test('fifteen minutes below 90 % of it', () => {
    const played = play(awsTarget, { settings, demand: step(2100, 700, 10 * minute), from: 30, seconds: 3600 });
    expect(changes(played)).toEqual([
      [0, 30],
      [25 * minute, 10],
    ]);
  });

  test('91 % of it is no reason', () => {
    const played = play(awsTarget, { settings, demand: () => 0.91 * 700, from: 10, seconds: 3600 });
    expect(changes(played)).toEqual([[0, 10]]);
  });

  test('nothing is removed before the youngest machine was warm for 300 s', () => {
    // It grows at 13 min, and 15 min of little are over at 31 min; but the machines serve since 29 min 40 s only.
    const demand = (second: number) => (second > 10 * minute && second <= 16 * minute ? 2100 : 600);
    const played = play(awsTarget, { settings, demand, from: 10, startsIn: 1000, seconds: 3600 });
    expect(changes(played)).toEqual([
      [0, 10],
      [13 * minute, 30],
      [35 * minute, 9],
    ]);
  });
});

describe('predictive scaling', () => {
  /** Noon is busy, each day. */
  const demand = (second: number) => (Math.floor((second - 1) / hour) % 24 === 12 ? 2100 : 700);

  test('the first day it knows nothing, from the second on it is 300 s early', () => {
    const played = play(awsPredictive, { settings, demand, from: 10, seconds: 48 * hour });
    const noon = 12 * hour;
    const grown = changes(played).filter(([, size]) => size === 30);
    expect(grown.map(([second]) => second)).toEqual([noon + 3 * minute, 24 * hour + noon - 5 * minute]);
  });

  test('a forecast of less removes nothing: target tracking does, once it was little for 15 min', () => {
    const played = play(awsPredictive, { settings, demand, from: 10, seconds: 48 * hour });
    const shrunk = changes(played).filter(([second, size]) => second > 0 && size === 10);
    expect(shrunk.map(([second]) => second)).toEqual([13, 37].map((at) => at * hour + 15 * minute));
  });

  test('what the forecast does not know is left to target tracking', () => {
    const surprise = (second: number) => (second > 30 * hour && second <= 31 * hour ? 4200 : demand(second));
    const played = play(awsPredictive, { settings, demand: surprise, from: 10, seconds: 32 * hour });
    expect(changes(played)).toContainEqual([30 * hour + 3 * minute, 60]);
  });

  test('a day that was once busier counts as one day of those known', () => {
    const once = (second: number) => (second <= 24 * hour ? demand(second) : 700);
    const played = play(awsPredictive, { settings, demand: once, from: 10, seconds: 61 * hour });
    expect(played[36 * hour]!.size).toBe(30);
    // Second day 700, first 2100: 1400 in the mean.
    expect(played[60 * hour]!.size).toBe(20);
  });
});
