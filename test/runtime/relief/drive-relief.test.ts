/** What is held at the balancers while too many come. */
import { expect, test } from 'vitest';
import type { FeatureName } from '../../../src/model/ids.ts';
import { noRelief, type Relief } from '../../../src/roles/balancer/relief.ts';
import { driveRelief } from '../../../src/runtime/relief/drive-relief.ts';

function world() {
  const it = { waiting: 0, nowMs: 0, kept: undefined as Relief | undefined, tied: undefined as string | undefined };
  const held: Relief[] = [];
  const driver = driveRelief(
    { most: 100, shed: ['search'] as FeatureName[] },
    {
      tied: () => it.tied,
      observe: () => ({ machines: [], queue: { value: it.waiting, atMs: it.nowMs } }),
      held: () => Promise.resolve(it.kept),
      async hold({ shed, turnsAway }) {
        held.push({ shed, turnsAway });
      },
    },
  );
  const seconds = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await driver.turn((it.nowMs += 1000));
  };
  return { it, held, driver, seconds };
}

test('in quiet times it is held now and then, for a balancer that began anew', async () => {
  const { held, seconds } = world();
  await seconds(21);
  expect(held).toEqual(Array.from({ length: 5 }, () => noRelief));
});

test('while something is shed it is held at each turn, and given back at the end', async () => {
  const { it, held, driver, seconds } = world();
  await seconds(1);
  it.waiting = 50;
  await seconds(8);
  expect(held.map(({ shed, turnsAway }) => [...shed, ...(turnsAway ? ['away'] : [])].join(' '))).toEqual([
    '',
    '',
    '',
    'search',
    'search',
    'search away',
    'search away',
    'search away',
    'search away',
  ]);
  expect(await driver.end()).toMatchObject({ kind: 'down', state: 'flowing', shed: [] });
  expect(held.at(-1)).toEqual(noRelief);
  expect(await driver.end()).toMatchObject({ kind: 'nothing' });
});

test('one that begins anew goes on where the last one stopped', async () => {
  const { it, held, seconds } = world();
  Object.assign(it, { waiting: 50, kept: { shed: ['search'], turnsAway: false } });
  await seconds(2);
  expect(held.at(-1)).toEqual({ shed: ['search'], turnsAway: false });
  it.waiting = 0;
  await seconds(12);
  expect(held.at(-1)).toEqual(noRelief);
});

test('while somebody else works on the platform nothing is held, and what they left is where it goes on', async () => {
  const { it, held, driver, seconds } = world();
  it.waiting = 50;
  await seconds(4);
  const before = held.length;
  Object.assign(it, { tied: '`spillway up` works on the platform', waiting: 100 });
  await seconds(3);
  expect(held).toHaveLength(before);
  expect(await driver.turn(it.nowMs)).toMatchObject({
    ...{ kind: 'nothing', state: 'shedding' },
    says: '`spillway up` works on the platform, and nothing is done meanwhile',
  });
  Object.assign(it, { tied: undefined, waiting: 10, kept: noRelief });
  await seconds(1);
  expect(held.at(-1)).toEqual(noRelief);
});
