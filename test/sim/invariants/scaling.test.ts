/** Each invariant is broken on purpose, and is seen to be; what looks like it and is allowed passes. */
import { describe, expect, test } from 'vitest';
import type { Turn } from '../../../src/sim/invariants/invariant.ts';
import { createWatch, invariants } from '../../../src/sim/invariants/index.ts';
import { base, machine, settings } from '../../control/scale/pool.ts';
import { turn, type Handmade } from './turn.ts';

/** The names of the invariants that the turns break. */
function broken(...turns: readonly Handmade[]): readonly string[] {
  const watch = createWatch();
  for (const one of turns) watch.look(turn(one));
  return [...new Set(watch.violations().map(({ invariant }) => invariant))];
}

const serving = (...names: readonly string[]) => [...base, ...names.map((name) => machine(name, 'serving'))];
const withOne = (stage: Turn['machines'][number]['stage'], more = {}) => [...base, machine('o-1', stage, more)];
const hour = { ...settings, billing: { periodMs: 3_600_000, marginMs: 180_000 } };
const minutes = (count: number) => count * 60_000;

test('a calm evening breaks none of them', () => {
  expect(
    broken(
      {},
      { nowMs: 1000, does: ['create 2'], decision: { kind: 'grow', wanted: 5 } },
      { nowMs: 9000, machines: withOne('ready'), does: ['admit o-1'], decision: { kind: 'grow', wanted: 4 } },
      { nowMs: minutes(3), machines: serving('o-1'), does: ['drain o-1'], decision: { kind: 'shrink' } },
      { nowMs: minutes(3) + 2000, machines: withOne('drained', { sinceMs: minutes(3) }), does: ['destroy o-1'] },
    ),
  ).toEqual([]);
});

describe('broken', () => {
  test.each<[string, string, readonly Handmade[]]>([
    ['base-last', 'a machine of the base drains', [{ machines: serving('o-1'), does: ['drain web-2'] }]],
    ['base-last', 'or is removed', [{ machines: serving('o-1'), does: ['destroy web-2'] }]],
    [
      'above-minimum',
      'of two of the base and one in its place, that one goes',
      [{ machines: [...base.slice(1), machine('o-1', 'serving')], does: ['drain o-1'] }],
    ],
    [
      'above-minimum',
      'or is removed at once',
      [{ machines: [...base.slice(1), machine('o-1', 'serving')], does: ['destroy o-1'] }],
    ],
    ['within-limits', 'six are made, and there may be five', [{ does: ['create 6'] }]],
    [
      'within-limits',
      'one more than is paid for is made',
      [{ machines: serving('o-1'), affordable: 1, does: ['create 1'] }],
    ],
    ['with-reason', 'nothing is said', [{ decision: { says: ' ' } }]],
    [
      'holds-respected',
      'it grows within the hold',
      [
        { settings: { ...settings, hold: { outMs: 5000, inMs: 0 } }, does: ['create 1'], decision: { kind: 'grow' } },
        {
          nowMs: 4000,
          settings: { ...settings, hold: { outMs: 5000, inMs: 0 } },
          does: ['create 1'],
          decision: { kind: 'grow' },
        },
      ],
    ],
    [
      'holds-respected',
      'it shrinks soon after it grew',
      [
        { does: ['create 1'], decision: { kind: 'grow' } },
        { nowMs: 59_000, machines: serving('o-1'), does: ['drain o-1'], decision: { kind: 'shrink' } },
      ],
    ],
    ['nothing-leaks', 'one that has left stays', [{ nowMs: minutes(2) + 1, machines: withOne('drained') }]],
    ['nothing-leaks', 'one that nobody wants waits', [{ nowMs: minutes(3) + 1, machines: withOne('ready') }]],
    ['nothing-leaks', 'one never comes', [{ nowMs: minutes(3) + 1, machines: withOne('starting') }]],
    [
      'comes-to-rest',
      'it acts each second, and wants the same',
      Array.from({ length: 40 }, (_, second) => ({ nowMs: 1000 * second, does: ['create 1'] })),
    ],
    [
      'budget',
      'two are bought, and one can be paid',
      [{ spending: { spent: 90, allowed: 100, each: 6 }, does: ['create 2'] }],
    ],
    ['budget', 'the base costs more already', [{ spending: { spent: 0, allowed: -5, each: 6 }, does: ['create 1'] }]],
    [
      'budget',
      'more is spent than there is, and nobody leaves',
      [{ machines: serving('o-1'), spending: { spent: 101, allowed: 100, each: 6 } }],
    ],
  ])('%s: %s', (name, _, turns) => {
    expect(broken(...turns)).toEqual([name]);
  });

  test('each of all invariants is broken above', () => {
    expect(invariants.map(({ name }) => name).toSorted()).toEqual([
      'above-minimum',
      'base-last',
      'budget',
      'comes-to-rest',
      'holds-respected',
      'nothing-leaks',
      'with-reason',
      'within-limits',
    ]);
  });
});

describe('allowed', () => {
  test.each<[string, readonly Handmade[]]>([
    [
      'one goes as another is let in',
      [
        {
          machines: [...base.slice(1), machine('o-1', 'serving'), machine('o-2', 'ready')],
          does: ['drain o-1', 'admit o-2'],
        },
      ],
    ],
    ['the base is not whole, and nobody takes from it', [{ machines: base.slice(2) }]],
    [
      'one is made as another is removed',
      [{ machines: serving('a', 'b', 'c', 'd', 'e'), does: ['destroy e', 'create 1'] }],
    ],
    ['more than are paid for are there, and none is made', [{ machines: serving('a', 'b'), affordable: 1 }]],
    ['the last euro is spent', [{ spending: { spent: 94, allowed: 100, each: 6 }, does: ['create 1'] }]],
    ['the base alone costs more than the budget', [{ spending: { spent: 0, allowed: -5, each: 6 } }]],
    [
      'more is spent than there is, and one leaves',
      [{ machines: withOne('draining'), spending: { spent: 101, allowed: 100, each: 6 } }],
    ],
    [
      'a warm machine waits for hours',
      [{ nowMs: minutes(300), settings: { ...settings, warm: 1 }, machines: withOne('ready') }],
    ],
    [
      'one that is paid by the hour waits for its end',
      [{ nowMs: minutes(50), settings: hour, machines: withOne('drained') }],
    ],
    [
      'one takes four times as long as it should',
      [{ nowMs: minutes(8), settings: { ...settings, readyMs: minutes(2) }, machines: withOne('starting') }],
    ],
    [
      'it shrinks once the hold is over',
      [
        { does: ['create 1'], decision: { kind: 'grow' } },
        { nowMs: 60_000, machines: serving('o-1'), does: ['drain o-1'], decision: { kind: 'shrink' } },
      ],
    ],
    [
      'it acts each hour for days, and wants the same',
      Array.from({ length: 100 }, (_, hours) => ({ nowMs: minutes(60 * hours), does: ['create 1'] })),
    ],
    [
      'it follows a demand that never rests',
      Array.from({ length: 200 }, (_, second) => ({
        ...{ nowMs: 1000 * second, does: ['create 1'] },
        decision: { wanted: 3 + (second % 2) },
      })),
    ],
  ])('%s', (_, turns) => {
    expect(broken(...turns)).toEqual([]);
  });
});

describe('the watch', () => {
  test('says when, and what', () => {
    const watch = createWatch();
    watch.look(turn({ nowMs: 5000, does: ['drain web-1'], machines: serving('o-1') }));
    expect(watch.violations()).toEqual([{ invariant: 'base-last', atMs: 5000, what: 'web-1 of the base is to go' }]);
  });

  test('tells of each the first ten', () => {
    const watch = createWatch();
    for (let second = 0; second < 30; second++) watch.look(turn({ nowMs: 1000 * second, decision: { says: '' } }));
    watch.tell({ invariant: 'its-own', atMs: 30_000, what: 'what only the end shows', isOfEnd: true });
    expect(watch.violations().map(({ invariant }) => invariant)).toEqual([
      ...Array<string>(10).fill('with-reason'),
      'its-own',
    ]);
  });
});
