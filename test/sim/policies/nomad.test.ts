/** What is peculiar to the Nomad Autoscaler's target-value, second by second. */
import { expect, test } from 'vitest';
import { nomad } from '../../../src/sim/policies/nomad/index.ts';
import { changes, play } from './pool.ts';

const settings = { target: 0.7, least: 1, most: 1000 };
const step = (from: number, to: number, at: number) => (second: number) => (second <= at ? from : to);

test('all that lacks is asked for at once, and then nothing for 5 min', () => {
  const demand = (second: number) => (second <= 60 ? 700 : second <= 100 ? 2100 : 4200);
  const played = play(nomad, { settings, demand, from: 10, startsIn: 60, seconds: 600 });
  expect(changes(played)).toEqual([
    [0, 10],
    [80, 30],
    [380, 60],
  ]);
});

test('the cooldown is after each action, so a mistake downwards lasts as long', () => {
  const demand = (second: number) => (second > 60 && second <= 90 ? 70 : 700);
  const played = play(nomad, { settings, demand, from: 10, seconds: 600 });
  expect(changes(played)).toEqual([
    [0, 10],
    [80, 1],
    [380, 10],
  ]);
});

test('a value that is older than the machines is multiplied by their number', () => {
  const played = play(nomad, { settings, demand: step(700, 2100, 60), from: 10, startsIn: 295, seconds: 700 });
  expect(changes(played)).toEqual([
    [0, 10],
    [80, 30],
    [380, 90],
    [690, 30],
  ]);
});

test.each([
  [706, 10],
  [708, 11],
  [694, 10],
  [629, 9],
])('within 1 % nothing is done: %i requests/s rest at %i machines', (demand, size) => {
  const played = play(nomad, { settings, demand: () => demand, from: 10, seconds: 300 });
  expect(played.at(-1)!.size).toBe(size);
});
