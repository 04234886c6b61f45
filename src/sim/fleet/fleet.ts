/**
 * The machines of a pool in virtual time, and nothing around them: what is asked for comes after its time, what
 * leaves has left after its time. A day of it takes a fraction of a second.
 */
import type { ScaleAction } from '../../control/scale/decide.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import type { Stream } from '../chance/stream.ts';

export interface FleetSettings {
  /** From being asked for until it can serve; half of the machines are faster. */
  readonly readyAfterMs: number;
  /** One machine in six takes longer than so many times that; 1 when all take the same. */
  readonly spread: number;
  /** From leaving until its last request is answered. */
  readonly leavesAfterMs: number;
}

export interface Beginning {
  readonly base: number;
  /** Of the overflow, serving from the start. */
  readonly overflow: number;
  /** Milliseconds since 1970. */
  readonly startMs: number;
}

/** A stay of a machine that is over, for those who pay. */
export type OnGone = (stayMs: number) => void;

export function createFleet(settings: FleetSettings, beginning: Beginning, chance: Stream, onGone: OnGone) {
  let made = 0;
  const machineOf = (part: ObservedMachine['part'], stage: ObservedMachine['stage'], nowMs: number) => ({
    ...{ name: `machine-${++made}` as MachineName, part, stage, sinceMs: nowMs, paidSinceMs: nowMs },
  });
  const parts = [
    ...Array<'base'>(beginning.base).fill('base'),
    ...Array<'overflow'>(beginning.overflow).fill('overflow'),
  ];
  let machines: readonly ObservedMachine[] = parts.map((part) => machineOf(part, 'serving', beginning.startMs));
  const readyAtMs = new Map<MachineName, number>();
  let serving = machines.length;
  /** The next instant at which a machine changes by itself. */
  let nextMs = Infinity;

  const changed = (next: readonly ObservedMachine[]) => {
    machines = next;
    serving = next.filter(({ stage }) => stage === 'serving').length;
    nextMs = next.reduce((soonest, machine) => Math.min(soonest, endsAtMs(machine)), Infinity);
  };
  const endsAtMs = ({ name, stage, sinceMs }: ObservedMachine) => {
    if (stage === 'starting') return readyAtMs.get(name) ?? Infinity;
    return stage === 'draining' ? sinceMs + settings.leavesAfterMs : Infinity;
  };
  const to = (machine: ObservedMachine, stage: ObservedMachine['stage'], nowMs: number): ObservedMachine => ({
    ...machine,
    stage,
    sinceMs: nowMs,
  });

  return {
    machines: () => machines,
    serving: () => serving,
    /** What has come by itself until then. */
    until(nowMs: number): void {
      if (nowMs < nextMs) return;
      changed(
        machines.map((machine) => {
          if (endsAtMs(machine) > nowMs) return machine;
          return to(machine, machine.stage === 'starting' ? 'ready' : 'drained', nowMs);
        }),
      );
    },
    carryOut(actions: readonly ScaleAction[], nowMs: number): void {
      if (actions.length === 0) return;
      let next = machines;
      for (const action of actions) {
        if (action.kind === 'create') {
          const come = Array.from({ length: action.count }, () => machineOf('overflow', 'starting', nowMs));
          for (const { name } of come)
            readyAtMs.set(name, nowMs + chance.logNormal(settings.readyAfterMs, settings.spread));
          next = [...next, ...come];
        } else if (action.kind === 'destroy') {
          next = next.filter((machine) => {
            if (machine.name !== action.machine) return true;
            readyAtMs.delete(machine.name);
            onGone(nowMs - machine.paidSinceMs);
            return false;
          });
        } else {
          const stage = stageAfter[action.kind];
          next = next.map((machine) => (machine.name === action.machine ? to(machine, stage, nowMs) : machine));
        }
      }
      changed(next);
    },
  };
}

const stageAfter = { admit: 'serving', drain: 'draining', close: 'drained', keep: 'ready' } as const;
