import { describe, expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import type { HostSecond } from '../../../src/rehearse/host/host-second.ts';
import { totalOf } from '../../../src/rehearse/load/load-second.ts';
import { createTally } from '../../../src/rehearse/load/tally.ts';
import { beginRecording, type Recording, type StageChange } from '../../../src/rehearse/recording.ts';
import { verdictAsData } from '../../../src/rehearse/verdict/as-data.ts';
import { exitCodeOf, verdictOf, type Outcome } from '../../../src/rehearse/verdict/verdict.ts';
import { whole, withLedger } from '../imagined-ledger.ts';
import { imaginedRecording, untilMs } from '../imagined-recording.ts';
import { blueprint, scenarioNamed } from '../scenario/sofoot.ts';

const calm = imaginedRecording('triple-in-20s');

/** `name: held` of each objective. */
const heldOf = (recording: Recording) =>
  Object.fromEntries(verdictOf(recording).objectives.map(({ name, held }) => [name, held]));
const all = { peak: true, lostRequests: true, p99: true, backAtBase: true, budget: true };

describe('the platform held', () => {
  test('when every objective did', () => {
    const verdict = verdictOf(calm);
    expect(heldOf(calm)).toEqual(all);
    expect(verdict).toMatchObject({ held: true, requests: { lost: 0, late: 0, sent: verdict.requests.answered } });
    expect(verdict.reasons).toEqual([]);
    expect(exitCodeOf(verdict)).toBe(0);
  });

  test('and the same is read from a recording that was written as JSON', () => {
    expect(verdictOf(JSON.parse(JSON.stringify(calm)) as Recording)).toEqual(verdictOf(calm));
  });
});

describe('an objective is missed', () => {
  test.each<readonly [string, Recording, readonly string[]]>([
    [
      'with the base only, nearly all',
      imaginedRecording('triple-in-20s', { change: { capacity: 'base only' } }),
      ['peak', 'lostRequests', 'p99'],
    ],
    ['when visitors waited for too long', objectives({ p99Ms: 50 }), ['p99']],
    [
      'when it costs more than it may',
      objectives({ budget: { perHour: 0.5, per: 'month', currency: 'EUR' } }),
      ['budget'],
    ],
    ['when more was to be served', objectives({ peakPerSecond: 5000 }), ['peak']],
    ['when a machine that was added is still there', withStage('web-x1', 'serving'), ['backAtBase']],
    ['when a machine of the base did not come back', withStage('web-2', 'down'), ['backAtBase']],
    ['but not by one that is kept warm', withStage('web-x1', 'ready'), []],
  ])('%s', (_, recording, missed) => {
    expect(heldOf(recording)).toEqual({ ...all, ...Object.fromEntries(missed.map((name) => [name, false])) });
    expect(exitCodeOf(verdictOf(recording))).toBe(missed.length === 0 ? 0 : 1);
  });

  test('what the scenario does not ask for is not judged', () => {
    const { objectives: _, ...rest } = calm;
    expect(verdictOf({ ...rest, objectives: { backAtBase: false } })).toMatchObject({ held: true, objectives: [] });
  });
});

describe('there is no verdict on the platform', () => {
  test('when the load could not keep up', () => {
    const verdict = verdictOf(imaginedRecording('triple-in-20s', { late: 0.02 }));
    expect(verdict).toMatchObject({ outcome: 'void', held: false });
    expect(verdict.reasons).toEqual([expect.stringMatching(/^the load, not the platform: .* late/)]);
    expect(exitCodeOf(verdict)).toBe(4);
  });

  test('when the pages of the mix are not there', () => {
    const total = { ...calm.total!, byStatus: { ...calm.total!.byStatus, '2xx': 400_000, '4xx': 80_000 } };
    expect(verdictOf({ ...calm, total }).reasons).toEqual([
      'the load, not the platform: 16.6 % of its pages were refused with 4xx; mend the mix',
    ]);
  });

  test('before its end', () => {
    expect(verdictOf(untilMs(calm, 60_000))).toMatchObject({
      ...{ outcome: 'void', reasons: ['the rehearsal did not come to its end'] },
    });
  });

  test('when a fault of the scenario could not be done, which may be why it held', () => {
    const missed = { atMs: calm.startedAtMs, kind: 'kill', target: 'web-2', state: 'missed' } as const;
    const verdict = verdictOf({ ...calm, faults: [missed] });
    expect(verdict).toMatchObject({
      outcome: 'void',
      reasons: ['the faults, not the platform: web-2 could not be killed'],
    });
  });
});

describe('the host was short', () => {
  const crushed = imaginedRecording('triple-in-20s', { change: { capacity: 'base only' } });
  const atS = (recording: Recording, second: number) => recording.startedAtMs + 1000 * second;
  const well = { cores: 2, idle: 0.6, stolen: 0, platform: 0.9, own: 0.4, others: 0.1, memoryStalled: 0 };
  const busy = { ...well, idle: 0.05, platform: 0.7, others: 0.85 };
  const during = (recording: Recording, from: number, to: number, what: Partial<HostSecond>): Recording => ({
    ...recording,
    host: recording.seconds.map(({ second }) => ({
      ...{ fromMs: atS(recording, second), toMs: atS(recording, second + 1) },
      ...(second >= from && second < to ? { ...well, ...what } : well),
    })),
  });
  /** All that was lost, was lost in these seconds. */
  const losing = (from: number, to: number, each: number): Recording => {
    const seconds = calm.seconds.map((one) =>
      one.second >= from && one.second < to
        ? { ...one, byStatus: { ...one.byStatus, '2xx': one.byStatus['2xx'] - each, turnedAway: each } }
        : one,
    );
    return { ...calm, seconds, total: totalOf(seconds) };
  };

  test.each<readonly [string, Recording, Outcome, string]>([
    ['and all held: then it holds', during(calm, 40, 60, busy), 'held', ''],
    [
      'while all was lost that was',
      during(losing(70, 74, 90), 70, 72, busy),
      'void',
      'others had 0.8 for 2 s; from 1:10 on',
    ],
    ['shortly before', during(losing(70, 74, 90), 62, 64, busy), 'void', 'others had 0.8'],
    ['long before', during(losing(70, 74, 90), 50, 55, busy), 'not held', ''],
    ['only later', during(losing(70, 74, 90), 80, 90, busy), 'not held', ''],
    ['for a part of what was lost', during(losing(70, 100, 90), 70, 75, busy), 'not held', ''],
    [
      'by the platform’s own doing',
      during(losing(70, 74, 90), 70, 74, { idle: 0, platform: 1.6 }),
      'void',
      'it had no core left for 4 s',
    ],
    [
      'by its hypervisor',
      during(losing(70, 74, 90), 70, 71, { stolen: 0.4 }),
      'void',
      'gave 0.4 cores to others for 1 s',
    ],
    ['of memory', during(losing(70, 74, 90), 70, 73, { memoryStalled: 0.3 }), 'void', 'no memory left for 3 s'],
    ['never', during(losing(70, 74, 90), 0, 0, busy), 'not held', ''],
    ['while the base alone was too small for most of the time', during(crushed, 60, 65, busy), 'not held', ''],
    ['for all of the time', during(crushed, 0, 1000, busy), 'void', 'others had 0.8'],
  ])('%s', (_, recording, outcome, says) => {
    const verdict = verdictOf(recording);
    expect(verdict.outcome).toBe(outcome);
    expect(exitCodeOf(verdict)).toBe({ held: 0, 'not held': 1, void: 4 }[outcome]);
    expect(verdict.reasons).toHaveLength(says === '' ? 0 : 1);
    expect(verdict.reasons.join()).toContain(says);
  });

  test('when it stood still the load, which goes first, was late', () => {
    const lost = losing(70, 74, 90);
    const stalled = lost.seconds.map((one) => (one.second === 70 ? { ...one, belated: one.sent / 4 } : one));
    const verdict = verdictOf({ ...lost, seconds: stalled, total: totalOf(stalled) });
    expect(verdict).toMatchObject({
      outcome: 'void',
      reasons: ['the host, not the platform: it stood still now and then for 1 s; from 1:10 on'],
    });
    expect(verdict.objectives.filter(({ excused }) => excused).map(({ name }) => name)).toEqual(['lostRequests']);
  });

  test('and writes that were acknowledged are lost: no host is an excuse for that, nor a load', () => {
    const lost = withLedger({ readBack: { lost: [3, 4], duplicated: 0 } });
    const ledger: Recording = { ...calm, ...(lost.ledger !== undefined && { ledger: lost.ledger }) };
    expect(verdictOf(during(ledger, 0, 1000, busy)).outcome).toBe('not held');
    expect(verdictOf({ ...ledger, total: { ...calm.total!, belated: calm.total!.sent } }).outcome).toBe('not held');
  });

  test.each([
    ['for as long as writes halted', 19, 25, 'void'],
    ['for a moment of it', 21, 22, 'void'],
    ['shortly before they did', 12, 14, 'not held'],
  ] as const)('%s', (_, from, to, outcome) => {
    const slow = { ...whole, objectives: { ...whole.objectives, rtoMs: 2_500 } };
    expect(verdictOf(during(slow, 0, 0, busy)).outcome).toBe('not held');
    expect(verdictOf(during(slow, from, to, busy)).outcome).toBe(outcome);
  });
});

describe('scaling', () => {
  const { scaling } = verdictOf(calm);
  const named = (machine: string) => scaling.find((one) => one.machine === machine)!;

  test('is told of each machine that was added', () => {
    expect(scaling.map(({ machine }) => machine)).toEqual(['web-x1', 'web-x2', 'web-x3', 'web-x4', 'web-x5']);
  });

  test('comes in the order of the decisions, whichever machine was there first', () => {
    const stages = calm.stages.toReversed().toSorted((one, other) => one.atMs - other.atMs);
    const at = verdictOf({ ...calm, stages }).scaling.map(({ decidedAtMs }) => decidedAtMs);
    expect(at).toEqual(at.toSorted((one, other) => one - other));
  });

  test('a warm machine has one stage', () => {
    expect(named('web-x1').stages).toEqual([{ name: 'serving', ms: 600 }]);
  });

  test('one that was made to be warm is added when it is let in', () => {
    const changes = [
      { machine: 'web-x1', stage: 'starting', atMs: -60_000 },
      { machine: 'web-x1', stage: 'ready', atMs: -55_000 },
      { machine: 'web-x1', stage: 'serving', atMs: 20_500 },
    ];
    const of = ({ machine, stage, atMs }: (typeof changes)[number]) =>
      ({ pool: 'web', part: 'overflow', machine, stage, atMs: calm.startedAtMs + atMs }) as StageChange;
    const admit = {
      ...calm.decisions.find(({ decision }) => decision.kind === 'grow')!,
      atMs: calm.startedAtMs + 20_000,
    };
    const actions = [{ kind: 'admit' as const, machine: 'web-x1' as MachineName }];
    const decisions = [{ ...admit, decision: { ...admit.decision, actions } }];
    const [one] = verdictOf({ ...calm, stages: changes.map(of), decisions }).scaling;
    expect(one).toMatchObject({ decidedAtMs: calm.startedAtMs + 20_000, stages: [{ name: 'serving', ms: 500 }] });
  });

  test('one that is made has what it reached on its way, and together they are its time', () => {
    const { stages, decidedAtMs, servingAtMs } = named('web-x5');
    expect(stages.map(({ name }) => name)).toEqual(['made', 'booted', 'configured', 'ready', 'serving']);
    expect(stages.reduce((sum, { ms }) => sum + ms, 0)).toBe(servingAtMs! - decidedAtMs);
  });

  test('begins where more came than the fill allows, without a break', () => {
    // As it was without a time to warm up: the controller has seen nothing that rises.
    const sudden = imaginedRecording('triple-in-20s', {
      change: {
        traffic: [
          { kind: 'hold', perSecond: 1000, forMs: 30_000 },
          { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: 20_000 },
          { kind: 'hold', perSecond: 3000, forMs: 60_000 },
        ],
      },
    });
    // 80 % of 1,350 requests/s.
    expect(sudden.seconds.find(({ sent }) => sent > 1080)!.second).toBe(30);
    const first = verdictOf(sudden).scaling.find(({ machine }) => machine === 'web-x1')!;
    expect(first.breachAtMs).toBe(sudden.startedAtMs + 30_000);
  });

  test('a machine that never served says so', () => {
    const stages = calm.stages.filter(({ machine, stage }) => machine !== 'web-x5' || stage === 'starting');
    const one = verdictOf({ ...calm, stages }).scaling.find(({ machine }) => machine === 'web-x5')!;
    expect(one.servingAtMs).toBeUndefined();
  });
});

describe('cost, for a month', () => {
  test('is the base, each machine-hour that was begun, and what the same peak takes without an overflow', () => {
    const { currency, withoutOverflow, withOverflow, staticForSamePeak, machineHours } = verdictOf(calm).cost;
    expect([currency, machineHours]).toEqual(['EUR', 5]);
    expect(withoutOverflow).toBeCloseTo(600, 6);
    expect(withOverflow).toBeCloseTo(600 + 5 * 0.12, 6);
    // 3,000 at 360 each are 9 machines, 6 more than there are, at 60 a month.
    expect(staticForSamePeak).toBeCloseTo(600 + 6 * 60, 6);
  });

  test('a compressed evening is paid for as the whole evening', () => {
    const begun = beginRecording('world-cup-evening', scenarioNamed('world-cup-evening'), blueprint, 0);
    const stage = (atMs: number, name: StageChange['stage']): StageChange => ({
      ...{ atMs, pool: 'web' as PoolName, machine: 'web-x1' as MachineName, part: 'overflow', stage: name },
    });
    // Three and a half minutes, 60 times as fast, are three and a half hours.
    const recording = { ...begun, endedAtMs: 720_000, stages: [stage(0, 'starting'), stage(210_000, 'gone')] };
    expect(verdictOf(recording).cost.machineHours).toBe(4);
  });
});

test('what was on its way when the load was stopped is lost', () => {
  const tally = createTally();
  for (let index = 0; index < 10; index++) tally.sent(0);
  for (let index = 0; index < 6; index++) tally.answered(200, false, 5);
  tally.answered(500, false, 5);
  tally.answered(503, true, 5);
  tally.failed('timeout');
  tally.abandoned();
  const seconds = [tally.take({ second: 0, ownCores: 0, stolenCores: 0, opened: 1, retried: 0 })];
  expect(verdictOf({ ...calm, seconds, total: totalOf(seconds) }).requests).toMatchObject({
    ...{ sent: 10, answered: 6, lost: 4 },
  });
});

function objectives(change: Partial<Recording['objectives']>): Recording {
  return { ...calm, objectives: { ...calm.objectives, ...change } };
}

function withStage(machine: string, stage: StageChange['stage']): Recording {
  const part = machine.includes('-x') ? 'overflow' : 'base';
  const change: StageChange = {
    ...{ atMs: calm.endedAtMs!, pool: 'web' as PoolName, machine: machine as MachineName, part, stage },
  };
  return { ...calm, stages: [...calm.stages, change] };
}

test('as data its instants are seconds from the start of the traffic', () => {
  const verdict = verdictOf(calm);
  const [first] = verdictAsData(verdict, calm).scaling;
  const { breachAtMs, decidedAtMs, servingAtMs } = verdict.scaling[0]!;
  const seconds = (atMs: number) => (atMs - calm.startedAtMs) / 1000;
  expect(first).toEqual({
    ...{ pool: 'web', machine: 'web-x1', stages: verdict.scaling[0]!.stages },
    ...(breachAtMs !== undefined && { breachAt: seconds(breachAtMs) }),
    ...{ decidedAt: seconds(decidedAtMs), servingAt: seconds(servingAtMs!) },
  });
});
