/** A pool that is driven: machines are made, let in, drained and removed, whatever fails, and whoever begins anew. */
import { describe, expect, test, vi } from 'vitest';
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
  const removed: MachineName[] = [];
  /** Those whose making takes for ever, or until it is let go on. */
  const hangs = new Map<MachineName, () => void>();
  let held = 0;
  /** Those that still answer somebody and so stay in the balancers, draining. */
  const stuck = new Set<MachineName>();
  let wanted: ReadonlySet<MachineName> = new Set();
  const closed: MachineName[] = [];
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
              ...[...inBalancers].map((one) => ({
                name: one,
                ordered: stuck.has(one) && !wanted.has(one) ? ('drain' as const) : ('ready' as const),
                isUp: true,
              })),
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
      if (hangs.has(one)) await new Promise<void>((resolve) => hangs.set(one, resolve));
      half.delete(one);
      there.add(one);
    },
    async remove(one) {
      removed.push(one);
      there.delete(one);
      half.delete(one);
    },
    async hold(serving, closing) {
      held += 1;
      wanted = new Set(serving);
      draining.clear();
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
  return {
    it,
    hands,
    there,
    half,
    draining,
    stuck,
    closed,
    hangs,
    made,
    removed,
    held: () => held,
    now: () => nowMs,
    pass: () => (nowMs += 1000),
    told,
    seconds,
    overflow,
    leave,
    begin: (memory?: Memory, calendarAt?: Parameters<typeof drivePool>[3], more = {}) =>
      drivePool({ ...settings, ...more }, hands, memory, calendarAt),
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

test('one that does not come is given up once, another is made meanwhile, and what comes of it late goes', async () => {
  const { it, hangs, made, removed, there, seconds, overflow, begin } = world();
  it.demand = 1200;
  hangs.set(name('web-x1'), () => undefined);
  const driver = begin();
  await seconds(driver, 66);
  expect(made).toEqual(['web-x1', 'web-x2']);
  expect(overflow()).toEqual(['web-x2']);
  expect(removed).toEqual(['web-x1']);
  expect(driver.state().gaveUpAtMs).toHaveLength(1);
  // It keeps its place, for it may still come.
  expect(driver.machines().find((one) => one.name === 'web-x1')).toMatchObject({ stage: 'drained', isGoing: true });
  hangs.get(name('web-x1'))!();
  await seconds(driver, 3);
  expect(removed).toEqual(['web-x1', 'web-x1']);
  expect([...there]).toEqual(['web-x2']);
  expect(driver.state().gaveUpAtMs).toHaveLength(1);
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
  const second = begin({
    state: resumed({ state: first.state(), settings, atMs: keptAtMs }, settings, {
      nowMs: now(),
      unseenMs: now() - keptAtMs,
    }),
  });
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

test('what fails three times is not tried for ten minutes, and then once', async () => {
  const { it, made, seconds, begin } = world();
  Object.assign(it, { demand: 1200, fails: 1000 });
  const driver = begin();
  await seconds(driver, 500);
  expect(made).toHaveLength(3);
  await seconds(driver, 200);
  expect(made).toHaveLength(4);
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
  await hands.hold(new Set([slots[3]!]), new Set());
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
  const driver = begin({}, undefined, { drainMs: 20_000 });
  await seconds(driver, 6);
  const [last] = overflow();
  stuck.add(last!);
  it.demand = 500;
  await seconds(driver, 19);
  expect(closed).toEqual([]);
  await seconds(driver, 90);
  expect(closed).toEqual([last]);
  expect([...there]).toEqual([]);
});

test('hours are those of its calendar', async () => {
  const { it, seconds, overflow, begin } = world();
  it.demand = 100;
  const noonMs = Date.parse('2026-06-15T12:00:00Z');
  const entries = [{ days: [1], from: '13:00', until: '14:00', size: 4 }];
  // A second is a minute: the hour begins after 60 s, for which a machine is asked 2 s before.
  const driver = begin({}, (nowMs) => ({ nowMs: noonMs + nowMs * 60, speed: 60 }), {
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

test('what is being removed is told once', async () => {
  const { it, hands, seconds, begin } = world();
  it.demand = 1200;
  const driver = begin();
  await seconds(driver, 6);
  Object.assign(hands, { remove: () => new Promise(() => undefined) });
  it.demand = 900;
  const told: string[] = [];
  const turn = driver.turn.bind(driver);
  const telling: typeof driver = {
    ...driver,
    async turn(nowMs) {
      const decision = await turn(nowMs);
      for (const { kind } of decision.actions) told.push(kind);
      return decision;
    },
  };
  await seconds(telling, 150);
  expect(told).toEqual(['drain', 'destroy']);
});

test('a machine that comes while it looks at the list from before is still on its way, and not asked for again', async () => {
  const { it, hands, there } = world();
  it.demand = 1200;
  const [made, looked] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let looks = 0;
  let asked = 0;
  const slowly: PoolHands = {
    ...hands,
    async look() {
      const list = await hands.look();
      if (++looks === 2) await looked.promise;
      return list;
    },
    async make(one) {
      asked += 1;
      await made.promise;
      there.add(one);
    },
  };
  const driver = drivePool(settings, slowly);
  await driver.turn(1000);
  const second = driver.turn(2000);
  await new Promise((resolve) => setImmediate(resolve));
  made.resolve(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  looked.resolve(undefined);
  await second;
  expect(driver.machines().filter(({ part }) => part === 'overflow')).toMatchObject([
    { name: slots[0], stage: 'starting' },
  ]);
  expect(asked).toBe(1);
  await driver.turn(3000);
  expect(driver.machines().filter(({ part }) => part === 'overflow')).toMatchObject([
    { name: slots[0], stage: 'ready' },
  ]);
});

describe('a turn again', () => {
  test('decides as a whole turn does that sees the same, and looks at nothing', async () => {
    const [one, other] = [world(), world()];
    const [again, whole] = [one.begin(), other.begin()];
    await one.seconds(again, 3);
    await other.seconds(whole, 3);
    const looks = vi.spyOn(one.hands, 'look');
    for (let nowMs = 3500; nowMs < 9000; nowMs += 500) expect(again.again(nowMs)).toEqual(await whole.turn(nowMs));
    expect(again.state()).toEqual(whole.state());
    expect(again.machines()).toEqual(whole.machines());
    expect(looks).not.toHaveBeenCalled();
  });

  test('does nothing, and says so, when something is to be done: a whole turn does it', async () => {
    const { it, made, seconds, pass, begin } = world();
    const driver = begin();
    await seconds(driver, 3);
    it.demand = 1800;
    const state = driver.state();
    expect(driver.again(pass())).toBeUndefined();
    expect(driver.state()).toBe(state);
    expect(made).toEqual([]);
    expect((await driver.turn(4000)).kind).toBe('grow');
    expect(made.length).toBeGreaterThan(0);
  });

  test.each<[string, (all: ReturnType<typeof world>, driver: ReturnType<typeof drivePool>) => Promise<void> | void]>([
    ['before the first', () => undefined],
    [
      'while a machine is made',
      async ({ it, hangs, seconds }, driver) => {
        it.demand = 1200;
        hangs.set(name('web-x1'), () => undefined);
        await seconds(driver, 3);
      },
    ],
    [
      'once one was made, till somebody has looked',
      async ({ it, hangs, seconds }, driver) => {
        it.demand = 1200;
        hangs.set(name('web-x1'), () => undefined);
        await seconds(driver, 3);
        hangs.get(name('web-x1'))!();
        await new Promise((resolve) => setImmediate(resolve));
      },
    ],
    [
      'while others work there',
      async ({ it, seconds }, driver) => {
        await seconds(driver, 3);
        it.tied = '`spillway up` works on the platform';
      },
    ],
    [
      'after a look that failed',
      async ({ hands, seconds, now }, driver) => {
        await seconds(driver, 3);
        vi.spyOn(hands, 'look').mockRejectedValueOnce(new Error('the provider is away'));
        await expect(driver.turn(now() + 500)).rejects.toThrow('away');
      },
    ],
  ])('is none %s', async (_, prepare) => {
    const all = world();
    const driver = all.begin();
    await prepare(all, driver);
    expect(driver.again(all.now() + 1000)).toBeUndefined();
  });
});
