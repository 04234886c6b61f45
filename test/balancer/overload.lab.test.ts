/**
 * What a pool answers when more comes than it can answer, and after it stood still: pages that wait, so that the
 * processor of the host is not what is measured. Two machines answer 100 requests/s each.
 */
import { describe, expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { balanced, type Asked, type Behaviour } from './balanced.ts';

const capacity = 200;
const objectiveMs = 1_000;
const machine: Behaviour = { workers: 10, takesMs: 100 };
const base = { count: 2, site: 'a', flavour: 'small', serves: '100 requests/s' };
const shop = () =>
  shopWith({ pools: { web: { base, queue: { beyond: 10 } } }, objectives: { p99: `${objectiveMs}ms` } });

const within = (asked: readonly Asked[]) => asked.filter(([, status, took]) => status === 200 && took <= objectiveMs);

describe('one and a half times what it can answer', () => {
  const one = balanced(shop(), { 'web-1': machine, 'web-2': machine });

  test('it answers as much as it can, in time, and refuses the rest', async () => {
    const forMs = 10_000;
    const asked = await one().load(capacity * 1.5, forMs);
    // Nine tenths, and less on a host whose timers are late; what others answer in time is far less (below).
    expect(within(asked).length).toBeGreaterThan((0.6 * capacity * forMs) / 1_000);
    const answered = asked.filter(([, status]) => status === 200);
    expect(within(answered).length).toBeGreaterThanOrEqual(answered.length * 0.95);
    expect(new Set(asked.map(([, status]) => status))).toEqual(new Set([200, 503]));
  });
});

/** What HAProxy does by `maxconn` and `timeout queue` alone. */
const plain = (conf: string) => conf.replaceAll(/^ {2}(?:timeout queue 500ms|http-request return .*queue\(.*)\n/gm, '');
/** Nothing waits at the balancer. */
const withoutQueue = (conf: string) => plain(conf).replaceAll(' maxconn 10', '');

describe.each([
  { name: 'with maxconn and a timeout of 5 s', change: plain },
  { name: 'without a queue', change: withoutQueue },
])('the same $name', ({ change }) => {
  const one = balanced(shop(), { 'web-1': machine, 'web-2': machine }, change);

  test('answers less than half of that in time', async () => {
    const forMs = 10_000;
    expect(within(await one().load(capacity * 1.5, forMs)).length).toBeLessThan((0.4 * capacity * forMs) / 1_000);
  });
});

describe('all machines stand still for two seconds', () => {
  const one = balanced(shop(), { 'web-1': machine, 'web-2': machine });

  test('ten seconds later nobody waits any more', async () => {
    const asking = one().load(capacity * 0.95, 16_000);
    const stillMs = 2_000;
    const still: Behaviour = { ...machine, visits: 'never' };
    await new Promise((wake) => setTimeout(wake, 2_000));
    await Promise.all(['web-1', 'web-2'].map((name) => one().behave(name, still)));
    await new Promise((wake) => setTimeout(wake, stillMs));
    await Promise.all(['web-1', 'web-2'].map((name) => one().behave(name, machine)));
    const asked = await asking;
    const after = asked.filter(([dueMs]) => dueMs > 2_000 + stillMs + 10_000);
    expect(after.length).toBeGreaterThan(100);
    expect(within(after).length).toBeGreaterThanOrEqual(after.length * 0.99);
  });
});
