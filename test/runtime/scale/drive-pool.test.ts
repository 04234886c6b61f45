/** A pool that is driven: machines are made, let in, drained and removed, whatever fails, and whoever begins anew. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { drivePool, type PoolHands } from '../../../src/runtime/scale/drive-pool.ts';
import type { PoolSight } from '../../../src/runtime/scale/stages.ts';
import { observed, settings } from '../../control/scale/pool.ts';

const name = (text: string) => text as MachineName;
const slots = [1, 2, 3, 4, 5].map((ordinal) => name(`web-x${ordinal}`));

/** Machines that come at once, balancers that do what they are told, and demand as it is set. */
function world() {
  const base = [1, 2, 3].map((ordinal) => name(`web-${ordinal}`));
  const there = new Set<MachineName>();
  const inBalancers = new Set<MachineName>(base);
  /** Those that still answer somebody and so stay in the balancers, draining. */
  const stuck = new Set<MachineName>();
  const closed: MachineName[] = [];
  const told: string[] = [];
  let nowMs = 0;
  const it = { demand: 900, fails: 0 };
  const hands: PoolHands = {
    slots,
    async look(): Promise<Pick<PoolSight, 'listed' | 'servers'>> {
      const all = [...base, ...there];
      return {
        listed: all.map((one) => ({
          ...{ name: one, state: 'running', commissioned: true },
          part: base.includes(one) ? 'base' : 'overflow',
        })),
        servers: [...inBalancers].map((one) => ({
          name: one,
          ordered: stuck.has(one) ? 'drain' : 'ready',
          isUp: true,
        })),
      };
    },
    observe: (machines) => observed(it.demand, machines, nowMs),
    async make(one) {
      if (it.fails-- > 0) throw new Error('the provider refuses');
      there.add(one);
    },
    async remove(one) {
      there.delete(one);
    },
    async hold(serving, closing) {
      for (const one of closing) if (stuck.delete(one)) closed.push(one);
      for (const one of inBalancers)
        if (!base.includes(one) && !serving.has(one) && !stuck.has(one)) inBalancers.delete(one);
      for (const one of serving) inBalancers.add(one);
    },
    tell: (one, error) => void told.push(`${one}: ${String(error)}`),
  };
  const seconds = async (driver: ReturnType<typeof drivePool>, count: number) => {
    for (let second = 0; second < count; second++) {
      await driver.turn((nowMs += 1000));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const overflow = () => [...inBalancers].filter((one) => !base.includes(one));
  /** Turns by which it leaves, until it has. */
  const leave = async (driver: ReturnType<typeof drivePool>, ...keep: MachineName[]) => {
    for (let turns = 1; ; turns++) {
      const hasLeft = await driver.leave(new Set(keep), (nowMs += 1000));
      await new Promise((resolve) => setImmediate(resolve));
      if (hasLeft || turns === 100) return { hasLeft, turns };
    }
  };
  const begin = (calendarAt?: Parameters<typeof drivePool>[2], more = {}) =>
    drivePool({ ...settings, ...more }, hands, calendarAt);
  return { it, hands, there, told, seconds, overflow, stuck, closed, leave, begin };
}

test('up with the demand, and back to the base', async () => {
  const { it, seconds, overflow, there, begin } = world();
  const driver = begin();
  await seconds(driver, 3);
  expect(overflow()).toEqual([]);
  it.demand = 1800;
  await seconds(driver, 6);
  expect(overflow()).toEqual(slots.slice(0, 3));
  it.demand = 500;
  await seconds(driver, 120);
  expect(overflow()).toEqual([]);
  expect([...there]).toEqual([]);
});

test('a machine that could not be made is told of, removed, and tried again', async () => {
  const { it, told, seconds, overflow, begin } = world();
  Object.assign(it, { demand: 1200, fails: 1 });
  const driver = begin();
  await seconds(driver, 6);
  expect(told).toEqual(['web-x1: Error: the provider refuses']);
  expect(overflow()).toHaveLength(1);
});

test('a driver that begins anew goes on with those that serve', async () => {
  const { it, seconds, overflow, begin } = world();
  it.demand = 1800;
  await seconds(begin(), 6);
  const serving = overflow();
  const anew = begin();
  await seconds(anew, 3);
  expect(overflow()).toEqual(serving);
});

test('when all is over, those go that came, and those stay that were there', async () => {
  const { it, seconds, overflow, there, leave, begin } = world();
  it.demand = 1800;
  await seconds(begin(), 6);
  const found = slots[0]!;
  const driver = begin();
  await seconds(driver, 1);
  expect(await leave(driver, found)).toMatchObject({ hasLeft: true });
  expect([...there]).toEqual([found]);
  expect(overflow()).toEqual([found]);
});

test('when all is over, a machine that is still being made goes once it is there', async () => {
  const { it, hands, there, leave } = world();
  it.demand = 1200;
  const make = Promise.withResolvers<undefined>();
  const slowly: PoolHands = { ...hands, make: (one) => make.promise.then(() => hands.make(one)) };
  const driver = drivePool(settings, slowly);
  for (let turn = 1; turn <= 3; turn++) await driver.turn(turn * 1000);
  expect(await driver.leave(new Set(), 4000)).toBe(false);
  make.resolve(undefined);
  expect(await leave(driver)).toMatchObject({ hasLeft: true });
  expect([...there]).toEqual([]);
});

test('a machine that never empties has its time, and then its last requests are ended', async () => {
  const { it, seconds, overflow, there, stuck, closed, begin } = world();
  it.demand = 1200;
  const driver = begin(undefined, { drainMs: 20_000 });
  await seconds(driver, 6);
  const [last] = overflow();
  stuck.add(last!);
  it.demand = 500;
  await seconds(driver, 19);
  expect(closed).toEqual([]);
  await seconds(driver, 80);
  expect(closed).toEqual([last]);
  expect([...there]).toEqual([]);
});

test('hours are those of its calendar', async () => {
  const { it, seconds, overflow, begin } = world();
  it.demand = 100;
  const noonMs = Date.parse('2026-06-15T12:00:00Z');
  const entries = [{ days: [1], from: '13:00', until: '14:00', size: 4 }];
  // A second is a minute: the hour begins after 60 s, for which a machine is asked 2 s before.
  const driver = begin((nowMs) => ({ nowMs: noonMs + nowMs * 60, speed: 60 }), {
    ...{ rules: { schedule: { timeZone: 'UTC', entries } }, hold: { outMs: 0, inMs: 10_000 } },
  });
  await seconds(driver, 56);
  expect(overflow()).toHaveLength(0);
  await seconds(driver, 4);
  expect(overflow()).toHaveLength(1);
  await seconds(driver, 59);
  expect(overflow()).toHaveLength(1);
  await seconds(driver, 20);
  expect(overflow()).toHaveLength(0);
});
