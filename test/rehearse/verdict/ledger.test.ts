/** What a verdict says of writes. */
import { describe, expect, test } from 'vitest';
import type { RecordedLedger } from '../../../src/rehearse/ledger/ledger.ts';
import type { Recording } from '../../../src/rehearse/recording.ts';
import { verdictAsData } from '../../../src/rehearse/verdict/as-data.ts';
import { verdictOf } from '../../../src/rehearse/verdict/verdict.ts';
import { soFar, startedAtMs, whole, withLedger } from '../imagined-ledger.ts';

const dataOf = (recording: Recording) => verdictAsData(verdictOf(recording), recording);
const failed = (recording: Recording) =>
  verdictOf(recording).objectives.flatMap(({ name, held }) => (held ? [] : [name]));
const { readBack: _, ...neverRead } = whole.ledger;

test('as data: what was written, and what each fault cost', () => {
  expect(dataOf(whole)).toMatchObject({ held: true, requests: { sent: 0 } });
  expect(dataOf(whole).ledger).toEqual({ acknowledged: 5683, lost: 0, duplicated: 0, doubleWriterMs: 0 });
  expect(dataOf(whole).failover).toEqual([{ what: 'database-1 is killed', at: 20, rtoMs: 3200 }]);
});

describe('it did not hold', () => {
  const bothTake = whole.ledger.probes.map((probe) => ({ ...probe, accepted: true }));
  test.each<[string, Partial<RecordedLedger>, readonly string[], object]>([
    ['when one acknowledged write is lost', { readBack: { lost: [7], duplicated: 0 } }, ['rpo'], { lost: 1 }],
    ['when one is there twice', { readBack: { lost: [], duplicated: 1 } }, ['writtenOnce'], { duplicated: 1 }],
    ['when two machines took writes', { probes: bothTake }, ['oneWriter'], { doubleWriterMs: 59_751 }],
  ])('%s', (_, change, names, ledger) => {
    const recording = withLedger(change);
    expect(failed(recording)).toEqual(names);
    expect(dataOf(recording)).toMatchObject({ held: false, ledger });
  });

  test('when the interruption was longer than it may be', () => {
    const objectives = { ...whole.objectives, rtoMs: 3_000 };
    expect(failed({ ...whole, objectives })).toEqual(['rto']);
  });

  test('when writes never came back: how long that would have been, nobody knows', () => {
    const acknowledged = whole.ledger.acknowledged.filter((atMs) => atMs <= startedAtMs + 20_000);
    const recording = withLedger({ acknowledged });
    expect(failed(recording)).toEqual(['rto']);
    expect(dataOf(recording).failover).toEqual([{ what: 'database-1 is killed', at: 20 }]);
  });

  test('when nobody could be asked for what was written', () => {
    const recording = { ...whole, ledger: neverRead };
    expect(failed(recording)).toEqual(['rpo', 'writtenOnce']);
    expect(dataOf(recording).ledger).toEqual({ acknowledged: 5683, doubleWriterMs: 0 });
  });

  test('when the probe saw nobody take writes: it is blind', () => {
    const probes = whole.ledger.probes.map((probe) => ({ ...probe, accepted: false }));
    expect(failed(withLedger({ probes }))).toEqual(['oneWriter']);
  });
});

test('a loss that the blueprint allows is held: the second before the failure', () => {
  const positions = [...whole.ledger.acknowledged.keys()];
  const lost = positions.filter((position) => {
    const afterMs = whole.ledger.acknowledged[position]! - startedAtMs;
    return afterMs > 19_000 && afterMs <= 20_000;
  });
  const recording = { ...withLedger({ readBack: { lost, duplicated: 0 } }), objectives: { backAtBase: true } };
  expect(failed(recording)).toEqual(['rpo']);
  expect(failed({ ...recording, objectives: { backAtBase: true, rpoMs: 1_000 } })).toEqual([]);
  expect(dataOf(recording).ledger).toMatchObject({ lost: 100 });
});

test('where several machines may take writes, it is not asked whether two did', () => {
  const recording = withLedger({ takers: 'several', probes: [] });
  expect(dataOf(recording).ledger).toEqual({ acknowledged: 5683, lost: 0, duplicated: 0 });
  expect(verdictOf(recording).objectives.map(({ name }) => name)).not.toContain('oneWriter');
});

test('a fault that could not be done cost nothing', () => {
  const missed = { atMs: startedAtMs, kind: 'cut', target: 'database-2', state: 'missed' } as const;
  expect(dataOf({ ...whole, faults: [missed, ...whole.faults] }).failover).toHaveLength(1);
});

describe('there is no verdict', () => {
  test('when no write was ever acknowledged', () => {
    expect(verdictOf(withLedger({ acknowledged: [] })).reasons).toEqual([
      'the ledger, not the platform: no write was ever acknowledged',
    ]);
  });

  test('before the end', () => {
    expect(verdictOf(soFar(30_000))).toMatchObject({
      outcome: 'void',
      reasons: ['the rehearsal did not come to its end'],
    });
  });
});
