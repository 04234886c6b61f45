/** Many seeds, split among processes and merged. */
import { describe, expect, test } from 'vitest';
import {
  failsBy,
  medianElasticity,
  mergeSeeds,
  partsOf,
  playSeeds,
  type ScaledSeedLine,
} from '../../../src/app/simulate/seeds.ts';

const line = (seed: number, more: Partial<ScaledSeedLine> = {}): ScaledSeedLine => ({
  ...{ seed, held: true, violations: [], virtualSeconds: 60 },
  elasticity: { thetaU: seed, thetaO: 2 * seed, tauU: 0, tauO: 0, upsilon: 0 },
  ...more,
});
const violation = (at: number) => ({ invariant: 'base-last', at, what: 'web-1 is to go' });

test.each([
  [{ from: 1, to: 10 }, 2, ['1..5', '6..10']],
  [{ from: 1, to: 10 }, 3, ['1..3', '4..6', '7..10']],
  [{ from: 7, to: 8 }, 4, ['7..7', '8..8']],
  [{ from: 5, to: 5 }, 2, ['5..5']],
])('%j in %i parts', (range, parts, wanted) => {
  expect(partsOf(range, parts).map(({ from, to }) => `${from}..${to}`)).toEqual(wanted);
});

describe('played', () => {
  const seeds = { from: 1, to: 6 };
  const playing = { seeds, parallel: 3, argvOf: ({ from, to }: typeof seeds) => [`${from}`, `${to}`] };

  test('what comes in any order is merged in the order of the seeds', async () => {
    const done: number[] = [];
    const lines = await playSeeds({
      ...playing,
      progress: (count) => done.push(count),
      run: async ([from = '', to = ''], _, onLine) => {
        for (let seed = Number(to); seed >= Number(from); seed--) onLine(JSON.stringify(line(seed)));
        return { said: '' };
      },
    });
    expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((seed) => line(seed)));
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a process that ends too soon ends all, with what it said', async () => {
    const signals: AbortSignal[] = [];
    const played = playSeeds({
      ...playing,
      progress: () => undefined,
      run: async ([from = ''], signal, onLine) => {
        signals.push(signal);
        onLine(JSON.stringify(line(Number(from))));
        return { said: 'out of memory' };
      },
    });
    await expect(played).rejects.toMatchObject({
      code: 'seeds-lost',
      message: '`1 2` ended after 1 of 2 seeds:\nout of memory',
    });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test('real processes are run', async () => {
    const script = `for (let seed = +process.argv[1]; seed <= +process.argv[2]; seed++) console.log(JSON.stringify({ seed }))`;
    const lines = await playSeeds({
      ...playing,
      argvOf: ({ from, to }) => [process.execPath, '-e', script, `${from}`, `${to}`],
      progress: () => undefined,
    });
    expect(lines.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test('merged: which failed and how to see it again, and medians', () => {
  const lines = [line(1), line(2), line(3, { held: false, violations: [violation(83), violation(12.5)] }), line(9)];
  const merged = mergeSeeds({ from: 1, to: 4 }, lines, ({ seed }) => `again ${seed}`, 1.5);
  expect(merged).toEqual({
    ...{ seeds: { from: 1, to: 4 }, held: false, realSeconds: 1.5, virtualSeconds: 240 },
    failed: [{ seed: 3, violations: [violation(83), violation(12.5)], replay: 'again 3' }],
  });
  expect(medianElasticity(lines)).toEqual({ thetaU: 2.5, thetaO: 5, tauU: 0, tauO: 0, upsilon: 0 });
});

test.each([
  [[violation(83), violation(12.5)], 13],
  [[violation(83)], 83],
  // While machines warmed up, before the traffic.
  [[violation(-15)], 1],
  [[violation(83), { ...violation(712), isOfEnd: true }], 83],
  [[{ ...violation(712), isOfEnd: true }], undefined],
  [[], undefined],
])('%j: fails by %s', (violations, wanted) => {
  expect(failsBy({ violations })).toBe(wanted);
});
