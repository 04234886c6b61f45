/** Visitors who send slowly, and those who want too much. No test goes by the clock. */
import { describe, expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { balanced, visitors } from './balanced.ts';

const [slow, other] = visitors;

describe('ninety slow bodies from one address', () => {
  const one = balanced(
    shopWith({
      pools: { front: { roles: { balancer: { perSource: { connections: '1 %' } } } }, web: { queue: { beyond: 1 } } },
    }),
  );

  test('take no machine, and no more connections than one address may have', async () => {
    expect(await one().slowly(slow, 90)).toBe(40);
    for (const _ of Array.from({ length: 20 }))
      expect(await one().ask({ path: '/', from: other })).toMatchObject({ status: 200 });
    const ran = (await Promise.all([one().ran('web-1'), one().ran('web-2')])).flat();
    expect(ran.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('end with the time that a request may take', async () => {
    await expect.poll(() => one().slowly(slow, 0)).toBe(0);
  });
});

describe('more requests than one address may send', () => {
  const one = balanced(
    shopWith({ pools: { front: { roles: { balancer: { perSource: { requests: '3 requests/s' } } } } } }),
  );

  test('are refused, and others are answered', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await one().ask({ path: '/', from: slow })).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    expect(await one().ask({ path: '/', from: other })).toMatchObject({ status: 200 });
  });
});
