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
        servers: [...inBalancers].map((one) => ({ name: one, ordered: 'ready', isUp: true })),
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
    async hold(serving) {
      for (const one of inBalancers) if (!base.includes(one) && !serving.has(one)) inBalancers.delete(one);
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
  return { it, hands, there, told, seconds, overflow, begin: () => drivePool(settings, hands) };
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
