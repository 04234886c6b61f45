/**
 * Keeps a pool of databases with one primary: looks, decides, does the one thing that
 * the decision asks for, many times a second. What must survive this process is kept
 * before it is done; whoever comes next goes on with it.
 */
import {
  beginning,
  decide,
  moved,
  withoutMove,
  type FailoverAction,
  type FailoverDecision,
  type FailoverSettings,
  type FailoverState,
} from '../../control/failover/decide.ts';
import type { DatabaseObservation } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';

export interface FailoverHands {
  /** Why that must not be done now, in words: somebody else works on the platform. */
  readonly tied: (action: FailoverAction) => string | undefined;
  readonly observe: (isInDoubt: boolean) => DatabaseObservation;
  readonly primacy: () => Primacy;
  readonly keep: (primacy: Primacy) => void;
  /** Begins to ask machines that use the primary; what they say is in a later observation. */
  readonly ask: (about: MachineName) => void;
  readonly fence: (machine: MachineName) => Promise<void>;
  readonly promote: (machine: MachineName, waits: boolean) => Promise<void>;
  /** Leads the pool's addresses to that machine. */
  readonly place: (machine: MachineName) => Promise<void>;
  /** `from` takes no more writes, and `to` has all that it has; else it fails, and `from` takes them again. */
  readonly handOver: (from: MachineName, to: MachineName) => Promise<void>;
  readonly follow: (machine: MachineName) => Promise<void>;
  readonly wait: (machine: MachineName) => Promise<void>;
  readonly leave: (machine: MachineName) => Promise<void>;
  readonly goAlone: (machine: MachineName) => Promise<void>;
  readonly start: (machine: MachineName) => Promise<void>;
  /** Made anew and set up; returns once it follows. */
  readonly rebuild: (machine: MachineName) => Promise<void>;
  /** Sets up the pool's machines as what they are now, so that the plan is empty again. */
  readonly arrange: () => Promise<void>;
  /** Of what failed; the next turn looks anew. */
  readonly tell: (machine: MachineName, error: unknown) => void;
  readonly now: () => number;
}

/** Chosen: what a machine tells was asked of its server up to so long before. */
const tellingMs = 250;
/** Chosen: what takes long, and failed, is not tried again ten times a second. */
const againMs = 1_000;

export interface FailoverDriver {
  turn(): Promise<FailoverDecision>;
  /** Once what runs beside the turns has ended. */
  idle(): Promise<void>;
}

export function driveFailover(settings: FailoverSettings, hands: FailoverHands): FailoverDriver {
  let state: FailoverState = beginning;
  /** What takes so long that nothing else may wait for it, by machine. */
  const beside = new Map<MachineName, Promise<void>>();
  const failedAtMs = new Map<MachineName, number>();

  /** What was done last: until its machine has told something since, nobody knows whether it must be done again. */
  let done: { readonly action: string; readonly atMs: number } | undefined;

  const remember = (action: FailoverAction) => {
    done = { action: JSON.stringify(action), atMs: hands.now() };
  };

  const isUnderWay = (action: FailoverAction, seen: DatabaseObservation): boolean => {
    if (!isSeenByTelling(action)) return false;
    const told = seen.machines.find(({ name }) => name === action.machine)?.told;
    return done?.action === JSON.stringify(action) && (told?.atMs ?? 0) <= done.atMs + tellingMs;
  };

  const startBeside = (action: FailoverAction & { readonly machine: MachineName }, work: () => Promise<void>) => {
    const { machine } = action;
    if (beside.has(machine) || hands.now() - (failedAtMs.get(machine) ?? -Infinity) < againMs) return;
    const working = work()
      .then(() => {
        failedAtMs.delete(machine);
        remember(action);
      })
      .catch((error: unknown) => {
        failedAtMs.set(machine, hands.now());
        hands.tell(machine, error);
      })
      .finally(() => beside.delete(machine));
    beside.set(machine, working);
  };

  /**
   * It has all that there is, so that others may follow it before it takes writes: the address goes at the same time,
   * and writes wait less. After a loss it still applies what it received, and who followed it then could be ahead.
   */
  async function handedOver(machine: MachineName, waits: boolean): Promise<void> {
    const both = await Promise.allSettled([hands.promote(machine, waits), hands.place(machine)]);
    for (const one of both) if (one.status === 'rejected') throw one.reason;
  }

  async function become(machine: MachineName, followers: readonly MachineName[], waits: boolean): Promise<void> {
    const { move, primary } = hands.primacy();
    const isPlanned = move?.planned === true && primary !== machine;
    if (isPlanned) await handedOver(machine, waits);
    else {
      await hands.promote(machine, waits);
      await hands.place(machine);
    }
    hands.keep(moved(hands.primacy(), followers, hands.now()));
    const follow = (one: MachineName) => ({ kind: 'follow', machine: one, primary: machine }) as const;
    for (const one of followers) startBeside(follow(one), () => hands.follow(one));
    if (!isPlanned) return;
    startBeside(follow(primary), async () => {
      await hands.follow(primary);
      await hands.arrange();
    });
  }

  async function act(action: FailoverAction): Promise<void> {
    switch (action.kind) {
      case 'keep':
        return;
      case 'ask':
        hands.ask(action.about);
        return;
      case 'fence': {
        // A start that ends after it would undo it.
        await beside.get(action.machine);
        await hands.fence(action.machine);
        const primacy = hands.primacy();
        if (primacy.move !== undefined) hands.keep({ ...primacy, move: { ...primacy.move, fencedAtMs: hands.now() } });
        return;
      }
      case 'hand-over': {
        try {
          await hands.handOver(action.from, action.to);
        } catch (error) {
          hands.keep(withoutMove(hands.primacy()));
          throw error;
        }
        const primacy = hands.primacy();
        if (primacy.move !== undefined) hands.keep({ ...primacy, move: { ...primacy.move, fencedAtMs: hands.now() } });
        return;
      }
      case 'promote':
        await become(action.machine, action.followers, action.waits);
        remember(action);
        return;
      case 'place':
        await hands.place(action.machine);
        remember(action);
        return;
      case 'leave':
        startBeside(action, () => hands.leave(action.machine));
        return;
      case 'wait':
        await hands.wait(action.machine);
        remember(action);
        return;
      case 'go-alone':
        await hands.goAlone(action.machine);
        remember(action);
        return;
      case 'follow':
        startBeside(action, () => hands.follow(action.machine));
        return;
      case 'start':
        startBeside(action, () => hands.start(action.machine));
        return;
      case 'rebuild':
        startBeside(action, () => hands.rebuild(action.machine));
    }
  }

  return {
    async turn() {
      const seen = hands.observe(state.doubtedSinceMs !== undefined);
      const turn = decide(settings, state, hands.primacy(), seen, hands.now());
      state = turn.state;
      const { primacy, action } = turn.decision;
      // To keep something is to do something: who works on it has it in hand.
      const deed: FailoverAction | undefined = action ?? (primacy && { kind: 'keep' });
      const tied = deed === undefined || deed.kind === 'ask' ? undefined : hands.tied(deed);
      if (tied !== undefined)
        return { ...turn.decision, kind: 'doubt', says: `${turn.decision.says}; it waits, for ${tied}` };
      if (primacy !== undefined) hands.keep(primacy);
      if (action !== undefined && !isUnderWay(action, seen)) {
        await act(action).catch((error: unknown) => hands.tell(hands.primacy().primary, error));
      }
      return turn.decision;
    },
    async idle() {
      await Promise.all(beside.values());
    },
  };
}

/** What it changes, its machine tells. Of all else the primacy says at once that it is done, or an engine. */
function isSeenByTelling(action: FailoverAction): action is FailoverAction & { readonly machine: MachineName } {
  return ['promote', 'place', 'leave', 'wait', 'go-alone', 'follow'].includes(action.kind);
}
