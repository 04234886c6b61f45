/** A minute of writes that never ran: two writers, a primary that is killed at 20 s, and its successor 3.2 s later. */
import type { MachineName, PoolName } from '../../src/model/ids.ts';
import type { Ledger, Probe, RecordedLedger } from '../../src/rehearse/ledger/ledger.ts';
import { noCounts, totalOf } from '../../src/rehearse/load/load-second.ts';
import { beginRecording, type RecordedFault, type Recording } from '../../src/rehearse/recording.ts';
import type { Scenario } from '../../src/rehearse/scenario/scenario.ts';
import { blueprint, scenarioNamed } from './scenario/sofoot.ts';

export const startedAtMs = Date.UTC(2026, 5, 15, 18, 0, 0);
const one = 'database-1' as MachineName;
const two = 'database-2' as MachineName;
const lastsMs = 60_000;
const killedAtMs = 20_000;
const backAtMs = 23_200;

const ledger: Ledger = { pool: 'database' as PoolName, from: 'web-3' as MachineName, writers: 2, everyMs: 20 };
const { route: _, ...visited } = scenarioNamed('triple-in-20s');
const scenario: Scenario = {
  ...visited,
  about: 'The primary is killed.',
  traffic: [{ kind: 'hold', perSecond: 0, forMs: lastsMs }],
  mix: [],
  ledger,
  objectives: { backAtBase: true, rtoMs: 30_000, rpoMs: 0 },
};

const acknowledged = Array.from({ length: lastsMs / 10 + 2 }, (_, index) => 10 * index)
  .filter((ms) => ms <= killedAtMs || ms >= backAtMs)
  .map((ms) => startedAtMs + ms);
const probes = Array.from({ length: lastsMs / 250 }, (_, index) => 250 * index).flatMap((ms): Probe[] => [
  { atMs: startedAtMs + ms, machine: one, accepted: ms < killedAtMs },
  { atMs: startedAtMs + ms, machine: two, accepted: ms >= backAtMs },
]);
const faults: readonly RecordedFault[] = [
  { atMs: startedAtMs + killedAtMs, kind: 'kill', target: one, state: 'began' },
  { atMs: startedAtMs + 50_000, kind: 'kill', target: one, state: 'ended' },
];
const seconds = Array.from({ length: lastsMs / 1000 }, (_, second) => ({
  ...{ second, ...noCounts, inFlight: 0, ownCores: 0, stolenCores: 0 },
}));

const begun = beginRecording('primary-killed', scenario, blueprint, startedAtMs);

export const whole: Recording & { readonly ledger: RecordedLedger } = {
  ...begun,
  ...{ seconds, faults, total: totalOf(seconds), endedAtMs: startedAtMs + lastsMs + 1000 },
  ledger: {
    ...begun.ledger!,
    ...{ acknowledged, probes, stoppedAtMs: startedAtMs + lastsMs, readBack: { lost: [], duplicated: 0 } },
  },
};

export const withLedger = (change: Partial<RecordedLedger>): Recording => ({
  ...whole,
  ledger: { ...whole.ledger, ...change },
});

/** What was known by then. */
export function soFar(afterMs: number): Recording {
  const { endedAtMs: _end, total: _total, ledger: kept, ...rest } = whole;
  const { stoppedAtMs: _stop, readBack: _read, ...written } = kept;
  const atMs = startedAtMs + afterMs;
  return {
    ...rest,
    seconds: seconds.filter(({ second }) => 1000 * (second + 1) <= afterMs),
    faults: faults.filter((fault) => fault.atMs <= atMs),
    ledger: {
      ...written,
      acknowledged: acknowledged.filter((at) => at <= atMs),
      probes: probes.filter((probe) => probe.atMs <= atMs),
    },
  };
}
