/** A pool for the tests of its scale: three machines of its own and up to five that come, as SoFoot has them. */
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import type { ObservedMachine, PoolObservation } from '../../../src/model/observation.ts';
import {
  beginning,
  decide,
  type Orders,
  type ScaleDecision,
  type ScaleSettings,
} from '../../../src/control/scale/decide.ts';

export const settings: ScaleSettings = {
  fleet: { base: { count: 3, serves: 450 }, overflow: { count: 5, serves: 350 } },
  rules: { target: {} },
  fill: 0.75,
  readyMs: 2_000,
  warm: 0,
  hold: { outMs: 0, inMs: 60_000 },
  billing: { periodMs: 0, marginMs: 0 },
  drainMs: 60_000,
};

export const base = [1, 2, 3].map((ordinal) => machine(`web-${ordinal}`, 'serving', { part: 'base' }));

export function machine(
  name: string,
  stage: ObservedMachine['stage'],
  more: Partial<ObservedMachine> = {},
): ObservedMachine {
  return { name: name as MachineName, part: 'overflow', stage, sinceMs: 0, paidSinceMs: 0, ...more };
}

export function observed(
  demand: number | undefined,
  machines: readonly ObservedMachine[],
  atMs: number,
): PoolObservation {
  return { pool: 'web' as PoolName, machines, ...(demand !== undefined && { demand: { value: demand, atMs } }) };
}

export interface Played {
  readonly atMs: number;
  readonly demand: number | undefined;
  readonly machines: readonly ObservedMachine[];
  readonly decision: ScaleDecision;
}

/**
 * Plays the controller second by second against a pool that does what it is told:
 * a machine is ready after `readyMs`, and one that drains has no visitors after two seconds.
 */
export function play(
  changes: Partial<ScaleSettings>,
  seconds: number,
  demandAt: (second: number) => number | undefined,
  orders: (second: number) => Orders = () => ({}),
  beginsMs = 0,
): readonly Played[] {
  const all = { ...settings, ...changes };
  let state = beginning;
  let machines: readonly ObservedMachine[] = base;
  let made = all.fleet.base.count;
  const played: Played[] = [];
  for (let second = 0; second < seconds; second++) {
    const nowMs = beginsMs + second * 1000;
    const move = (one: ObservedMachine, stage: ObservedMachine['stage']) => ({ ...one, stage, sinceMs: nowMs });
    machines = machines.map((one) => {
      if (one.stage === 'starting' && nowMs - one.sinceMs >= all.readyMs) return move(one, 'ready');
      return one.stage === 'draining' && nowMs - one.sinceMs >= 2_000 ? move(one, 'drained') : one;
    });
    const demand = demandAt(second);
    const decided = decide(all, state, observed(demand, machines, nowMs), nowMs, orders(second));
    state = decided.state;
    for (const action of decided.decision.actions) {
      if (action.kind === 'create') {
        const names = Array.from({ length: action.count }, () => `web-${++made}`);
        machines = [
          ...machines,
          ...names.map((name) => machine(name, 'starting', { sinceMs: nowMs, paidSinceMs: nowMs })),
        ];
      } else if (action.kind === 'destroy') machines = machines.filter(({ name }) => name !== action.machine);
      else if (action.kind !== 'close') {
        const stage = stageAfter[action.kind];
        machines = machines.map((one) => (one.name === action.machine ? move(one, stage) : one));
      }
    }
    played.push({ atMs: nowMs, demand, machines, decision: decided.decision });
  }
  return played;
}

const stageAfter = { admit: 'serving', drain: 'draining', keep: 'ready' } as const;

export const servingAt = (played: readonly Played[], second: number) =>
  played[second]?.machines.filter(({ stage }) => stage === 'serving').length;
