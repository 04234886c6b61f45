/** How often the machines of a pool are asked for one request. No test goes by the clock. */
import { describe, expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { balanced, type Balanced } from './balanced.ts';

/** On each machine, how often this page ran. */
async function timesRan(one: Balanced, path: string): Promise<readonly number[]> {
  const ran = await Promise.all(['web-1', 'web-2'].map((name) => one.ran(name)));
  return ran.map((all) => all.filter((each) => each.path === path).length);
}

describe('a page that fails everywhere', () => {
  const one = balanced(shopWith(), { 'web-1': { visits: 500 }, 'web-2': { visits: 500 } });

  test('runs once on each of two machines', async () => {
    expect(await one().ask({ path: '/get' })).toMatchObject({ status: 500 });
    expect(await timesRan(one(), '/get')).toEqual([1, 1]);
  });

  test('runs once when it may change something', async () => {
    expect(await one().ask({ method: 'POST', path: '/post', body: 'x=1' })).toMatchObject({ status: 500 });
    expect((await timesRan(one(), '/post')).toSorted()).toEqual([0, 1]);
  });

  test('runs a second time for a tenth of the requests, and some each second', async () => {
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 100 }, () => one().ask({ path: '/many' })));
    const [first = 0, second = 0] = await timesRan(one(), '/many');
    // Those that are under way at once are not counted yet when the others are let through.
    expect(first + second).toBeGreaterThan(1_050);
    expect(first + second).toBeLessThan(1_400);
  });
});

describe('one machine fails', () => {
  const one = balanced(shopWith(), { 'web-1': { visits: 500 } });

  test('the other one answers for it', async () => {
    for (const _ of Array.from({ length: 6 })) {
      expect(await one().ask({ path: '/x' })).toMatchObject({ status: 200, body: 'web-2' });
    }
    expect((await timesRan(one(), '/x'))[1]).toBe(6);
  });
});

describe('a machine that does not answer', () => {
  const one = balanced(shopWith(), { 'web-1': { visits: 'never' }, 'web-2': { visits: 'never' } });

  test('is left as soon as the visitor has left, and no other one is asked', async () => {
    await one().ask({ path: '/slow', leavesAfterMs: 3_000 });
    await expect
      .poll(async () => (await Promise.all(['web-1', 'web-2'].map((name) => one().ran(name)))).flat())
      .toEqual([{ method: 'GET', path: '/slow', left: true }]);
    // Whoever asks afterwards is the next that a machine hears of.
    await one().ask({ path: '/next', leavesAfterMs: 3_000 });
    expect((await timesRan(one(), '/slow')).toSorted()).toEqual([0, 1]);
  });
});

describe('a pool of one machine', () => {
  const one = balanced(shopWith({ pools: { web: { base: { count: 1, site: 'a', flavour: 'small' } } } }), {
    'web-1': { visits: 500 },
  });

  test('is not asked twice', async () => {
    expect(await one().ask({ path: '/get' })).toMatchObject({ status: 500 });
    expect(await one().ran('web-1')).toHaveLength(1);
  });
});
