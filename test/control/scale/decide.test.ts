/** Which machines come and go, and why: time lines and properties. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginning, decide, type ScaleAction, type ScaleSettings } from '../../../src/control/scale/decide.ts';
import type { ObservedMachine } from '../../../src/model/observation.ts';
import { createRandom } from '../../lab/random.ts';
import { base, machine, observed, play, servingAt, settings } from './pool.ts';

const now = 10_000_000;
const once = (
  demand: number | undefined,
  machines: readonly ObservedMachine[],
  changes: Partial<ScaleSettings> = {},
  orders = {},
) => decide({ ...settings, ...changes }, beginning, observed(demand, machines, now), now, orders).decision;
const shown = (actions: readonly ScaleAction[]) =>
  actions.map((action) => (action.kind === 'create' ? `create ${action.count}` : `${action.kind} ${action.machine}`));
const hourly = { periodMs: 3_600_000, marginMs: 180_000 };
const web = (ordinal: number, stage: ObservedMachine['stage'], more = {}) =>
  machine(`web-${ordinal}`, stage, { sinceMs: now, paidSinceMs: now, ...more });

describe('what is done at once', () => {
  test.each<[string, number | undefined, readonly ObservedMachine[], string[], Partial<ScaleSettings>?, object?]>([
    ['enough is there', 900, base, []],
    ['too little is there: as many as lack are made', 1500, base, ['create 2']],
    ['some are on the way already', 1500, [...base, web(4, 'starting')], ['create 1']],
    ['all are on the way already', 1500, [...base, web(4, 'starting'), web(5, 'starting')], []],
    ['what has come is let in', 1500, [...base, web(4, 'ready'), web(5, 'starting')], ['admit web-4']],
    ['one that was leaving comes back', 1200, [...base, web(4, 'draining')], ['admit web-4']],
    [
      'one that is being removed is no help: another one is made',
      1200,
      [...base, web(4, 'drained', { isGoing: true })],
      ['create 1'],
    ],
    [
      'one that is being removed is not kept warm',
      900,
      [...base, web(4, 'drained', { isGoing: true })],
      ['create 1'],
      { warm: 1 },
    ],
    [
      'one that is being removed keeps its place',
      9000,
      [...base, ...[4, 5, 6, 7].map((one) => web(one, 'starting')), web(8, 'drained', { isGoing: true })],
      [],
    ],
    ['one that leaves has its time', 900, [...base, web(4, 'draining', { sinceMs: now - 59_999 })], []],
    [
      'one that leaves has had its time',
      900,
      [...base, web(4, 'draining', { sinceMs: now - 60_000 }), web(5, 'draining')],
      ['close web-4'],
    ],
    [
      'one that has had its time, and is needed again',
      1200,
      [...base, web(4, 'draining', { sinceMs: now - 60_000 })],
      ['admit web-4'],
    ],
    ['what has left goes', 900, [...base, web(4, 'drained')], ['destroy web-4']],
    [
      'what has left stays as the warm one, the others go',
      900,
      [...base, web(4, 'drained'), web(5, 'drained')],
      ['keep web-4', 'destroy web-5'],
      { warm: 1 },
    ],
    ['what still leaves will be the warm one', 900, [...base, web(4, 'draining')], [], { warm: 1 }],
    [
      'one is warm already: what has left goes',
      900,
      [...base, web(4, 'drained'), web(5, 'ready')],
      ['destroy web-4'],
      { warm: 1 },
    ],
    ['more than there may be is asked for', 9000, base, ['create 5']],
    [
      'a machine of the base is down: one of the overflow stands in',
      900,
      [...base.slice(1), web(1, 'down', { part: 'base', sinceMs: now - 2_000, downAfter: 'serving' })],
      ['create 1'],
    ],
    [
      'a machine of the base is down for a moment',
      900,
      [...base.slice(1), web(1, 'down', { part: 'base', sinceMs: now - 1_999, downAfter: 'serving' })],
      [],
    ],
    [
      'one more than needed serves, but a machine of the base is down for a moment: none goes',
      900,
      [...base.slice(1), web(1, 'down', { part: 'base', sinceMs: now - 500, downAfter: 'serving' }), web(4, 'serving')],
      [],
    ],
    ['nobody knows how much is asked for: nothing goes', undefined, [...base, web(4, 'serving')], []],
    [
      'one that comes when three are enough again goes, though they are only just enough',
      1000,
      [...base, web(4, 'ready')],
      ['destroy web-4'],
    ],
    ['one that serves when three are only just enough stays', 1000, [...base, web(4, 'serving')], []],
    [
      'a machine of the base is down, and two would do: one of the overflow stands in all the same',
      300,
      [
        ...base.slice(1),
        web(1, 'down', { part: 'base', sinceMs: now - 2_000, downAfter: 'serving' }),
        web(4, 'serving'),
      ],
      [],
    ],
    ['warm ones wait outside', 900, base, ['create 2'], { warm: 2 }],
    [
      'one is to be warm, and there is no place for it: others are down, and still there',
      1500,
      [
        ...base,
        web(4, 'serving'),
        web(5, 'serving'),
        ...[6, 7, 8].map((one) => web(one, 'down', { sinceMs: now - 3_000 })),
      ],
      [],
      { warm: 1 },
    ],
    [
      'warm ones come in at once, and others take their place',
      1500,
      [...base, web(4, 'ready'), web(5, 'ready')],
      ['admit web-4', 'admit web-5', 'create 2'],
      { warm: 2 },
    ],
    [
      'there are never more than allowed, warm ones included',
      2300,
      [...base, web(4, 'serving'), web(5, 'serving'), web(6, 'ready')],
      ['admit web-6', 'create 2'],
      { warm: 2 },
    ],
    ['a person wants more', 900, base, ['create 3'], {}, { manual: { size: 6, untilMs: now + 1 } }],
    ['a person wanted more until now', 900, base, [], {}, { manual: { size: 6, untilMs: now } }],
    ['a person wants less than the base', 900, base, [], {}, { manual: { size: 1, untilMs: now + 1 } }],
    [
      'a person wants less, and a machine is paid for',
      1500,
      [...base, web(4, 'serving'), web(5, 'serving')],
      ['drain web-4'],
      { billing: hourly },
      { manual: { size: 3, untilMs: now + 1 } },
    ],
    [
      'a person wants less, and a machine that is paid for waits outside',
      900,
      [...base, web(4, 'ready')],
      ['destroy web-4'],
      { billing: hourly },
      { manual: { size: 3, untilMs: now + 1 } },
    ],
    [
      'a person wants less, and nobody knows how much is asked for',
      undefined,
      [...base, web(4, 'serving')],
      ['drain web-4'],
      {},
      { manual: { size: 3, untilMs: now + 1 } },
    ],
    [
      'a person wants more than the budget pays for',
      900,
      base,
      ['create 3'],
      {},
      { manual: { size: 6, untilMs: now + 1 }, affordable: 1 },
    ],
    [
      'a person wants more than there may be',
      900,
      base,
      ['create 5'],
      {},
      { manual: { size: 60, untilMs: now + 1 }, affordable: 1 },
    ],
    ['the budget pays for one', 3000, base, ['create 1'], {}, { affordable: 1 }],
    ['the budget pays for none any more', 3000, [...base, web(4, 'serving')], ['drain web-4'], {}, { affordable: 0 }],
    [
      'one does not come',
      1200,
      [...base, web(4, 'starting', { sinceMs: now - 61_000 })],
      ['destroy web-4', 'create 1'],
    ],
    [
      'one that had left is down, and was not removed: it never counts as one that serves',
      900,
      [...base, web(4, 'down', { downAfter: 'drained' })],
      [],
    ],
    [
      'one went down and does not come back',
      1200,
      [...base, web(4, 'down', { sinceMs: now - 11_000 })],
      ['destroy web-4', 'create 1'],
    ],
  ])('%s', (_, demand, machines, actions, changes = {}, orders = {}) => {
    expect(shown(once(demand, machines, changes, orders).actions)).toEqual(actions);
  });
});

describe('every decision says why', () => {
  test.each<[number | undefined, readonly ObservedMachine[], object, string]>([
    [900, base, {}, 'target: 900 requests/s, and machines may be 75 % full'],
    [1500, base, {}, 'from 3 to 5; target: 1500 requests/s, and machines may be 75 % full'],
    [9000, base, {}, 'from 3 to 8; target: 9000 requests/s, and machines may be 75 % full; the pool may have 8'],
    [
      9000,
      base,
      { affordable: 2 },
      'from 3 to 5; target: 9000 requests/s, and machines may be 75 % full; the budget pays for 2 of the overflow',
    ],
    [
      900,
      base,
      { manual: { size: 6, untilMs: now + 1 }, affordable: 2 },
      'from 3 to 6; manual: a person wants 6; the budget pays for 2 of the overflow',
    ],
    [
      undefined,
      [...base, web(4, 'serving')],
      {},
      'nobody knows how much is asked for, so no machine goes; no rule asks for more than the base',
    ],
  ])('%s requests/s', (demand, machines, orders, says) => {
    expect(once(demand, machines, {}, orders).says).toBe(says);
  });
});

test('a machine whose last requests are ended is named with the time that it had', () => {
  const machines = [...base, web(4, 'draining', { sinceMs: now - 20_000 })];
  expect(once(900, machines, { drainMs: 20_000 }).says).toBe(
    'web-4 had 20 s for its last requests, and they are ended; target: 900 requests/s, and machines may be 75 % full',
  );
});

describe('time lines', () => {
  test('fast out: what comes in twenty seconds is served as it comes', () => {
    const played = play({ rules: { target: {}, burst: { growth: 3 } } }, 120, (second) =>
      Math.min(2500, 800 + Math.max(0, second - 30) * 85),
    );
    const short = played.filter(({ demand = 0, decision }) => decision.capacity < demand);
    expect(short).toEqual([]);
    expect(servingAt(played, 119)).toBe(8);
  });

  test('slow in: machines go one after the other once less was enough for the whole hold', () => {
    const played = play({}, 200, (second) => (second < 20 ? 2000 : 500));
    const drains = played.filter(({ decision }) => decision.kind === 'shrink').map(({ atMs }) => atMs / 1000);
    expect(drains[0]).toBeGreaterThanOrEqual(79);
    expect(drains.length).toBe(servingAt(played, 60)! - 3);
    expect(servingAt(played, 199)).toBe(3);
    expect(played.at(-1)!.machines).toEqual(base);
  });

  test('what an order holds stays until it ends, and goes as slowly as what a rule asked for', () => {
    const manual = { size: 5, untilMs: 30_000 };
    const played = play(
      {},
      200,
      () => 500,
      () => ({ manual }),
    );
    expect(servingAt(played, 29)).toBe(5);
    const drains = played.filter(({ decision }) => decision.kind === 'shrink').map(({ atMs }) => atMs / 1000);
    expect(drains).toEqual([89, 94]);
    expect(played.at(-1)!.machines).toEqual(base);
  });

  test('an order of fewer lets machines go one after the other, without the hold and before their hours are over', () => {
    const played = play(
      { billing: hourly },
      60,
      () => 2000,
      (second) => (second < 30 ? {} : { manual: { size: 3, untilMs: 60_000 } }),
    );
    expect(servingAt(played, 29)).toBe(7);
    const drains = played.filter(({ decision }) => decision.kind === 'shrink').map(({ atMs }) => atMs / 1000);
    expect(drains).toEqual([30, 35, 40, 45]);
    expect(played.at(-1)!.machines).toEqual(base);
  });

  test('a machine that is paid by the hour stays until its hour is nearly over', () => {
    const billing = { periodMs: 3_600_000, marginMs: 180_000 };
    const played = play({ billing }, 3700, (second) => (second < 20 ? 1200 : 500));
    const gone = played.find(({ decision }) => decision.kind === 'shrink');
    expect(gone!.atMs / 1000).toBeGreaterThanOrEqual(3600 - 180);
    expect(gone!.atMs / 1000).toBeLessThan(3600 - 170);
  });

  test('it keeps looking while it holds: less is enough, then more is needed, and nothing had gone', () => {
    const played = play({}, 90, (second) => (second < 20 || second > 50 ? 2000 : 500));
    expect(played.flatMap(({ decision }) => decision.actions.filter(({ kind }) => kind === 'drain'))).toEqual([]);
  });

  test('hold between growths', () => {
    const played = play({ hold: { outMs: 30_000, inMs: 60_000 } }, 60, (second) => 1200 + second * 30);
    const grown = played
      .filter(({ decision }) => decision.actions.some(({ kind }) => kind === 'create'))
      .map(({ atMs }) => atMs);
    for (const [index, atMs] of grown.entries())
      if (index > 0) expect(atMs - grown[index - 1]!).toBeGreaterThanOrEqual(30_000);
  });

  describe('machines that never come', () => {
    /** When each was made, in minutes; those from `comesFrom` on come at once. */
    function tried(hours: number, more: Partial<ScaleSettings> = {}, comesFrom = Infinity) {
      let state = beginning;
      let machines: readonly ObservedMachine[] = base;
      const madeAt: number[] = [];
      for (let second = 0; second < hours * 3600; second++) {
        const nowMs = second * 1000;
        const seen = observed(2300, machines, nowMs);
        const { state: next, decision } = decide({ ...settings, ...more }, state, seen, nowMs);
        state = next;
        for (const action of decision.actions) {
          if (action.kind === 'create')
            for (let one = 0; one < action.count; one++) {
              const stage = madeAt.length >= comesFrom ? 'serving' : 'starting';
              machines = [...machines, machine(`try-${madeAt.length}`, stage, { sinceMs: nowMs })];
              madeAt.push(Math.floor(second / 60));
            }
          else if (action.kind !== 'close') machines = machines.filter(({ name }) => name !== action.machine);
        }
      }
      return madeAt;
    }

    test('are tried one at a time after the first, and less and less often', () => {
      const hourly = { billing: { periodMs: 3_600_000, marginMs: 180_000 } };
      const minutes = tried(12, hourly);
      expect(minutes.filter((minute) => minute > 0)).toEqual([
        11, 32, 73, 134, 195, 256, 317, 378, 439, 500, 561, 622, 683,
      ]);
      // What is paid by the second may be tried more often.
      expect(tried(1).filter((minute) => minute > 0)).toEqual([11, 22, 33, 44, 55]);
    });

    test('are tried freely again once one came and stayed', () => {
      const [first, ...others] = tried(1, {}, 5).filter((minute) => minute > 0);
      expect(first).toBe(11);
      expect(others).toHaveLength(4);
      expect(others.every((minute) => minute === 11)).toBe(true);
    });
  });
});

const demands = fc.array(fc.option(fc.integer({ min: 0, max: 6000 }), { nil: undefined, freq: 10 }), {
  minLength: 30,
  maxLength: 200,
});
const anyRules = fc.constantFrom<ScaleSettings['rules']>(
  { target: {} },
  { target: {}, burst: { growth: 3 } },
  { burst: { growth: 5 } },
  {},
);
const anySettings = fc.record({
  rules: anyRules,
  warm: fc.integer({ min: 0, max: 3 }),
  readyMs: fc.constantFrom(0, 2000, 30_000),
});

describe('whatever comes', () => {
  test('limits hold, the base stays, every decision has its reason, and blind eyes let nothing go', () => {
    const affordables = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
    fc.assert(
      fc.property(demands, anySettings, affordables, (line, changes, affordable) => {
        const orders = affordable === undefined ? {} : { affordable };
        for (const { machines, decision, demand } of play(
          changes,
          line.length,
          (second) => line[second],
          () => orders,
        )) {
          const overflow = machines.filter(({ part }) => part === 'overflow').length;
          expect(overflow).toBeLessThanOrEqual(Math.min(5, affordable ?? 5));
          expect(machines.filter(({ part, stage }) => part === 'base' && stage === 'serving')).toHaveLength(3);
          expect(decision.says).not.toBe('');
          if (demand === undefined) expect(decision.actions.filter(({ kind }) => kind === 'drain')).toEqual([]);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('nobody waits ready beyond the warm ones while enough serve', () => {
    fc.assert(
      fc.property(demands, anySettings, (line, changes) => {
        for (const { machines, decision, demand } of play(changes, line.length, (second) => line[second])) {
          const count = (wanted: string) => machines.filter(({ stage }) => stage === wanted).length;
          if (demand === undefined || decision.wanted > count('serving')) continue;
          expect(count('ready')).toBeLessThanOrEqual(changes.warm);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('constant demand with the noise of chance does not make it flap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 2500 }), fc.integer({ min: 1, max: 1e9 }), (level, seed) => {
        const random = createRandom(seed);
        // Twelve even draws are as good as a normal one here.
        const noise = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
        const rules = { target: {}, burst: { growth: 3 } };
        const played = play({ rules }, 600, () => level + noise() * Math.sqrt(level));
        const drains = played.flatMap(({ decision }) => decision.actions.filter(({ kind }) => kind === 'drain'));
        expect(drains.length).toBeLessThanOrEqual(1);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

test('who has just grown does not shrink for the time of the hold, though less is enough again', () => {
  const grown = [...base, web(4, 'serving')];
  const grewAt = (agoMs: number) =>
    decide(settings, { ...beginning, grewAtMs: now - agoMs }, observed(900, grown, now), now).decision;
  expect(shown(grewAt(59_999).actions)).toEqual([]);
  expect(grewAt(59_000).says).toContain('it grew not long ago, and shrinks in 1 s at the soonest');
  expect(shown(grewAt(60_000).actions)).toEqual(['drain web-4']);
});
