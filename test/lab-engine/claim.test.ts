/** Numbers and locks that several processes ask for at once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim, claimsIn, release } from '../../src/engines/lab/claim.ts';
import { withLock, withLockIfFree } from '../../src/engines/lab/lock.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spillway-claims-'));
});
afterEach(() => rm(dir, { recursive: true }));

const range = { first: 2, last: 5 };

test('everybody gets the lowest free number, and the same one again', async () => {
  expect(await claim(dir, 'web-1', range)).toBe(2);
  expect(await claim(dir, 'web-2', range)).toBe(3);
  expect(await claim(dir, 'web-1', range)).toBe(2);
  await release(dir, 'web-1');
  expect(await claim(dir, 'web-3', range)).toBe(2);
});

test('at once, nobody gets another one’s', async () => {
  const numbers = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => claim(dir, owner, range)));
  expect(numbers.toSorted()).toEqual([2, 3, 4, 5]);
  expect(await claim(dir, 'e', range)).toBeUndefined();
});

test('a number that is not usable is left out', async () => {
  expect(await claim(dir, 'a', range, (n) => n > 3)).toBe(4);
});

test('a folder that is not there holds no claims', async () => {
  expect(await claimsIn(join(dir, 'nowhere'))).toEqual(new Map());
});

test('work under one lock never overlaps', async () => {
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await sleep(2);
    log.push(`${name} ends`);
  };
  await Promise.all([withLock(dir, work('a')), withLock(dir, work('b'))]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a lock is free again after work that failed', async () => {
  await expect(withLock(dir, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await withLock(dir, () => Promise.resolve('done'))).toBe('done');
});

test('work that may be left out is done only when nobody has the lock', async () => {
  const log: string[] = [];
  const note = (word: string) => (): Promise<void> => Promise.resolve(void log.push(word));
  await withLockIfFree(dir, note('when it is free'));
  await withLock(dir, () => withLockIfFree(dir, note('while it is held')));
  expect(log).toEqual(['when it is free']);
  expect(await withLock(dir, () => Promise.resolve('free again'))).toBe('free again');
});
