/** What stays when a rehearsal is over. */
import { expect, test } from 'vitest';
import { leaveAsFound } from '../../src/app/rehearse/leave-as-found.ts';
import type { MachineName } from '../../src/model/ids.ts';
import type { ObservedMachine } from '../../src/model/observation.ts';
import type { PoolDriver } from '../../src/runtime/scale/drive-pool.ts';
import { base, machine } from '../control/scale/pool.ts';

const names = (...all: string[]) => new Set(all as MachineName[]);

/** Lets one machine go each turn, and never those that are stuck. */
function driverOf(overflow: readonly ObservedMachine[], stuck: ReadonlySet<MachineName> = new Set()) {
  let there = overflow;
  const driver: Pick<PoolDriver, 'slots' | 'machines' | 'leave'> = {
    slots: [1, 2, 3, 4, 5].map((ordinal) => `web-x${ordinal}` as MachineName),
    machines: () => [...base, ...there],
    async leave(keep) {
      const [first] = there.filter(({ name }) => !keep.has(name) && !stuck.has(name));
      there = there.filter((one) => one !== first);
      return there.every(({ name }) => keep.has(name));
    },
  };
  return { driver, left: () => there.map(({ name }) => name) };
}

function clock() {
  let nowMs = 0;
  return { now: () => nowMs, wall: () => nowMs, sleep: async (ms: number) => void (nowMs += ms) };
}

test.each<[string, readonly string[], readonly ObservedMachine[], readonly string[]]>([
  ['none was found: all go', [], [machine('web-x1', 'ready'), machine('web-x2', 'serving')], []],
  ['those that were found stay', ['web-x2'], [machine('web-x1', 'ready'), machine('web-x2', 'ready')], ['web-x2']],
  [
    'one that was found has gone: another stays in its place',
    ['web-x1', 'web-x2'],
    [machine('web-x2', 'ready'), machine('web-x3', 'ready'), machine('web-x4', 'ready')],
    ['web-x2', 'web-x3'],
  ],
  [
    'one that is still being made takes nobody’s place',
    ['web-x1'],
    [machine('web-x2', 'starting'), machine('web-x3', 'ready')],
    ['web-x3'],
  ],
])('%s', async (_, found, overflow, wanted) => {
  const { driver, left } = driverOf(overflow);
  expect(await leaveAsFound([driver], names(...found), clock(), 60_000)).toEqual([]);
  expect(left()).toEqual(wanted);
});

test('what cannot be removed in time is named', async () => {
  const { driver } = driverOf([machine('web-x1', 'draining'), machine('web-x2', 'ready')], names('web-x1'));
  expect(await leaveAsFound([driver], names(), clock(), 5_000)).toEqual(['web-x1']);
});

test('who cannot look for a while leaves nothing behind', async () => {
  const { driver, left } = driverOf([machine('web-x1', 'ready'), machine('web-x2', 'ready')]);
  let looks = 0;
  const leave: PoolDriver['leave'] = (...asked) =>
    ++looks < 5 ? Promise.reject(new Error('the provider is away')) : driver.leave(...asked);
  expect(await leaveAsFound([{ ...driver, leave }], names(), clock(), 60_000)).toEqual([]);
  expect(left()).toEqual([]);
});
