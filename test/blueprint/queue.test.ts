import { expect, test } from 'vitest';
import { queueOf } from '../../src/blueprint/queue.ts';
import type { PoolName } from '../../src/model/ids.ts';
import { shopWith, type Change } from '../roles/platforms.ts';

const web = (of: Change, objectives: Change = {}) =>
  queueOf(shopWith({ pools: { web: of }, objectives }).blueprint, 'web' as PoolName);

const base = { count: 2, site: 'a', flavour: 'small', serves: '200 requests/s' };
const queue = { beyond: 20 };

test.each<{ name: string; of: Change; objectives?: Change; is: ReturnType<typeof queueOf> }>([
  { name: 'without one there is none', of: {}, is: undefined },
  { name: 'nothing is known', of: { queue }, is: { beyond: 20, most: 1000, waitMs: 3000 } },
  {
    name: 'it waits for half of the objective, and as many as are served meanwhile',
    of: { queue, base },
    objectives: { p99: '800ms' },
    is: { beyond: 20, most: 160, waitMs: 400 },
  },
  {
    name: 'the overflow counts too',
    of: { queue, base, overflow: { count: 3, site: 'a', flavour: 'small', serves: '100 requests/s' } },
    objectives: { p99: '1s' },
    is: { beyond: 20, most: 350, waitMs: 500 },
  },
  {
    name: 'what is said holds',
    of: { queue: { beyond: 20, most: 6000, wait: '2s' }, base },
    objectives: { p99: '800ms' },
    is: { beyond: 20, most: 6000, waitMs: 2000 },
  },
])('$name', ({ of, objectives, is }) => {
  expect(web(of, objectives)).toEqual(is);
});
