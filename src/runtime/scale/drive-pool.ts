/**
 * Drives one pool: looks, decides, and sets going what was decided. It waits for
 * no machine: what it began shows in a later look, or is begun again.
 */
import { asTimeRuns, type Calendar } from '../../control/scale/calendar.ts';
import { beginning, decide, type Orders, type ScaleDecision, type ScaleSettings } from '../../control/scale/decide.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine, PoolObservation } from '../../model/observation.ts';
import { stagesOf, type PoolSight } from './stages.ts';

/** What it does with, so that a rehearsal, production and a test differ in nothing else. */
export interface PoolHands {
  /** All machines that the overflow may have, in the order in which they are taken. */
  readonly slots: readonly MachineName[];
  look(): Promise<Pick<PoolSight, 'listed' | 'servers'>>;
  observe(machines: readonly ObservedMachine[]): PoolObservation;
  /** Makes a machine and sets it up, outside the balancers. */
  make(name: MachineName): Promise<void>;
  /** Removes it, whatever there is of it. */
  remove(name: MachineName): Promise<void>;
  /** Lets these of the overflow serve, and all others leave; of `closing` the last requests are ended. Called each turn. */
  hold(serving: ReadonlySet<MachineName>, closing: ReadonlySet<MachineName>): Promise<void>;
  /** Of what failed beside a turn. */
  tell(name: MachineName, error: unknown): void;
}

export interface PoolDriver extends Pick<PoolHands, 'slots'> {
  turn(nowMs: number, orders?: Orders): Promise<ScaleDecision>;
  /**
   * A turn of its own, when all is over: of the overflow none stays but these. Says whether that is so; it makes
   * nothing, and removes what is still being made once it is there.
   */
  leave(keep: ReadonlySet<MachineName>, nowMs: number): Promise<boolean>;
  /** As they were seen in the last turn. */
  machines(): readonly ObservedMachine[];
}

export function drivePool(
  settings: ScaleSettings,
  hands: PoolHands,
  calendarAt: (nowMs: number) => Calendar = asTimeRuns,
): PoolDriver {
  const making = new Map<MachineName, number>();
  const removing = new Set<MachineName>();
  const leaving = new Set<MachineName>();
  let serving: Set<MachineName> | undefined;
  let machines: readonly ObservedMachine[] = [];
  let state = beginning;

  const make = (name: MachineName, nowMs: number) => {
    making.set(name, nowMs);
    void hands
      .make(name)
      .catch((error: unknown) => {
        hands.tell(name, error);
        // Half a machine is none: the next turn begins with a whole one.
        remove(name);
      })
      .finally(() => making.delete(name));
  };
  const remove = (name: MachineName) => {
    if (removing.has(name)) return;
    removing.add(name);
    void hands
      .remove(name)
      .catch((error: unknown) => {
        hands.tell(name, error);
      })
      .finally(() => {
        removing.delete(name);
        leaving.delete(name);
      });
  };

  return {
    slots: hands.slots,
    machines: () => machines,
    async turn(nowMs, orders) {
      const sight = await hands.look();
      // One that began anew goes on with those that serve.
      serving ??= new Set(adopted(sight));
      machines = stagesOf({ ...sight, making, removing, leaving }, machines, nowMs);
      const { state: next, decision } = decide(
        settings,
        state,
        hands.observe(machines),
        nowMs,
        orders,
        calendarAt(nowMs),
      );
      state = next;
      const closing = new Set<MachineName>();
      for (const action of decision.actions) {
        if (action.kind === 'create') {
          const taken = new Set(machines.map(({ name }) => name));
          const free = hands.slots.filter((name) => !taken.has(name) && !removing.has(name));
          for (const name of free.slice(0, action.count)) make(name, nowMs);
          continue;
        }
        const { kind, machine } = action;
        if (kind === 'admit') {
          serving.add(machine);
          leaving.delete(machine);
        } else if (kind === 'close') closing.add(machine);
        else {
          serving.delete(machine);
          if (kind === 'drain') leaving.add(machine);
          else remove(machine);
        }
      }
      await hands.hold(serving, closing);
      return decision;
    },
    async leave(keep, nowMs) {
      const sight = await hands.look();
      serving ??= new Set(adopted(sight));
      for (const name of serving) {
        if (keep.has(name)) continue;
        serving.delete(name);
        leaving.add(name);
      }
      machines = stagesOf({ ...sight, making, removing, leaving }, machines, nowMs);
      const going = machines.filter(({ name, part }) => part === 'overflow' && !keep.has(name));
      const overdue = going.filter(({ stage, sinceMs }) => stage === 'draining' && nowMs - sinceMs >= settings.drainMs);
      await hands.hold(serving, new Set(overdue.map(({ name }) => name)));
      for (const { name, stage } of going) if (removable.has(stage)) remove(name);
      return going.length === 0;
    },
  };
}

/** One that serves or drains is in the balancers, and one that starts is in somebody's hands. */
const removable: ReadonlySet<ObservedMachine['stage']> = new Set(['ready', 'drained', 'down']);

function adopted({ listed, servers }: Pick<PoolSight, 'listed' | 'servers'>): readonly MachineName[] {
  const isServing = (name: MachineName) => servers.some((server) => server.name === name && server.ordered === 'ready');
  return listed.filter(({ name, part }) => part === 'overflow' && isServing(name)).map(({ name }) => name);
}
