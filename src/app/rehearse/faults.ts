/** Breaks what a scenario says, at its time, and undoes it: after its time, or when all ends. */
import type { Fault } from '../../rehearse/scenario/faults.ts';
import { beginFault, endFault, type FaultHands } from '../faults/inject.ts';

export interface Faults {
  /** Called once the load has begun. */
  begin(startedAtMs: number): void;
  /** Undoes what lasts, and begins nothing more. Any number of times. */
  end(): Promise<void>;
}

/** Chosen: a fault is at most so late. */
const lookEveryMs = 100;
/** Chosen: a machine that is being made anew, or started, can be reached by then. */
const againMs = 5_000;

export function playFaults(faults: readonly Fault[], hands: FaultHands): Faults {
  const { clock } = hands;
  const waiting = new Set(faults);
  /** What lasts, and when it has to end by itself. */
  const lasting = new Map<Fault, number>();
  const busy = new Set<Promise<void>>();
  let ended = false;

  const track = (work: Promise<void>) => {
    busy.add(work);
    void work.finally(() => busy.delete(work));
  };

  async function start(fault: Fault): Promise<void> {
    // One that cannot be done ends no rehearsal: it shows in the journal and in the report.
    const begun = await beginFault(injectionOf(fault), 'the scenario wants it', hands);
    if (begun.state === 'lasts' || (begun.state === 'missed' && begun.lasts))
      lasting.set(fault, clock.now() + (fault.forMs ?? Infinity));
  }

  async function stop(fault: Fault): Promise<void> {
    lasting.delete(fault);
    const why = await endFault(injectionOf(fault), 'it is over', hands);
    if (why !== undefined && !ended) lasting.set(fault, clock.now() + againMs);
  }

  async function watch(startedAtMs: number): Promise<void> {
    while (!ended && (waiting.size > 0 || lasting.size > 0 || busy.size > 0)) {
      for (const fault of waiting) {
        if (clock.now() < startedAtMs + fault.atMs) continue;
        waiting.delete(fault);
        track(start(fault));
      }
      for (const [fault, untilMs] of lasting) if (clock.now() >= untilMs) track(stop(fault));
      await clock.sleep(hands.sleepsUntilDue === true ? untilDue(startedAtMs) : lookEveryMs);
    }
  }

  /** A multiple of the usual pause, so that it is found due when it would be otherwise. */
  function untilDue(startedAtMs: number): number {
    if (busy.size > 0) return lookEveryMs;
    const dueMs = Math.min(...[...waiting].map(({ atMs }) => startedAtMs + atMs), ...lasting.values());
    return Math.max(1, Math.ceil((dueMs - clock.now()) / lookEveryMs)) * lookEveryMs;
  }

  return {
    begin(startedAtMs) {
      if (!ended) void watch(startedAtMs);
    },
    async end() {
      ended = true;
      await Promise.all(busy);
      for (const fault of lasting.keys()) track(stop(fault));
      await Promise.all(busy);
    },
  };
}

const injectionOf = ({ atMs: _, ...fault }: Fault) => fault;
