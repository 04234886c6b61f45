/**
 * Drives one pool: looks, decides, and sets going what was decided. It waits for
 * no machine: what it began shows in a later look, or is begun again.
 */
import { asTimeRuns, type Calendar } from '../../control/scale/calendar.ts';
import {
  beginning,
  decide,
  type Orders,
  type ScaleDecision,
  type ScaleSettings,
  type ScaleState,
} from '../../control/scale/decide.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine, PoolObservation } from '../../model/observation.ts';
import { stagesOf, type PoolSight } from './stages.ts';

/** What it does with, so that a rehearsal, production and a test differ in nothing else. */
export interface PoolHands {
  /** All machines that the overflow may have, in the order in which they are taken. */
  readonly slots: readonly MachineName[];
  look(): Promise<Look>;
  /** Which other command works on the platform, in words; nothing is touched meanwhile. */
  tied(): string | undefined;
  observe(machines: readonly ObservedMachine[]): PoolObservation;
  /** Makes a machine and sets it up, outside the balancers; goes on where it was, if it was begun. */
  make(name: MachineName): Promise<void>;
  /** Removes it, whatever there is of it. `why` is for people. */
  remove(name: MachineName, why: string): Promise<void>;
  /** Lets these of the overflow serve, and all others leave; of `closing` the last requests are ended. Called each turn. */
  hold(serving: ReadonlySet<MachineName>, closing: ReadonlySet<MachineName>): Promise<void>;
  /** Of what failed beside a turn. */
  tell(name: MachineName, error: unknown): void;
}

export interface Look extends Pick<PoolSight, 'listed'> {
  /** Absent when no balancer answers, and nobody knows who serves. */
  readonly servers: PoolSight['servers'] | undefined;
}

/** What was known before it began. */
export interface Memory {
  readonly state?: ScaleState;
  readonly paidSinceMs?: PoolSight['paidSinceMs'];
}

export interface PoolDriver extends Pick<PoolHands, 'slots'> {
  turn(nowMs: number, orders?: Orders): Promise<ScaleDecision>;
  /**
   * What a turn decides that sees the machines as the last one did, for who knows that it would: without a look, and at
   * once. Undefined when something is under way or to be done: then nothing has happened, and a whole turn does it.
   */
  again(nowMs: number, orders?: Orders): ScaleDecision | undefined;
  /**
   * A turn of its own, when all is over: of the overflow none stays but these. Says whether that is so; it makes
   * nothing, and removes what is still being made once it is there.
   */
  leave(keep: ReadonlySet<MachineName>, nowMs: number): Promise<boolean>;
  /** As they were seen in the last turn. */
  machines(): readonly ObservedMachine[];
  /** What the last turn went by. */
  seen(): PoolObservation | undefined;
  state(): ScaleState;
  /** Settles once no machine is being made or removed any more. */
  idle(): Promise<void>;
}

export function drivePool(
  settings: ScaleSettings,
  hands: PoolHands,
  memory: Memory = {},
  calendarAt: (nowMs: number) => Calendar = asTimeRuns,
): PoolDriver {
  const making = new Map<MachineName, number>();
  /** Ends, well or not, once nobody makes it any more. */
  const made = new Map<MachineName, Promise<void>>();
  const removing = new Set<MachineName>();
  const leaving = new Set<MachineName>();
  const underWay = new Set<Promise<void>>();
  /** Something was done, or has ended, since anybody looked. */
  let isNews = true;
  /** Unknown at the beginning, and after others worked here. */
  let serving: Set<MachineName> | undefined;
  let machines: readonly ObservedMachine[] = [];
  let state = memory.state ?? beginning;
  let last: ScaleDecision | undefined;
  let seen: PoolObservation | undefined;

  const begin = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => {
      underWay.delete(work);
      isNews = true;
    });
  };
  const make = (name: MachineName, nowMs: number) => {
    making.set(name, nowMs);
    const work = hands
      .make(name)
      .catch((error: unknown) => {
        hands.tell(name, error);
        // One that was given up has been counted then.
        if (!removing.has(name)) state = { ...state, gaveUpAtMs: [...state.gaveUpAtMs, nowMs] };
        // Half a machine is none: the next turn begins with a whole one.
        making.delete(name);
        remove(name, 'its making failed');
      })
      .finally(() => {
        making.delete(name);
        made.delete(name);
      });
    made.set(name, work);
    begin(work);
  };
  const remove = (name: MachineName, why: string) => {
    if (removing.has(name)) return;
    removing.add(name);
    const gone = () =>
      hands.remove(name, why).catch((error: unknown) => {
        hands.tell(name, error);
      });
    // Who still makes it may finish it after it was removed: only what comes of that is the end of it.
    const atLast = making.has(name) ? made.get(name)?.then(gone) : undefined;
    begin(
      gone()
        .then(() => atLast)
        .finally(() => {
          removing.delete(name);
          leaving.delete(name);
        }),
    );
  };

  /** Those that serve go on, those that were leaving leave, and what was begun is finished. */
  const adopt = ({ listed, servers }: Pick<PoolSight, 'listed' | 'servers'>, nowMs: number) => {
    const overflow = listed.filter(({ part }) => part === 'overflow');
    const ordered = (name: MachineName) => servers.filter((server) => server.name === name).map((one) => one.ordered);
    for (const { name, commissioned } of overflow) {
      if (!commissioned && !making.has(name) && !removing.has(name)) make(name, nowMs);
      else if (ordered(name).length > 0 && !ordered(name).includes('ready')) leaving.add(name);
    }
    return new Set(overflow.filter(({ name }) => ordered(name).includes('ready')).map(({ name }) => name));
  };

  /** What ends while somebody looks may be seen as it was before: until the next look it counts as under way. */
  const look = async () => {
    isNews = false;
    const [made, removed] = [new Map(making), new Set(removing)];
    const { listed, servers } = await hands.look().catch((error: unknown) => {
      isNews = true;
      throw error;
    });
    const { paidSinceMs } = memory;
    const sightOf = (known: PoolSight['servers']): PoolSight => ({
      ...{ listed, servers: known, leaving },
      making: new Map([...made, ...making]),
      removing: new Set([...removed, ...removing]),
      ...(paidSinceMs !== undefined && { paidSinceMs }),
    });
    return { listed, servers, sightOf };
  };

  /** Says whose last requests are to be ended. */
  const carryOut = (actions: ScaleDecision['actions'], into: Set<MachineName>, nowMs: number) => {
    const closing = new Set<MachineName>();
    for (const action of actions) {
      if (action.kind === 'create') {
        const taken = new Set(machines.map(({ name }) => name));
        const free = hands.slots.filter((name) => !taken.has(name) && !removing.has(name));
        for (const name of free.slice(0, action.count)) make(name, nowMs);
        continue;
      }
      const { kind, machine } = action;
      if (kind === 'admit') {
        into.add(machine);
        leaving.delete(machine);
      } else if (kind === 'close') closing.add(machine);
      else if (kind === 'keep') leaving.delete(machine);
      else {
        into.delete(machine);
        if (kind === 'drain') leaving.add(machine);
        else remove(machine, whyGone(machines.find(({ name }) => name === machine)));
      }
    }
    return closing;
  };

  return {
    slots: hands.slots,
    machines: () => machines,
    seen: () => seen,
    state: () => state,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async turn(nowMs, orders) {
      const { listed, servers, sightOf } = await look();
      if (servers === undefined) return (last = staying(last, 'no balancer answers, and all stays as it is'));
      // A platform that is being removed has no use for others of its machines.
      if (!listed.some(({ part }) => part === 'base'))
        return (last = staying(last, 'none of its own machines is there, and nothing is done'));

      const tiedBy = hands.tied();
      if (tiedBy === undefined) serving ??= adopt({ listed, servers }, nowMs);
      machines = stagesOf(sightOf(servers), machines, nowMs);
      seen = hands.observe(machines);
      const { state: next, decision } = decide(settings, state, seen, nowMs, orders, calendarAt(nowMs));
      if (tiedBy !== undefined || serving === undefined) {
        serving = undefined;
        // Rules go on learning; what was not done leaves no trace.
        state = { ...state, rules: next.rules, wanted: next.wanted };
        const says = `${tiedBy ?? ''}, and nothing is done meanwhile`;
        return (last = { ...decision, kind: 'nothing', actions: [], says });
      }
      state = next;
      // Of what is being removed already nothing more is told.
      const actions = decision.actions.filter((action) => action.kind === 'create' || !removing.has(action.machine));
      const closing = carryOut(actions, serving, nowMs);
      isNews ||= actions.length > 0;
      await hands.hold(serving, closing);
      return (last = { ...decision, actions });
    },
    again(nowMs, orders) {
      if (serving === undefined || isNews || underWay.size > 0 || hands.tied() !== undefined) return undefined;
      const observed = hands.observe(machines);
      const { state: next, decision } = decide(settings, state, observed, nowMs, orders, calendarAt(nowMs));
      if (decision.actions.length > 0) return undefined;
      seen = observed;
      state = next;
      return (last = decision);
    },
    async leave(keep, nowMs) {
      const { listed, servers, sightOf } = await look();
      if (servers === undefined) return false;
      serving ??= adopt({ listed, servers }, nowMs);
      for (const name of serving) {
        if (keep.has(name)) continue;
        serving.delete(name);
        leaving.add(name);
      }
      machines = stagesOf(sightOf(servers), machines, nowMs);
      const going = machines.filter(({ name, part }) => part === 'overflow' && !keep.has(name));
      const overdue = going.filter(({ stage, sinceMs }) => stage === 'draining' && nowMs - sinceMs >= settings.drainMs);
      await hands.hold(serving, new Set(overdue.map(({ name }) => name)));
      for (const one of going) if (removable.has(one.stage)) remove(one.name, whyGone(one));
      return going.length === 0;
    },
  };
}

/** One that never answered is not removed because there were too many. */
function whyGone(machine: ObservedMachine | undefined): string {
  if (machine?.stage === 'starting') return 'it did not come in time';
  return machine?.stage === 'down' ? 'it does not answer' : 'less is enough';
}

/** One that serves or drains is in the balancers, and one that starts is in somebody's hands. */
const removable: ReadonlySet<ObservedMachine['stage']> = new Set(['ready', 'drained', 'down']);

/** Not seeing is no reason to act. */
function staying(last: ScaleDecision | undefined, says: string): ScaleDecision {
  const { size = 0, wanted = 0, capacity = 0 } = last ?? {};
  return { kind: 'nothing', actions: [], size, wanted, capacity, says, losers: [] };
}
