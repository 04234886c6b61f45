/** Faults of a rehearsal: each at its time, undone at its end, and all of it in the journal. */
import { expect, test } from 'vitest';
import { playFaults } from '../../src/app/rehearse/faults.ts';
import { createOwnController } from '../../src/app/rehearse/own-controller.ts';
import type { EngineName, PlatformName } from '../../src/model/ids.ts';
import type { RecordedFault } from '../../src/rehearse/recording.ts';
import type { Fault } from '../../src/rehearse/scenario/faults.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { createCaller, type Fate } from '../../src/sim/imagined-world.ts';
import { upWorld } from '../plan/imagined.ts';
import { shopWith } from '../plan/shop.ts';

const fault = (kind: Fault['kind'], target: string, atMs: number, forMs?: number): Fault => ({
  ...{ kind, atMs, target },
  ...(forMs !== undefined && { forMs }),
});

const machines = ['web-1', 'web-2', 'web-9', 'web-x1', 'database-1'];

/** A clock that goes on by itself as long as somebody sleeps by it. */
function begin(faults: readonly Fault[], fate: (call: string) => Fate = () => 'well', world = upWorld(shopWith({}))) {
  let nowMs = 0;
  const calls: string[] = [];
  const engine = imaginedEngine(
    world,
    createCaller(({ verb, subject }) => {
      calls.push(`${nowMs} ${verb} ${subject}`);
      return fate(`${verb} ${subject}`);
    }),
  );
  const store = imaginedStore();
  const recorded: RecordedFault[] = [];
  const clock = {
    now: () => nowMs,
    wall: () => nowMs,
    sleep: async (ms: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += ms;
    },
  };
  const played = playFaults(faults, {
    ...{ clock, store, run: 'test', platform: 'shop' as PlatformName },
    engines: new Map([['lab' as EngineName, engine]]),
    hosts: { forget: () => undefined, run: () => Promise.reject(new Error('nobody is there')) },
    ...{ known: { machines, sites: ['east', 'west'] }, spared: new Set<string>(), controller: createOwnController() },
    record: (one) => recorded.push(one),
  });
  played.begin(0);
  const until = async (ms: number) => {
    while (nowMs < ms) await new Promise((resolve) => setImmediate(resolve));
  };
  const journal = () => store.journal.map(({ kind, subject }) => `${kind} ${subject}`);
  const shown = () => recorded.map(({ atMs, target, kind, state }) => `${atMs} ${target} ${kind} ${state}`);
  return { calls, played, until, journal, shown };
}

test('each begins at its time, and ends by itself after as long as it is to last', async () => {
  const { calls, played, until, journal, shown } = begin([
    fault('cut', 'web-1', 1_000, 2_000),
    fault('kill', 'web-2', 2_000, 500),
  ]);
  await until(3_100);
  expect(calls).toEqual([
    '1000 cut-off web-1',
    '2000 cut-power web-2',
    '2500 start-machine web-2',
    '3000 rejoin web-1',
  ]);
  expect(shown()).toEqual([
    '1000 web-1 cut began',
    '2000 web-2 kill began',
    '2500 web-2 kill ended',
    '3000 web-1 cut ended',
  ]);
  expect(journal()).toEqual([
    'step-began web-1/cut',
    'step-began web-2/kill',
    'step-ended web-2/kill',
    'step-ended web-1/cut',
  ]);
  await played.end();
  expect(calls).toHaveLength(4);
});

test('what lasts is undone when all ends, and what had not begun does not begin', async () => {
  const { calls, played, until } = begin([
    fault('kill', 'web-2', 1_000),
    fault('cut', 'web-1', 1_000, 60_000),
    fault('kill', 'database-1', 5_000),
  ]);
  await until(3_000);
  await played.end();
  await until(3_000);
  await played.end();
  expect(calls.slice(0, 2)).toEqual(['1000 cut-power web-2', '1000 cut-off web-1']);
  expect(
    calls
      .slice(2)
      .map((call) => call.slice(call.indexOf(' ') + 1))
      .sort(),
  ).toEqual(['rejoin web-1', 'start-machine web-2']);
});

test('in the place of a killed machine that comes and goes the controller makes another: it is not started', async () => {
  const shop = shopWith({
    pools: { web: { base: { serves: '100 requests/s' }, overflow: { count: 2, site: 'west', flavour: 'small' } } },
  });
  const { calls, played, until } = begin(
    [fault('kill', 'web-x1', 1_000)],
    undefined,
    upWorld(shop, undefined, ['web-x1']),
  );
  await until(2_000);
  await played.end();
  expect(calls).toEqual(['1000 cut-power web-x1']);
});

test('an end that fails is tried again after five seconds', async () => {
  let asked = 0;
  const { played, until, shown } = begin([fault('cut', 'web-1', 1_000, 1_000)], (call) => {
    if (call !== 'rejoin web-1') return 'well';
    asked += 1;
    return asked === 1 ? 'fails-before' : 'well';
  });
  await until(6_900);
  expect(shown()).toEqual(['1000 web-1 cut began']);
  await until(7_100);
  await played.end();
  expect(shown().slice(1)).toEqual([expect.stringMatching(/^7\d00 web-1 cut ended$/)]);
  expect(asked).toBe(2);
});

test('a machine that is not there, or an engine that fails, is told and ends nothing', async () => {
  const { played, until, journal, shown } = begin(
    [fault('kill', 'web-9', 1_000), fault('cut', 'web-1', 1_000), fault('cut', 'web-2', 2_000)],
    (call) => (call === 'cut-off web-1' ? 'fails-before' : 'well'),
  );
  await until(3_000);
  await played.end();
  expect(shown().filter((line) => !line.includes('web-2'))).toEqual([
    '1000 web-9 kill missed',
    '1000 web-1 cut missed',
  ]);
  expect(journal().filter((line) => line.startsWith('step-failed'))).toEqual([
    'step-failed web-9/kill',
    'step-failed web-1/cut',
  ]);
  expect(shown().at(-1)).toContain('web-2 cut ended');
});
