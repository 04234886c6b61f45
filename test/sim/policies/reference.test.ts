/**
 * The HPA against a loop like it, measured elsewhere: each 15 s, metrics 15 s late, target 70 %, machines of
 * 100 requests/s, from 1,000 to 3,000 requests/s in 20 s, 30 minutes. It need not be the same, but near.
 * θU is how much was missing, τU how long anything was, both in percent (Herbst et al., “Ready for Rain? A View from
 * SPEC Research on the Future of Cloud Metrics”).
 */
import { expect, test } from 'vitest';
import { hpa } from '../../../src/sim/policies/hpa/index.ts';
import { capacity, play, type Second } from './pool.ts';

const seconds = 1800;
const settings = { target: 0.7, least: 1, most: 1000 };
const rising = (from: number) => (second: number) => 1000 + 2000 * Math.min(1, Math.max(0, (second - from) / 20));
/** It looks each 15 s, so what it does depends on when between two looks the demand begins to rise. */
const begins = Array.from({ length: 15 }, (_, second) => 300 + second);

test.each([
  { startsIn: 0, reference: { missing: 0.87, time: 2.3 }, ours: { missing: 0.67, time: 1.9 } },
  { startsIn: 30, reference: { missing: 1.68, time: 3.9 }, ours: { missing: 1.48, time: 3.6 } },
  { startsIn: 120, reference: { missing: 4.21, time: 8.9 }, ours: { missing: 3.98, time: 8.6 } },
])('machines that serve after $startsIn s', ({ startsIn, reference, ours }) => {
  const each = begins.map((from) => lack(play(hpa, { settings, demand: rising(from), from: 15, startsIn, seconds })));
  const missing = mean(each.map((one) => one.missing));
  const time = mean(each.map((one) => one.time));
  expect(missing).toBeCloseTo(ours.missing, 1);
  expect(time).toBeCloseTo(ours.time, 1);
  expect(Math.abs(missing - reference.missing)).toBeLessThan(0.25);
  expect(Math.abs(time - reference.time)).toBeLessThan(0.5);
});

/** θU and τU. */
function lack(played: readonly Second[]): { missing: number; time: number } {
  const lacks = played.map(({ demand, serving }) => {
    const needed = Math.ceil(demand / capacity);
    return Math.max(0, needed - serving) / needed;
  });
  return { missing: 100 * mean(lacks), time: 100 * mean(lacks.map((one) => (one > 0 ? 1 : 0))) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
