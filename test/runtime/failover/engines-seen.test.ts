/** What the engines said last serves on while one of them is silent, and it is asked again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineName, MachineName, PlatformName } from '../../../src/model/ids.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { engineSight, inTime } from '../../../src/runtime/failover/engines-seen.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now(), wall: () => Date.now(), sleep: async () => undefined };
const never = new Promise<never>(() => undefined);

/** The n-th time that it is asked, it tells of one machine called after that; never, when it is silent. */
function engineSilentAt(...silent: readonly number[]) {
  let asked = 0;
  const list = () => {
    asked += 1;
    return silent.includes(asked) ? never : Promise.resolve({ machines: [{ name: `m-${asked}` }], addresses: [] });
  };
  return { engines: new Map([['lab' as EngineName, { list } as unknown as Engine]]), timesAsked: () => asked };
}

async function sightOf({ engines }: ReturnType<typeof engineSilentAt>) {
  const sight = await engineSight(engines, 'shop' as PlatformName, clock);
  const machines = (isInDoubt = false): MachineName[] => sight.now(isInDoubt).machines.map(({ actual }) => actual.name);
  return { sight, machines };
}

test('an engine is asked every five seconds, and in doubt four times a second', async () => {
  const engine = engineSilentAt();
  const { machines } = await sightOf(engine);
  const askedAfter = async (ms: number, isInDoubt: boolean) => {
    await vi.advanceTimersByTimeAsync(ms);
    machines(isInDoubt);
    return engine.timesAsked();
  };
  expect(await askedAfter(4_999, false)).toBe(1);
  expect(await askedAfter(1, false)).toBe(2);
  expect(await askedAfter(249, true)).toBe(2);
  expect(await askedAfter(1, true)).toBe(3);
});

test('one that never answers is asked again, and until then what it said last is known', async () => {
  const { machines } = await sightOf(engineSilentAt(2));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(machines()).toEqual(['m-1']);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(machines(true)).toEqual(['m-1']);
  await vi.advanceTimersByTimeAsync(1_000);
  machines(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(machines()).toEqual(['m-3']);
});

test('who waits for an answer does so for fifteen seconds, and goes on with what is known', async () => {
  const { sight, machines } = await sightOf(engineSilentAt(2));
  let isOver = false;
  void sight.refresh().then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(14_999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect([isOver, machines()]).toEqual([true, ['m-1']]);
});

test('what it was asked for fails then, and says why', async () => {
  const failed = expect(inTime(never)).rejects.toMatchObject({ code: 'engine-silent' });
  await vi.advanceTimersByTimeAsync(15_000);
  await failed;
});
