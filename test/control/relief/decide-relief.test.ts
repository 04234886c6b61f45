/** What a pool does while too many come: time lines, and what always holds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRelief, type ReliefDecision, type ReliefState } from '../../../src/control/relief/decide-relief.ts';
import type { FeatureName, MachineName } from '../../../src/model/ids.ts';
import type { ObservedMachine } from '../../../src/model/observation.ts';

const shed = ['search', 'comments'] as FeatureName[];
const settings = { most: 1000, shed };
const coming: ObservedMachine = {
  ...{ name: 'web-x1' as MachineName, part: 'overflow', stage: 'starting', sinceMs: 0, paidSinceMs: 0 },
};

/** Each half second: how many wait, or nobody knows. */
function play(waiting: readonly (number | undefined)[], machines: readonly ObservedMachine[] = []) {
  let state: ReliefState = { level: 0, sinceMs: 0 };
  return waiting.map((value, turn): ReliefDecision => {
    const nowMs = turn * 500;
    const seen = { machines, ...(value !== undefined && { queue: { value, atMs: nowMs } }) };
    const decided = decideRelief(settings, state, seen, nowMs);
    state = decided.state;
    return decided.decision;
  });
}

/** Changes alone: `seconds state what-is-shed`. */
const changes = (decisions: readonly ReliefDecision[]) =>
  decisions.flatMap(({ kind, state, shed: without }, turn) =>
    kind === 'nothing' ? [] : [[turn / 2, state, ...without].join(' ')],
  );
const times = (count: number, value: number | undefined) => Array.from({ length: count }, () => value);

describe('while too many come', () => {
  test('they wait, features go in their order, some are turned away; and back in reverse', () => {
    expect(changes(play([...times(4, 0), ...times(20, 450), ...times(60, 0)]))).toEqual([
      '2 queueing',
      '4 shedding search',
      '6 shedding search comments',
      '8 turning-away search comments',
      '17 shedding search comments',
      '22 shedding search',
      '27 queueing',
      '32 flowing',
    ]);
  });

  test('a queue that is nearly full leaves no time to look', () => {
    expect(changes(play(times(8, 900)))).toEqual([
      '0 queueing',
      '0.5 shedding search',
      '1 shedding search comments',
      '1.5 turning-away search comments',
    ]);
  });

  test('a queue that stays small takes nothing away', () => {
    expect(changes(play(times(60, 350)))).toEqual(['0 queueing']);
  });

  test('a few that wait are no queue', () => {
    expect(changes(play(times(60, 10)))).toEqual([]);
  });

  test('what was shed stays so until all is calm, and calm begins anew', () => {
    expect(changes(play([...times(6, 450), ...times(8, 0), ...times(2, 50), ...times(12, 0)]))).toEqual([
      '0 queueing',
      '2 shedding search',
      '13 queueing',
    ]);
  });

  test('while nobody knows how many wait, it stays as it is', () => {
    const decisions = play([...times(6, 450), ...times(60, undefined)]);
    expect(changes(decisions)).toEqual(['0 queueing', '2 shedding search']);
    expect(decisions.at(-1)!.says).toBe('nobody knows how many wait, so it stays as it is');
  });

  test('it says how many wait, what comes and what it does', () => {
    expect(play([450])[0]!.says).toBe('450 of at most 1000 wait, and no machine is on its way: they wait');
    expect(play(times(5, 450), [coming])[4]!.says).toBe(
      '450 of at most 1000 wait, and 1 on the way: does without search',
    );
  });
});

test('whatever comes: one level at a time, what is shed is a beginning of the list, no change without a reading', () => {
  const waiting = fc.array(fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined, freq: 4 }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(waiting, (all) => {
      let level = 0;
      for (const [turn, decision] of play(all).entries()) {
        const moved = decision.level - level;
        expect(moved).toBe({ up: 1, down: -1, nothing: 0 }[decision.kind]);
        if (all[turn] === undefined) expect(moved).toBe(0);
        expect(decision.shed).toEqual(shed.slice(0, Math.max(0, decision.level - 1)));
        expect(decision.turnsAway).toBe(decision.level === 4);
        expect(decision.says).not.toBe('');
        level = decision.level;
      }
    }),
    { seed: 8, numRuns: 300 },
  );
});
