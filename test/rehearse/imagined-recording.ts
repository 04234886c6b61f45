/**
 * A rehearsal that never ran: visitors as the scenario draws them, machines that fill up, a queue that grows when
 * they are full, and a controller of five lines. One seed always gives the same recording.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ScaleAction, ScaleDecision } from '../../src/control/scale/decide.ts';
import type { MachineName, PoolName } from '../../src/model/ids.ts';
import { totalOf, type LoadSecond } from '../../src/rehearse/load/load-second.ts';
import { createTally } from '../../src/rehearse/load/tally.ts';
import { durationMs, rateAt } from '../../src/rehearse/load/traffic.ts';
import {
  beginRecording,
  type MachineStage,
  type Mark,
  type PoolReading,
  type RecordedDecision,
  type RecordedFault,
  type Recording,
  type StageChange,
} from '../../src/rehearse/recording.ts';
import type { Scenario } from '../../src/rehearse/scenario/scenario.ts';
import { blueprint, scenarioNamed } from './scenario/sofoot.ts';

const web = 'web' as PoolName;
const startedAtMs = Date.UTC(2026, 5, 15, 18, 0, 0);

/** From the decision on, in ms: what a machine that is made reaches. */
const way = [
  ['made', 2100],
  ['booted', 6400],
  ['configured', 12_900],
] as const;
const readyAfterMs = 15_200;
const admittedAfterMs = 600;

interface Options {
  readonly seed?: number;
  readonly warm?: number;
  readonly change?: Partial<Scenario>;
  /** Of all requests, those that leave late. */
  readonly late?: number;
}

export function imaginedRecording(
  name: string,
  { seed = 7, warm = 3, change = {}, late = 0 }: Options = {},
): Recording {
  const scenario = { ...scenarioNamed(name), ...change };
  const random = xoroshiro128plus(seed);
  const any = () => uniformFloat64(random);
  const fill = 0.8;
  const begun = beginRecording(name, scenario, blueprint, startedAtMs, new Map([[web, { fill, warm }]]));
  const seconds: LoadSecond[] = [];
  const decisions: RecordedDecision[] = [];
  const stages: StageChange[] = [];
  const marks: Mark[] = [];
  const readings: PoolReading[] = [];
  const faults: RecordedFault[] = [];
  const stageOf = new Map<MachineName, { stage: MachineStage; sinceMs: number }>();
  const pending: { atMs: number; act: () => void }[] = [];

  const enter = (machine: string, stage: MachineStage, atMs: number) => {
    const part = machine.includes('-x') ? 'overflow' : 'base';
    const pool = machine.slice(0, machine.lastIndexOf('-')) as PoolName;
    stages.push({ atMs, pool, machine: machine as MachineName, part, stage });
    if (pool === web) stageOf.set(machine as MachineName, { stage, sinceMs: atMs });
  };
  const inStage = (...wanted: readonly MachineStage[]) =>
    [...stageOf].filter(([, { stage }]) => wanted.includes(stage)).map(([machine]) => machine);
  const capacity = () => inStage('serving').reduce((sum, machine) => sum + (machine.includes('-x') ? 350 : 450), 0);
  const later = (atMs: number, act: () => void) => pending.push({ atMs, act });

  for (const machine of ['balancer-1', 'balancer-2', 'database-1', 'database-2', 'web-1', 'web-2', 'web-3'])
    enter(machine, 'serving', startedAtMs - 60_000);
  if (scenario.capacity === 'with overflow')
    for (let index = 1; index <= warm; index++) enter(`web-x${index}`, 'ready', startedAtMs - 40_000);

  const admit = (machine: MachineName, atMs: number) =>
    later(atMs + admittedAfterMs + any() * 500, () => enter(machine, 'serving', atMs + admittedAfterMs));
  const create = (machine: string, atMs: number) => {
    enter(machine, 'starting', atMs);
    const slow = 0.9 + any() * 0.35;
    for (const [what, afterMs] of way) {
      const at = Math.round(atMs + afterMs * slow);
      later(at, () => marks.push({ atMs: at, machine: machine as MachineName, name: what }));
    }
    const ready = Math.round(atMs + readyAfterMs * slow);
    later(ready, () => enter(machine, 'ready', ready));
    later(ready + 500, () => enter(machine, 'serving', ready + 500));
  };

  let queue = 0;
  let before: readonly number[] = [];
  const admitted = new Set<MachineName>();
  let lowSince: number | undefined;
  const endSecond = Math.ceil(durationMs(scenario.traffic) / 1000);
  const lastSecond = endSecond + Math.round(scenario.watchMs / 1000);
  let second = 0;
  for (; second < lastSecond; second++) {
    const atMs = startedAtMs + second * 1000;
    for (const fault of scenario.faults.filter((one) => Math.floor(one.atMs / 1000) === second)) {
      faults.push({ atMs, kind: fault.kind, target: fault.target, state: 'began' });
      const machine = fault.target as MachineName;
      if (stageOf.has(machine)) enter(machine, 'down', atMs + 500);
    }
    const rate = rateAt(scenario.traffic, second * 1000 + 500);
    const sent =
      second >= endSecond ? 0 : Math.max(0, Math.round(rate + Math.sqrt(rate) * (any() + any() + any() - 1.5) * 2));
    const able = capacity() * 1.04;
    const served = Math.min(sent + queue, able);
    // What waits for longer than the balancers allow is turned away.
    const turned = Math.max(0, queue + sent - served - able * 2.5);
    queue = Math.max(0, queue + sent - served - turned);
    if (second < endSecond + 3) {
      seconds.push(
        secondOf(
          second,
          sent,
          Math.round(served),
          Math.round(turned),
          able === 0 ? 0 : queue / able,
          sent / Math.max(1, able),
        ),
      );
      readings.push({ atMs: atMs + 1000, pool: web, queue: Math.round(queue) });
    }

    // Where it goes in the next fifteen seconds, by what it did in the last four.
    const growth = before.length < 4 ? 0 : Math.max(0, (sent - (before[0] ?? sent)) / 4);
    before = [...before.slice(-3), sent];
    const ahead = growth > 40 ? sent + growth * 15 : sent;
    const use = (ahead + queue) / Math.max(1, capacity() + 350 * inStage('starting').length);
    const serving = inStage('serving').filter((machine) => machine.startsWith('web')).length;
    const lacking = Math.min(
      8 - serving - inStage('starting').length,
      Math.ceil((ahead + queue * 0.5) / fill / 350 - capacity() / 350),
    );
    if (scenario.capacity === 'with overflow' && use > fill && lacking > 0) {
      const ready = inStage('ready')
        .filter((one) => !admitted.has(one))
        .slice(0, lacking);
      const free = [1, 2, 3, 4, 5]
        .map((index) => `web-x${index}` as MachineName)
        .filter((one) => (stageOf.get(one)?.stage ?? 'gone') === 'gone');
      const made = free.slice(0, lacking - ready.length);
      const actions: ScaleAction[] = [
        ...ready.map((machine): ScaleAction => ({ kind: 'admit', machine })),
        ...(made.length > 0 ? [{ kind: 'create' as const, count: made.length }] : []),
      ];
      if (actions.length > 0) {
        decide(
          'grow',
          atMs + 900,
          actions,
          serving,
          serving + ready.length + made.length,
          `burst: ${sent} requests/s and ${Math.round(growth)} more each second`,
        );
        for (const machine of ready) {
          admit(machine, atMs + 900);
          admitted.add(machine);
        }
        for (const machine of made) create(machine, atMs + 900);
        lowSince = undefined;
      }
    }
    lowSince = sent < fill * (capacity() - 350) ? (lowSince ?? atMs) : undefined;
    const added = inStage('serving').filter((machine) => machine.includes('-x'));
    const [first] = added.toReversed();
    if (first !== undefined && lowSince !== undefined && atMs - lowSince > 20_000) {
      decide(
        'shrink',
        atMs + 900,
        [{ kind: 'drain', machine: first }],
        serving,
        serving - 1,
        'less has been enough for 20 s',
      );
      enter(first, 'draining', atMs + 900);
      later(atMs + 4900, () => enter(first, 'drained', atMs + 4900));
      later(atMs + 6900, () => enter(first, 'gone', atMs + 6900));
      lowSince = atMs - 12_000;
    }
    for (const due of pending
      .filter((one) => one.atMs <= atMs + 1000)
      .toSorted((one, other) => one.atMs - other.atMs)) {
      due.act();
      pending.splice(pending.indexOf(due), 1);
    }
    const isBack = inStage('serving', 'starting', 'draining', 'drained').every((machine) => !machine.includes('-x'));
    if (second > endSecond + 5 && isBack) break;
  }
  const byTime = <Event extends { readonly atMs: number }>(events: readonly Event[]) =>
    events.toSorted((one, other) => one.atMs - other.atMs);
  return {
    ...begun,
    ...{ seconds, total: totalOf(seconds), endedAtMs: startedAtMs + (second + 1) * 1000 },
    ...{ decisions, stages: byTime(stages), marks: byTime(marks), readings, faults },
  };

  function decide(
    kind: 'grow' | 'shrink',
    atMs: number,
    actions: ScaleAction[],
    size: number,
    wanted: number,
    says: string,
  ) {
    const decision: ScaleDecision = {
      kind,
      actions,
      size,
      wanted,
      capacity: capacity(),
      says: `from ${size} to ${wanted}; ${says}`,
      losers: [],
    };
    decisions.push({ atMs, pool: web, decision });
  }

  /** `waitS`: what a request waits for its turn, now. */
  function secondOf(
    number: number,
    sent: number,
    served: number,
    turned: number,
    waitS: number,
    use: number,
  ): LoadSecond {
    const tally = createTally();
    for (let index = 0; index < sent; index++) tally.sent(any() < late ? 145 : any() * 3);
    for (let index = 0; index < served; index++) {
      // Cached pages are quick; what PHP makes is slower, and slower still on a full machine.
      const isMade = any() < 0.15;
      const own = (isMade ? 28 : 4) * (0.6 + any() * 0.8 + (any() < 0.03 ? 4 : 0)) * (1 + Math.max(0, use - 0.5) * 2.4);
      tally.answered(any() < 0.004 ? 303 : 200, false, own + waitS * 1000 * (0.5 + any()));
    }
    for (let index = 0; index < turned; index++) tally.answered(503, true, 3);
    return tally.take({
      ...{ second: number, ownCores: 0.2 + sent / 8000, stolenCores: 0 },
      ...{ opened: Math.round(sent / 10), retried: 0 },
    });
  }
}

/** What had happened by then. */
export function untilMs(recording: Recording, afterMs: number): Recording {
  const { endedAtMs: _, total: _total, ...rest } = recording;
  const atMs = recording.startedAtMs + afterMs;
  const so = <Event extends { readonly atMs: number }>(events: readonly Event[]) =>
    events.filter((event) => event.atMs <= atMs);
  return {
    ...rest,
    seconds: recording.seconds.filter(({ second }) => (second + 1) * 1000 <= afterMs),
    decisions: so(recording.decisions),
    stages: so(recording.stages),
    marks: so(recording.marks),
    readings: so(recording.readings),
    faults: so(recording.faults),
  };
}
