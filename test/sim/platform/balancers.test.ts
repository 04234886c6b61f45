/** What balancers know of machines, and when. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { streamOf } from '../../../src/sim/chance/stream.ts';
import { createBalancers } from '../../../src/sim/platform/balancers.ts';

const name = (text: string) => text as MachineName;
const exactly = (medianMs: number) => ({ medianMs, spread: 1 });

function world() {
  const dead = new Set<MachineName>();
  const timings = { check: exactly(300), detect: exactly(1000), leave: exactly(800) };
  const balancers = createBalancers(timings, [name('web-1')], 0, streamOf(1, 'test'));
  const hold = (nowMs: number, serving: readonly string[], closing: readonly string[] = []) =>
    balancers.hold(new Set(serving.map(name)), new Set(closing.map(name)), nowMs);
  const seen = (nowMs: number) => {
    balancers.check((one) => !dead.has(one), nowMs);
    return balancers.servers().map((one) => `${one.name} ${one.ordered} ${one.isUp ? 'up' : 'down'}`);
  };
  const { isSettled, changes } = balancers;
  return { dead, hold, seen, isSettled, changes };
}

test('one that is let in is seen up after a check', () => {
  const { hold, seen } = world();
  hold(0, ['web-x1']);
  expect(seen(299)).toEqual(['web-1 ready up', 'web-x1 ready down']);
  expect(seen(300)).toEqual(['web-1 ready up', 'web-x1 ready up']);
});

test('one that leaves has its time, unless it is closed', () => {
  const { hold, seen } = world();
  hold(0, ['web-x1', 'web-x2']);
  seen(300);
  hold(1000, []);
  hold(1500, [], ['web-x2']);
  expect(seen(1500)).toEqual(['web-1 ready up', 'web-x1 drain up']);
  hold(1800, []);
  expect(seen(1800)).toEqual(['web-1 ready up']);
});

test('one that is asked to come back while it leaves serves at once', () => {
  const { hold, seen } = world();
  hold(0, ['web-x1']);
  seen(300);
  hold(1000, []);
  hold(1100, ['web-x1']);
  expect(seen(1100)).toContain('web-x1 ready up');
});

test('a death is seen a moment later; a return at the next check', () => {
  const { dead, seen } = world();
  dead.add(name('web-1'));
  expect(seen(5000)).toEqual(['web-1 ready up']);
  expect(seen(5999)).toEqual(['web-1 ready up']);
  expect(seen(6000)).toEqual(['web-1 ready down']);
  dead.clear();
  expect(seen(7000)).toEqual(['web-1 ready up']);
});

test('who is back before anybody noticed was never away', () => {
  const { dead, seen } = world();
  dead.add(name('web-1'));
  seen(5000);
  dead.clear();
  seen(5500);
  dead.add(name('web-1'));
  expect(seen(6200)).toEqual(['web-1 ready up']);
});

test('it is settled when another check would find the same, and counts what it came to see', () => {
  const { dead, hold, seen, isSettled, changes } = world();
  seen(0);
  expect([isSettled(), changes()]).toEqual([true, 0]);
  hold(0, ['web-x1']);
  seen(100);
  expect([isSettled(), changes()]).toEqual([false, 1]);
  seen(300);
  expect([isSettled(), changes()]).toEqual([true, 2]);
  hold(400, ['web-x1']);
  seen(400);
  expect([isSettled(), changes()]).toEqual([true, 2]);
  dead.add(name('web-1'));
  seen(1000);
  expect([isSettled(), changes()]).toEqual([false, 2]);
  seen(2000);
  expect([isSettled(), changes()]).toEqual([true, 3]);
  hold(3000, []);
  seen(3000);
  expect(isSettled()).toBe(false);
});
