import { expect, test } from 'vitest';
import { keptListing } from '../../../src/runtime/scale/listing.ts';

function asked(keepMs = 5_000) {
  const it = { nowMs: 0, questions: 0, fails: false };
  const ask = () => {
    it.questions += 1;
    return it.fails ? Promise.reject(new Error('the API is away')) : Promise.resolve(it.questions);
  };
  return { it, listing: keptListing(ask, { now: () => it.nowMs }, keepMs) };
}

test('a list is kept for a while, also for those who ask at once', async () => {
  const { it, listing } = asked();
  expect(await Promise.all([listing.get(), listing.get()])).toEqual([1, 1]);
  it.nowMs = 4_999;
  expect(await listing.get()).toBe(1);
  it.nowMs = 5_000;
  expect(await listing.get()).toBe(2);
});

test('once forgotten it is asked for again, and what was on its way is not kept', async () => {
  const { listing } = asked();
  const underWay = listing.get();
  listing.forget();
  expect(await listing.get()).toBe(2);
  expect(await underWay).toBe(1);
  expect(await listing.get()).toBe(2);
});

test('what failed is not kept', async () => {
  const { it, listing } = asked();
  it.fails = true;
  await expect(listing.get()).rejects.toThrow('the API is away');
  it.fails = false;
  expect(await listing.get()).toBe(2);
});
