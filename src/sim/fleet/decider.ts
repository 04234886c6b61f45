/** Who says which machines come and go: Spillway's controller, or a policy of others. */
import { beginning, decide, type ScaleAction, type ScaleSettings } from '../../control/scale/decide.ts';
import type { PoolName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import type { Turn } from '../invariants/invariant.ts';
import type { Policy, PolicySettings } from '../policies/policy.ts';

export interface Decider {
  readonly name: string;
  /** Once a second, with what came in the one before. */
  turn(demand: number, machines: readonly ObservedMachine[], nowMs: number): readonly ScaleAction[];
}

/** The very controller that production has. */
export function spillway(settings: ScaleSettings, onTurn?: (turn: Turn) => void): Decider {
  const pool = 'pool' as PoolName;
  let state = beginning;
  return {
    name: 'Spillway',
    turn(demand, machines, nowMs) {
      const seen = { pool, machines, demand: { value: demand, atMs: nowMs } };
      const { state: next, decision } = decide(settings, state, seen, nowMs);
      state = next;
      onTurn?.({ nowMs, settings, machines, decision });
      return decision.actions;
    },
  };
}

/** Machines serve as soon as they can, and the newest goes first. */
export function following<State>(policy: Policy<State>, settings: PolicySettings, capacity: number): Decider {
  let state = policy.begin(settings);
  return {
    name: policy.name,
    turn(demand, machines, nowMs) {
      const inStage = (...stages: readonly ObservedMachine['stage'][]) =>
        machines.filter(({ stage }) => stages.includes(stage));
      const [ready, drained] = [inStage('ready'), inStage('drained')];
      const here = inStage('serving', 'ready', 'starting');
      const sight = {
        ...{ nowMs, demand, capacity },
        serving: here.filter(({ stage }) => stage === 'serving').length,
        starting: here.filter(({ stage }) => stage === 'starting').length,
      };
      const looked = policy.look(settings, state, sight);
      state = looked.state;
      const size = Math.min(settings.most, Math.max(settings.least, looked.size));
      const actions: ScaleAction[] = [
        ...ready.map(({ name }): ScaleAction => ({ kind: 'admit', machine: name })),
        ...drained.map(({ name }): ScaleAction => ({ kind: 'destroy', machine: name })),
      ];
      if (size > here.length) return [...actions, { kind: 'create', count: size - here.length }];
      if (size === here.length) return actions;
      // Those that do not serve yet go first: nobody misses them.
      const going = [...inStage('starting', 'ready'), ...inStage('serving').toReversed()]
        .filter(({ part }) => part === 'overflow')
        .slice(0, here.length - size);
      const leaving = new Set(going.map(({ name }) => name));
      return [
        ...actions.filter((action) => action.kind !== 'admit' || !leaving.has(action.machine)),
        ...going.map(({ name, stage }): ScaleAction => ({
          kind: stage === 'serving' ? 'drain' : 'destroy',
          machine: name,
        })),
      ];
    },
  };
}
