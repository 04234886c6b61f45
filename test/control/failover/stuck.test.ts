/** A primary that answers, and on which no write ends any more. */
import { expect, test } from 'vitest';
import type { DatabaseObservation } from '../../../src/model/database-observation.ts';
import { db, machine, play, primaryState, together, well } from './pool.ts';

/** It is so from that time on. */
const stuckFrom =
  (atMs: number) =>
  (nowMs: number): DatabaseObservation => {
    const seen = well(nowMs);
    if (nowMs < atMs) return seen;
    const [, replica] = seen.machines;
    return { ...seen, machines: [machine(1, { ...primaryState, stuckMs: nowMs - atMs }, nowMs), replica!] };
  };

test('one that is in sync takes its place after ten seconds', () => {
  const played = play(14, stuckFrom(1_000));
  const move = played.find(({ decision }) => decision.kind === 'move');
  expect(move?.atMs).toBeGreaterThanOrEqual(11_000);
  expect(move?.atMs).toBeLessThan(11_500);
  expect(move?.decision).toMatchObject({
    action: { kind: 'fence', machine: db(1) },
    evidence: ['database-1 answers, and has ended no write for 10.0 s'],
  });
});

test('one write that takes nine seconds is nothing', () => {
  const once = (nowMs: number) => (nowMs < 10_000 ? stuckFrom(1_000)(nowMs) : well(nowMs));
  expect(new Set(play(14, once).map(({ decision }) => decision.kind))).toEqual(new Set(['nothing']));
});

test('nobody is in sync: it is told, and nothing is done', () => {
  const played = play(14, stuckFrom(1_000), { primacy: { ...together, inSync: [] }, settings: { waits: 'never' } });
  const last = played.at(-1)?.decision;
  expect(last).toMatchObject({ kind: 'doubt', says: 'database-1 ends no write, and no replica is in sync' });
  expect(last?.action).toBeUndefined();
});
