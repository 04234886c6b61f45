import { describe, expect, test } from 'vitest';
import {
  judgeOutliers,
  noOutliers,
  outliersOf,
  type SeenServer,
} from '../../../src/control/outliers/judge-outliers.ts';
import type { MachineName } from '../../../src/model/ids.ts';

const machine = (name: string) => name as MachineName;
const none: ReadonlySet<MachineName> = new Set();

/** `[requests, failed]` for each machine; a third word says that its checks fail. */
type Look = Readonly<Record<string, readonly [number, number, 'down'?]>>;

const seenIn = (look: Look): readonly SeenServer[] =>
  Object.entries(look).map(([name, [requests, failed, down]]) => ({
    ...{ name: machine(name), requests, failed },
    isUp: down === undefined,
  }));

const firstLook = (look: Look) => judgeOutliers(noOutliers, seenIn(look), none, 0);

describe('goes out', () => {
  const cases: readonly { name: string; look: Look; out: readonly string[] }[] = [
    { name: 'one of two that fails', look: { a: [100, 100], b: [100, 0] }, out: ['a'] },
    { name: 'one that fails a fifth', look: { a: [100, 20], b: [100, 0], c: [100, 1] }, out: ['a'] },
    { name: 'not one that fails less', look: { a: [100, 19], b: [100, 0], c: [100, 0] }, out: [] },
    { name: 'nobody when all fail', look: { a: [100, 90], b: [100, 80], c: [100, 85] }, out: [] },
    { name: 'nobody for what is not far more than the others’', look: { a: [100, 30], b: [100, 15] }, out: [] },
    { name: 'nobody for a few requests', look: { a: [19, 19], b: [100, 0] }, out: [] },
    { name: 'nobody compared with those that were asked nothing', look: { a: [100, 100], b: [3, 0] }, out: [] },
    { name: 'nobody who is alone', look: { a: [100, 100] }, out: [] },
    { name: 'not the last one while the other is down', look: { a: [100, 100], b: [100, 0, 'down'] }, out: [] },
    {
      name: 'the worst ones, of no more than half of the pool',
      look: { a: [100, 90], b: [100, 100], c: [1000, 0], d: [1000, 0] },
      out: ['b', 'a'],
    },
    {
      name: 'one, when another one is down already',
      look: { a: [100, 90], b: [100, 100], c: [1000, 0], d: [1000, 0, 'down'] },
      out: ['b'],
    },
  ];
  test.each(cases)('$name', ({ look, out }) => {
    const { state, decisions } = firstLook(look);
    expect(decisions.map(({ kind, machine: name }) => `${kind} ${name}`)).toEqual(out.map((name) => `out ${name}`));
    expect([...outliersOf(state)].toSorted()).toEqual(out.toSorted());
  });

  test('and it is said why', () => {
    expect(firstLook({ a: [100, 50], b: [100, 1] }).decisions[0]?.says).toBe(
      '50 % of its requests fail, of the others’ 1 %',
    );
  });

  test('by what happened lately: an hour ago does not count', () => {
    const { state } = judgeOutliers(noOutliers, seenIn({ a: [15, 15], b: [100, 0] }), none, 0);
    expect(judgeOutliers(state, seenIn({ a: [15, 15], b: [100, 0] }), none, 1_000).decisions).toHaveLength(1);
    expect(judgeOutliers(state, seenIn({ a: [15, 15], b: [100, 0] }), none, 3_600_000).decisions).toEqual([]);
  });
});

describe('comes back', () => {
  const quiet = seenIn({ a: [0, 0], b: [100, 0] });
  const { state: out } = firstLook({ a: [100, 100], b: [100, 0] });
  const proven = new Set([machine('a')]);

  test('with its checks, a proof, and after half a minute', () => {
    expect(judgeOutliers(out, quiet, proven, 29_999).decisions).toEqual([]);
    expect(judgeOutliers(out, quiet, none, 30_000).decisions).toEqual([]);
    expect(judgeOutliers(out, seenIn({ a: [0, 0, 'down'], b: [100, 0] }), proven, 30_000).decisions).toEqual([]);
    const { state, decisions } = judgeOutliers(out, quiet, proven, 30_000);
    expect(decisions).toEqual([
      { kind: 'back', machine: 'a', says: 'its checks are well, and its pages are answered again' },
    ]);
    expect(outliersOf(state).size).toBe(0);
  });

  test('later each time that it fails again', () => {
    let state = judgeOutliers(out, quiet, proven, 30_000).state;
    state = judgeOutliers(state, seenIn({ a: [100, 100], b: [100, 0] }), none, 40_000).state;
    expect(outliersOf(state)).toEqual(proven);
    expect(judgeOutliers(state, quiet, proven, 99_999).decisions).toEqual([]);
    expect(judgeOutliers(state, quiet, proven, 100_000).decisions).toHaveLength(1);
  });

  test('and is not known any more when it was removed', () => {
    const { state } = judgeOutliers(out, seenIn({ b: [100, 0] }), none, 1_000);
    expect(outliersOf(state).size).toBe(0);
  });
});
