/** What breaks, drawn from a seed. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../src/model/ids.ts';
import { chaosOf, type Link, type Victims } from '../../src/sim/chaos.ts';

const machines = ['web-1', 'web-2', 'web-3'] as MachineName[];
const link = ['rbx', 'gra'] as unknown as Link;
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
const minute = 60_000;

function chaos(seed: number, more: Partial<Victims> = {}) {
  const victims = { machines, links: [link], overflow: 5, forMs: minute, nowMs: () => 0, there: () => 0 };
  return chaosOf(seed, { ...victims, ...more });
}

test('one seed breaks the same things, another one others', () => {
  const shown = (seed: number) => JSON.stringify(chaos(seed).faults);
  expect(shown(3)).toBe(shown(3));
  expect(new Set(seeds.map(shown)).size).toBeGreaterThan(150);
});

test('faults are in the order of time, within it, on machines that are there', () => {
  for (const seed of seeds) {
    const { faults } = chaos(seed);
    expect(faults.map(({ atMs }) => atMs)).toEqual(
      faults.map(({ atMs }) => atMs).toSorted((one, other) => one - other),
    );
    for (const { atMs, target, forMs } of faults) {
      expect(atMs).toBeLessThan(60_000);
      expect(machines).toContain(target);
      expect(forMs).toBeGreaterThan(0);
    }
  }
});

test('of all seeds some break the provider, and some machines are sick, none of them of the base', () => {
  const fates = seeds.map((seed) => {
    const { fates: fate } = chaos(seed);
    return Array.from({ length: 60 }, (_, number) => fate({ verb: 'make-machine', subject: 'web-x1', number }));
  });
  expect(new Set(fates.flat())).toEqual(
    new Set(['well', 'fails-before', 'fails-midway', 'fails-after', 'lies', 'never-ready']),
  );
  expect(fates.some((all) => all.filter((fate) => fate === 'fails-before').length >= 20)).toBe(true);
  const sick = seeds.filter((seed) => chaos(seed).isSick('web-x1' as MachineName)).length;
  expect(sick).toBeGreaterThan(2);
  expect(sick).toBeLessThan(30);
  const base = seeds.map((seed) => chaos(seed));
  expect(base.some(({ isSick }) => isSick('web-1' as MachineName))).toBe(false);
  expect(new Set(base.map(({ speedOf }) => speedOf('web-x1' as MachineName)))).toEqual(new Set([1, 0.5]));
  expect(new Set(base.map(({ speedOf }) => speedOf('web-1' as MachineName)))).toEqual(new Set([1]));
  expect(new Set(base.flatMap(({ delay }) => Array.from({ length: 40 }, delay)))).toEqual(new Set([1, 10]));
});

test('links are cut and heal, within the time', () => {
  const cuts = seeds.flatMap((seed) => chaos(seed).cuts);
  expect(cuts.length).toBeGreaterThan(40);
  for (const { atMs, forMs, between } of cuts) {
    expect(atMs).toBeLessThan(minute);
    expect(forMs).toBeGreaterThan(0);
    expect(between).toEqual(link);
  }
  expect(seeds.flatMap((seed) => chaos(seed, { links: [] }).cuts)).toEqual([]);
});

test('an API that is down answers nothing, and comes back', () => {
  const down = seeds.map((seed) => {
    let nowMs = 0;
    const { isDown, fates } = chaos(seed, { nowMs: () => nowMs });
    const answers = [];
    for (; nowMs < 10 * minute; nowMs += 1000)
      answers.push({ isDown: isDown(), fate: fates({ verb: 'remove-machine', subject: 'web-x1', number: 1 }) });
    expect(answers.at(-1)?.isDown).toBe(false);
    return answers.filter((one) => one.isDown);
  });
  expect(down.filter((answers) => answers.length > 0).length).toBeGreaterThan(20);
  expect(new Set(down.flat().map(({ fate }) => fate))).toEqual(new Set(['fails-before']));
});

test('a quota that is reached refuses every machine more of the overflow, and no other call', () => {
  const made = (seed: number, there: number) => {
    const { fates } = chaos(seed, { there: () => there });
    return Array.from({ length: 40 }, () => fates({ verb: 'make-machine', subject: 'web-x1', number: 1 }));
  };
  const refusing = seeds.filter((seed) => made(seed, 4).every((fate) => fate === 'fails-before'));
  expect(refusing.length).toBeGreaterThan(20);
  expect(refusing.length).toBeLessThan(70);
  // Each has room for fewer than the blueprint hopes for, some for none at all.
  const none = refusing.filter((seed) => made(seed, 0).every((fate) => fate === 'fails-before'));
  expect(none.length).toBeLessThan(refusing.length / 2);
  for (const seed of refusing) {
    const { fates } = chaos(seed, { there: () => 4 });
    const fate = () => fates({ verb: 'remove-machine', subject: 'web-x1', number: 1 });
    expect(Array.from({ length: 60 }, fate)).toContain('well');
  }
});

test('what lasts for days breaks as often each day', () => {
  const day = 1440 * minute;
  const counts = seeds.map((seed) => chaos(seed, { forMs: 10 * day }).faults.length);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(mean).toBeGreaterThan(27);
  expect(mean).toBeLessThan(33);
});
