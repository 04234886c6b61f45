/** A connection that leads nowhere is given up soon, and nothing of it is left open. That one works is a lab test's. */
import { once } from 'node:events';
import { PassThrough, type Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { connectSql } from '../../../src/rehearse/ledger/session.ts';

async function tookMs(work: Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await expect(work).rejects.toThrow();
  return performance.now() - beganMs;
}

/** Far more than the half second, on a busy machine. */
const patienceMs = 5_000;

test('where nobody answers', async () => {
  const ms = await tookMs(connectSql(() => new Promise(() => undefined), 'secret'));
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(patienceMs);
});

test('where somebody answers when nobody waits any more', async () => {
  const opening = Promise.withResolvers<Duplex>();
  await tookMs(connectSql(() => opening.promise, 'secret'));
  const late = new PassThrough();
  const closed = once(late, 'close');
  opening.resolve(late);
  await closed;
});

test('where somebody answers, and is no database', async () => {
  const mute = new PassThrough();
  const closed = once(mute, 'close');
  expect(await tookMs(connectSql(() => Promise.resolve(mute), 'secret'))).toBeLessThan(patienceMs);
  await closed;
});

test('where it is refused', async () => {
  const refused = connectSql(() => Promise.reject(new Error('nothing answers')), 'secret');
  await expect(refused).rejects.toThrow('nothing answers');
});
