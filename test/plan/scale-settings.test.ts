/** From the blueprint to what the scale controller works with, and the arithmetic that a plan shows. */
import { describe, expect, test } from 'vitest';
import type { PoolName } from '../../src/model/ids.ts';
import { headroomNotes } from '../../src/plan/headroom-notes.ts';
import { scaleOf } from '../../src/plan/scale-settings.ts';
import { shopWith } from './shop.ts';

const web = 'web' as PoolName;
const overflow = { count: 5, site: 'east', flavour: 'small', serves: '350 requests/s' };
const peak = { requests: '3000 requests/s', growth: 3, within: '20s' };
const scaled = (scale: object | undefined, objectives: object = { peak }) =>
  shopWith({
    pools: { web: { base: { count: 3, serves: '450 requests/s' }, overflow, ...(scale && { scale }) } },
    objectives,
  });

test('a pool without an overflow does not scale', () => {
  expect(scaleOf(shopWith({}), web)).toBeUndefined();
});

test('without a word: target and burst, with the headroom that the peak asks for', () => {
  expect(scaleOf(scaled(undefined), web)?.settings).toMatchObject({
    fleet: { base: { count: 3, serves: 450 }, overflow: { count: 5, serves: 350 } },
    rules: { target: {}, burst: { growth: 3 } },
    fill: 0.75,
    readyMs: 60_000,
    warm: 5,
    hold: { outMs: 0, inMs: 300_000 },
    billing: { periodMs: 3_600_000, marginMs: 180_000 },
  });
});

describe('what the blueprint says counts', () => {
  test.each<[string, object, object]>([
    ['how full', { fill: '60 %' }, { fill: 0.6 }],
    [
      'that it learns how full, never beyond what the peak leaves room for',
      { learn: true },
      { learnsFill: { most: 1000 / 1210 } },
    ],
    ['how many wait warm', { warm: 0 }, { warm: 0 }],
    ['the faster a machine comes, the fewer wait warm', { ready: '2s' }, { warm: 1, readyMs: 2000 }],
    ['no burst', { burst: false }, { rules: { target: {} } }],
    ['other measures', { cpu: '70 %', queue: 2 }, { rules: { target: { cpu: 0.7, queue: 2 }, burst: { growth: 3 } } }],
    [
      'hours',
      { schedule: [{ days: ['mon', 'wed'], from: '16:00', until: '22:00', machines: 6, lead: '20min' }] },
      {
        rules: {
          target: {},
          burst: { growth: 3 },
          schedule: {
            timeZone: 'Etc/UTC',
            entries: [{ days: [1, 3], from: '16:00', until: '22:00', size: 6, leadMs: 1_200_000 }],
          },
        },
      },
    ],
    ['a forecast', { forecast: '10min' }, { rules: { forecast: { aheadMs: 600_000, timeZone: 'Etc/UTC' } } }],
  ])('%s', (_, scale, expected) => {
    expect(scaleOf(scaled(scale), web)?.settings).toMatchObject(expected);
  });
});

test('the plan shows the arithmetic', () => {
  expect(headroomNotes(scaled({ ready: '4s' }))).toEqual([
    {
      pool: 'web',
      says: [
        'from 1000 requests/s to 3000 requests/s within 20 s: 1210 requests/s when a warm machine can answer, 1600 requests/s when one can that is made then (4.0 s)',
        'so machines are at most 75 % full before it, and 1 machine of the overflow waits warm',
        '3 × 450 + 5 × 350 = 3100 requests/s at most',
      ],
    },
  ]);
});

test('without an objective there is none', () => {
  expect(headroomNotes(scaled(undefined, {}))).toEqual([]);
});
