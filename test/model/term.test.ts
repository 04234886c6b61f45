/** Which term comes after which. */
import { expect, test } from 'vitest';
import { isStale, nextTerm, staleAt } from '../../src/model/term.ts';

test.each([
  ['the first is the time of day', undefined, 1_700, 1_700],
  ['a later one too', 1_700, 9_000, 9_000],
  ['within one millisecond it is the next number', 1_700, 1_700, 1_701],
  ['and so it is on a clock that was set back', 9_000, 1_700, 9_001],
])('%s', (_, last, nowMs, next) => {
  expect(nextTerm(last, nowMs)).toBe(next);
});

test('of two copies of a store, the one that is used last has the larger one, whatever happened to the other', () => {
  const [here, there] = [nextTerm(1_000, 5_000), nextTerm(nextTerm(1_000, 2_000), 3_000)];
  expect(here).toBeGreaterThan(there);
});

test('who is stale is told whom to let work, and the exit code is that of a refusal', () => {
  const error = staleAt('web-1', Date.parse('2026-01-01T10:00:00Z'), Date.parse('2026-01-01T11:00:00.001Z'));
  expect(error).toMatchObject({ code: 'stale-controller', exit: 'refused' });
  expect(error.message).toContain(
    'web-1 has heard from one that began later, 2026-01-01 11:00:00.001; this one began 2026-01-01 10:00:00.000',
  );
  expect([isStale(error), isStale(new Error('stale-controller'))]).toEqual([true, false]);
});
