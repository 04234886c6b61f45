/** What breaks, drawn from a seed. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../src/model/ids.ts';
import { chaosOf } from '../../src/sim/chaos.ts';

const machines = ['web-1', 'web-2', 'web-3'] as MachineName[];
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test('one seed breaks the same things, another one others', () => {
  const shown = (seed: number) => JSON.stringify(chaosOf(seed, machines, 60_000).faults);
  expect(shown(3)).toBe(shown(3));
  expect(new Set(seeds.map(shown)).size).toBeGreaterThan(150);
});

test('faults are in the order of time, within it, on machines that are there', () => {
  for (const seed of seeds) {
    const { faults } = chaosOf(seed, machines, 60_000);
    expect(faults.map(({ atMs }) => atMs)).toEqual(
      faults.map(({ atMs }) => atMs).toSorted((one, other) => one - other),
    );
    for (const { atMs, machine, forMs } of faults) {
      expect(atMs).toBeLessThan(60_000);
      expect(machines).toContain(machine);
      expect(forMs).toBeGreaterThan(0);
    }
  }
});

test('of all seeds some break the provider, and some machines are sick, none of them of the base', () => {
  const fates = seeds.map((seed) => {
    const { fates: fate } = chaosOf(seed, machines, 60_000);
    return Array.from({ length: 60 }, (_, number) => fate({ verb: 'make-machine', subject: 'web-x1', number }));
  });
  expect(new Set(fates.flat())).toEqual(new Set(['well', 'fails-before', 'fails-midway', 'fails-after']));
  expect(fates.some((all) => all.filter((fate) => fate === 'fails-before').length >= 20)).toBe(true);
  const sick = seeds.filter((seed) => chaosOf(seed, machines, 1).isSick('web-x1' as MachineName)).length;
  expect(sick).toBeGreaterThan(2);
  expect(sick).toBeLessThan(30);
  const base = seeds.map((seed) => chaosOf(seed, machines, 1));
  expect(base.some(({ isSick }) => isSick('web-1' as MachineName))).toBe(false);
  expect(new Set(base.map(({ speedOf }) => speedOf('web-x1' as MachineName)))).toEqual(new Set([1, 0.5]));
  expect(new Set(base.map(({ speedOf }) => speedOf('web-1' as MachineName)))).toEqual(new Set([1]));
  expect(new Set(base.flatMap(({ delay }) => Array.from({ length: 40 }, delay)))).toEqual(new Set([1, 10]));
});
