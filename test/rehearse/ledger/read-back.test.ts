import { describe, expect, test } from 'vitest';
import { compareIds, lostWorkMs } from '../../../src/rehearse/ledger/read-back.ts';

test.each([
  { name: 'all are there', acknowledged: [1, 2, 3], found: [1, 2, 3], lost: [], duplicated: 0 },
  {
    name: 'one that was not acknowledged may be there',
    acknowledged: [1, 3],
    found: [1, 2, 3],
    lost: [],
    duplicated: 0,
  },
  { name: 'two are gone: their positions', acknowledged: [7, 8, 9, 10], found: [7, 9], lost: [1, 3], duplicated: 0 },
  {
    name: 'one is there three times, another twice',
    acknowledged: [1, 2],
    found: [1, 1, 1, 2, 2],
    lost: [],
    duplicated: 2,
  },
  { name: 'everything is gone', acknowledged: [1, 2], found: [], lost: [0, 1], duplicated: 0 },
])('$name', ({ acknowledged, found, lost, duplicated }) => {
  expect(compareIds(acknowledged, found)).toEqual({ lost, duplicated });
});

describe('lost work, as time', () => {
  test.each([
    { name: 'nothing is lost', at: [0, 20, 40], lost: [], ms: 0 },
    { name: 'one: from the write before it', at: [0, 20, 40], lost: [1], ms: 20 },
    { name: 'the last second before a failure', at: [0, 20, 520, 1000, 4000], lost: [2, 3], ms: 980 },
    { name: 'the longest of two stretches', at: [0, 100, 200, 300, 900], lost: [1, 3, 4], ms: 700 },
    { name: 'the first of all', at: [50, 70], lost: [0], ms: 1 },
    { name: 'all', at: [50, 70, 90], lost: [0, 1, 2], ms: 40 },
    { name: 'one of two in the same millisecond', at: [10, 10], lost: [1], ms: 1 },
  ])('$name', ({ at, lost, ms }) => {
    expect(lostWorkMs(at, lost)).toBe(ms);
  });
});
