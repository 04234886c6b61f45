/** How full machines may be, learnt from what the demand did. */
import { describe, expect, test } from 'vitest';
import { learn, learntFill, type FillState } from '../../../src/control/scale/learned-fill.ts';
import { beginning, decide } from '../../../src/control/scale/decide.ts';
import { createRandom } from '../../lab/random.ts';
import { machine, observed, settings } from './pool.ts';

const fleet = { base: { count: 1, serves: 100 }, overflow: { count: 1000, serves: 100 } };
const hour = 3600;

function learntFrom(hours: number, demandAt: (second: number) => number, readyMs = 60_000): FillState {
  let state: FillState | undefined;
  for (let second = 0; second < hours * hour; second++)
    state = learn(state, demandAt(second), { fleet, readyMs }, second * 1000);
  return state!;
}

const wave = (second: number, share: number, periodS: number) =>
  3000 * (1 + share * Math.sin((2 * Math.PI * second) / periodS));

describe('machines that take a minute', () => {
  const random = createRandom(5);
  test.each<[string, (second: number) => number, number]>([
    ['even demand', () => 3000, 0.92],
    ['even demand with noise', () => 3000 + (random() - 0.5) * 300, 0.92],
    ['a day that comes and goes', (second) => wave(second, 0.8, 24 * hour), 0.92],
    ['a third more within ten minutes, and back', (second) => wave(second, 0.3, 20 * 60), 0.88],
    ['half as much more within two minutes, again and again', (second) => wave(second, 0.5, 4 * 60), 0.55],
  ])('%s', (_, demandAt, fill) => {
    expect(learntFill(learntFrom(8, demandAt), 60_000)).toBe(fill);
  });
});

test('the sooner a machine comes, the fuller they may be', () => {
  const fills = [2_000, 30_000, 120_000].map((readyMs) =>
    learntFill(
      learntFrom(8, (second) => wave(second, 0.3, 20 * 60), readyMs),
      readyMs,
    ),
  );
  expect(fills).toEqual(fills.toSorted((one, other) => other! - one!));
  expect(fills[0]).toBeGreaterThan(fills[2]!);
});

test('for two hours it says nothing', () => {
  expect(
    learntFill(
      learntFrom(1.9, () => 3000),
      60_000,
    ),
  ).toBeUndefined();
  expect(
    learntFill(
      learntFrom(2.2, () => 3000),
      60_000,
    ),
  ).toBe(0.92);
});

test('where one machine is enough in any case, it may be full', () => {
  expect(
    learntFill(
      learntFrom(8, (second) => wave(second, 0.5, 240) / 100),
      60_000,
    ),
  ).toBe(0.92);
});

test('what was long ago fades', () => {
  const wild = learntFrom(24, (second) => wave(second, 0.5, 240));
  expect(learntFill(wild, 60_000)).toBe(0.55);
  let state = wild;
  for (let second = 24 * hour; second < 32 * 24 * hour; second += 10)
    state = learn(state, 3000, { fleet, readyMs: 60_000 }, second * 1000);
  expect(learntFill(state, 60_000)).toBeGreaterThan(0.55);
});

test('its state is plain data, and small', () => {
  const state = learntFrom(3, (second) => wave(second, 0.3, 1200));
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  expect(JSON.stringify(state).length).toBeLessThan(600);
});

test('a pool uses what was learnt, and no more than it may', () => {
  const many = { base: { count: 3, serves: 450 }, overflow: { count: 20, serves: 450 } };
  const pool = { ...settings, fleet: many, readyMs: 60_000, fill: 0.5 };
  let learnt: FillState | undefined;
  for (let second = 0; second < 8 * hour; second++) learnt = learn(learnt, 3000, pool, second * 1000);
  const serving = (most: number) => {
    const machines = Array.from({ length: 3 }, (_, index) => machine(`web-${index}`, 'serving', { part: 'base' }));
    const before = { ...beginning, fill: learnt! };
    const nowMs = 8 * hour * 1000;
    return decide({ ...pool, learnsFill: { most } }, before, observed(2400, machines, nowMs), nowMs).decision.wanted;
  };
  // 2,400 at 92 % of 450 each, and at 60 %.
  expect([serving(1), serving(0.6)]).toEqual([6, 9]);
});

test('of other machines nothing is known', () => {
  const learnt = learntFrom(3, () => 3000);
  const slower = learn(learnt, 3000, { fleet, readyMs: 120_000 }, 3 * hour * 1000);
  expect(learntFill(slower, 120_000)).toBeUndefined();
});

test('what came while nobody looked did not grow out of what was before', () => {
  const learnt = learntFrom(3, () => 1000);
  let state: FillState = learnt;
  for (let second = 9 * hour; second < 10 * hour; second++)
    state = learn(state, 3000, { fleet, readyMs: 60_000 }, second * 1000);
  expect(Math.max(...state.lacking)).toBe(0);
});
