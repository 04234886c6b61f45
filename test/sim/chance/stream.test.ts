/** Chance: the same for the same seed and name, and distributed as it says. */
import { describe, expect, test } from 'vitest';
import { streamOf, type Stream } from '../../../src/sim/chance/stream.ts';

const many = 20_000;
const drawn = (draw: (stream: Stream) => number, name = 'a') => {
  const stream = streamOf(7, name);
  return Array.from({ length: many }, () => draw(stream));
};
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - middle) ** 2)));
};

test('the same seed and name draw the same, another name or seed draws something else', () => {
  const first = (seed: number, name: string) => streamOf(seed, name).uniform();
  expect(first(1, 'web-1')).toBe(first(1, 'web-1'));
  const others = [first(1, 'web-1'), first(1, 'web-2'), first(2, 'web-1'), first(1, 'web-11'), first(2, 'web-2')];
  expect(new Set(others).size).toBe(others.length);
});

test('it never changes: these were drawn when it was written', () => {
  const stream = streamOf(42, 'arrivals');
  expect([stream.uniform(), stream.normal(), stream.poisson(3), stream.poisson(1000)]).toMatchInlineSnapshot(`
    [
      0.39417901304709524,
      0.989840777677297,
      1,
      937,
    ]
  `);
});

describe('is distributed as it says', () => {
  test.each<[string, (stream: Stream) => number, number, number]>([
    ['uniform', (stream) => stream.uniform(), 0.5, Math.sqrt(1 / 12)],
    ['normal', (stream) => stream.normal(), 0, 1],
    ['exponential', (stream) => stream.exponential(5), 5, 5],
    ['poisson of few', (stream) => stream.poisson(2.5), 2.5, Math.sqrt(2.5)],
    ['poisson of many', (stream) => stream.poisson(400), 400, 20],
    ['poisson of none', (stream) => stream.poisson(0), 0, 0],
  ])('%s', (_, draw, wantedMean, wantedDeviation) => {
    const values = drawn(draw);
    const within = (4 * wantedDeviation) / Math.sqrt(many);
    expect(Math.abs(mean(values) - wantedMean)).toBeLessThanOrEqual(within);
    expect(deviation(values)).toBeCloseTo(wantedDeviation, wantedDeviation > 10 ? 0 : 1);
  });

  test('times: half are below the median, one in six takes longer than the spread', () => {
    const values = drawn((stream) => stream.logNormal(30, 1.5));
    expect(values.filter((one) => one < 30).length / many).toBeCloseTo(0.5, 1);
    expect(values.filter((one) => one > 45).length / many).toBeCloseTo(0.159, 2);
  });
});
