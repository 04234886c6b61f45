/** A pool that is driven: machines are made, let in, drained and removed, whatever fails, and whoever begins anew. */
import { expect, test } from 'vitest';
import { resumed } from '../../../src/control/scale/resume.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { drivePool, type Look, type Memory, type PoolHands } from '../../../src/runtime/scale/drive-pool.ts';
import { observed, settings } from '../../control/scale/pool.ts';

const name = (text: string) => text as MachineName;
const slots = [1, 2, 3, 4, 5].map((ordinal) => name(`web-x${ordinal}`));

/** Machines that come at once, balancers that do what they are told, and demand as it is set. */
function world() {
  const base = [1, 2, 3].map((ordinal) => name(`web-${ordinal}`));
  const there = new Set<MachineName>();
  const inBalancers = new Set<MachineName>(base);
  /** Begun, and not finished. */
  const half = new Set<MachineName>();
  const draining = new Set<MachineName>();
  const made: MachineName[] = [];
  let held = 0;
  const told: string[] = [];
  let nowMs = 0;
  const it = {
    ...{ demand: 900 as number | undefined, fails: 0, silent: false, removed: false, dies: false },
    tied: undefined as string | undefined,
  };
  const hands: PoolHands = {
    slots,
    tied: () => it.tied,
    async look(): Promise<Look> {
      const all = it.removed ? [...there] : [...base, ...there, ...half];
      return {
        listed: all.map((one) => ({
          ...{ name: one, state: 'running', commissioned: !half.has(one) },
          part: base.includes(one) ? 'base' : 'overflow',
        })),
        servers: it.silent
          ? undefined
          : [
              ...[...inBalancers].map((one) => ({ name: one, ordered: 'ready' as const, isUp: true })),
              ...[...draining].map((one) => ({ name: one, ordered: 'drain' as const, isUp: true })),
            ],
      };
    },
    observe: (machines) => observed(it.demand, machines, nowMs),
    async make(one) {
      made.push(one);
      if (it.fails-- > 0) throw new Error('the provider refuses');
      if (it.dies) {
        half.add(one);
        await new Promise(() => undefined);
      }
      half.delete(one);
      there.add(one);
    },
    async remove(one) {
      there.delete(one);
      half.delete(one);
    },
    async hold(serving) {
      held += 1;
      draining.clear();
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
  return {
    it,
    hands,
    there,
    half,
    draining,
    made,
    held: () => held,
    now: () => nowMs,
    told,
    seconds,
    overflow,
    begin: (memory?: Memory) => drivePool(settings, hands, memory),
  };
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

test('one that begins anew finishes what was begun, and tries no other in its place', async () => {
  const { it, seconds, overflow, half, made, begin } = world();
  Object.assign(it, { demand: 1200, dies: true });
  await seconds(begin(), 3);
  expect([...half]).toEqual(slots.slice(0, 1));
  it.dies = false;
  await seconds(begin(), 15);
  expect(overflow()).toEqual(slots.slice(0, 1));
  expect(made).toEqual([slots[0], slots[0]]);
});

test('one that begins anew lets those leave that were leaving', async () => {
  const { there, draining, seconds, overflow, begin } = world();
  there.add(slots[0]!);
  draining.add(slots[0]!);
  await seconds(begin(), 4);
  expect(overflow()).toEqual([]);
  expect([...there]).toEqual([]);
});

test('one that begins anew with the state of the last goes on with its hold', async () => {
  const { it, seconds, overflow, now, begin } = world();
  it.demand = 1800;
  const first = begin();
  await seconds(first, 6);
  it.demand = 500;
  await seconds(first, 40);
  const keptAtMs = now();
  it.silent = true;
  await seconds(begin(), 500);
  it.silent = false;
  const second = begin({ state: resumed(first.state(), keptAtMs, now()) });
  await seconds(second, 15);
  expect(overflow()).toHaveLength(3);
  await seconds(second, 20);
  expect(overflow().length).toBeLessThan(3);
});

test('a machine that was there before is paid for since the journal says so', async () => {
  const { there, seconds, begin } = world();
  there.add(slots[0]!);
  const driver = begin({ paidSinceMs: (name) => (name === slots[0] ? 7 : undefined) });
  await seconds(driver, 1);
  expect(driver.machines().map(({ name, paidSinceMs }) => `${name} ${paidSinceMs}`)).toContain('web-x1 7');
});

test('what fails three times is not tried for ten minutes', async () => {
  const { it, made, seconds, begin } = world();
  Object.assign(it, { demand: 1200, fails: 1000 });
  const driver = begin();
  await seconds(driver, 500);
  expect(made).toHaveLength(3);
  await seconds(driver, 200);
  expect(made).toHaveLength(6);
});

test('while another process works there nothing is touched, and then all that is due', async () => {
  const { it, made, seconds, overflow, held, begin } = world();
  Object.assign(it, { demand: 1800, tied: '`spillway up` works on the platform' });
  const driver = begin();
  await seconds(driver, 30);
  expect([made, held()]).toEqual([[], 0]);
  expect((await driver.turn(31_000)).says).toBe('`spillway up` works on the platform, and nothing is done meanwhile');
  it.tied = undefined;
  await seconds(driver, 6);
  expect(overflow()).toEqual(slots.slice(0, 3));
});

test('those that another process let in meanwhile serve on', async () => {
  const { it, there, hands, seconds, overflow, begin } = world();
  const driver = begin();
  await seconds(driver, 3);
  it.tied = '`spillway rehearse` works on the platform';
  await seconds(driver, 3);
  there.add(slots[3]!);
  await hands.hold(new Set([slots[3]!]));
  Object.assign(it, { tied: undefined, demand: 1200 });
  await seconds(driver, 5);
  expect(overflow()).toEqual([slots[3]]);
});

test.each([
  ['no balancer answers', { silent: true }],
  ['none of its own machines is there', { removed: true }],
])('when %s, nothing is touched', async (says, unknown) => {
  const { it, made, seconds, overflow, begin } = world();
  it.demand = 1200;
  const driver = begin();
  await seconds(driver, 6);
  Object.assign(it, unknown);
  const before = [...made];
  await seconds(driver, 300);
  expect((await driver.turn(400_000)).says).toMatch(says);
  expect(made).toEqual(before);
  expect(overflow()).toHaveLength(1);
});
