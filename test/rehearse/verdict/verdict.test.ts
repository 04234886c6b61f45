import { describe, expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import { totalOf } from '../../../src/rehearse/load/load-second.ts';
import { createTally } from '../../../src/rehearse/load/tally.ts';
import { beginRecording, type Recording, type StageChange } from '../../../src/rehearse/recording.ts';
import { verdictAsData } from '../../../src/rehearse/verdict/as-data.ts';
import { exitCodeOf, verdictOf } from '../../../src/rehearse/verdict/verdict.ts';
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
    expect(verdict.reason).toBeUndefined();
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
    expect(verdict.held).toBe(false);
    expect(verdict.reason).toMatch(/^the load, not the platform: .* late/);
    expect(exitCodeOf(verdict)).toBe(1);
  });

  test('when the pages of the mix are not there', () => {
    const total = { ...calm.total!, byStatus: { ...calm.total!.byStatus, '2xx': 400_000, '4xx': 80_000 } };
    expect(verdictOf({ ...calm, total }).reason).toBe(
      'the load, not the platform: 16.6 % of its pages were refused with 4xx; mend the mix',
    );
  });

  test('before its end', () => {
    expect(verdictOf(untilMs(calm, 60_000))).toMatchObject({
      ...{ held: false, reason: 'the rehearsal did not come to its end' },
    });
  });
});

describe('scaling', () => {
  const { scaling } = verdictOf(calm);
  const named = (machine: string) => scaling.find((one) => one.machine === machine)!;

  test('is told of each machine that was added', () => {
    expect(scaling.map(({ machine }) => machine)).toEqual(['web-x1', 'web-x2', 'web-x3', 'web-x4', 'web-x5']);
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
