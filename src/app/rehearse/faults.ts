/**
 * Does to machines what a scenario says, at its time, and undoes it. Each fault is
 * in the journal as it begins and as it ends, so that after a process that was
 * killed one can read there what was left; the next `up` sees it and mends it.
 */
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PlatformName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Hosts } from '../../ports/host.ts';
import type { Store } from '../../ports/store.ts';
import type { RecordedFault } from '../../rehearse/recording.ts';
import type { Fault } from '../../rehearse/scenario/faults.ts';
import type { Engines } from '../../runtime/observe.ts';

export interface FaultHands {
  readonly platform: PlatformName;
  readonly engines: Engines;
  readonly hosts: Pick<Hosts, 'forget'>;
  readonly clock: Clock;
  readonly store: Pick<Store, 'append'>;
  readonly run: string;
  readonly record: (fault: RecordedFault) => void;
}

export interface Faults {
  /** Called once the load has begun. */
  begin(startedAtMs: number): void;
  /** Undoes what lasts, and begins nothing more. Any number of times. */
  end(): Promise<void>;
}

/** Chosen: a fault is at most so late. */
const lookEveryMs = 100;

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
    if (await act(fault, 'began', hands)) lasting.set(fault, clock.now() + (fault.forMs ?? Infinity));
  }

  async function stop(fault: Fault): Promise<void> {
    lasting.delete(fault);
    await act(fault, 'ended', hands);
  }

  async function watch(startedAtMs: number): Promise<void> {
    while (!ended && (waiting.size > 0 || lasting.size > 0 || busy.size > 0)) {
      for (const fault of waiting) {
        if (clock.now() < startedAtMs + fault.atMs) continue;
        waiting.delete(fault);
        track(start(fault));
      }
      for (const [fault, untilMs] of lasting) if (clock.now() >= untilMs) track(stop(fault));
      await clock.sleep(lookEveryMs);
    }
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

/** Whether it was done. One that cannot be done ends no rehearsal: it shows in the journal and in the report. */
async function act(fault: Fault, state: 'began' | 'ended', hands: FaultHands): Promise<boolean> {
  const { platform, engines, hosts, clock, store, run, record } = hands;
  const { kind, machine } = fault;
  const beganMs = clock.now();
  const entry = {
    run,
    subject: `${machine}/${kind}`,
    reason: state === 'began' ? 'the scenario wants it' : 'it is over',
  };
  // What lasts is one step of the journal: it begins with the fault, and ends when that is undone.
  const journal = (journaled: 'step-began' | 'step-ended' | 'step-failed', detail: Record<string, unknown> = {}) =>
    store.append({ ...entry, atMs: clock.now(), kind: journaled, detail: { kind: 'fault', ...detail } });
  if (state === 'began') journal('step-began');
  try {
    const there = await find(platform, machine, engines);
    if (there === undefined && state === 'began') throw notThere(machine);
    if (there !== undefined) await verbs[kind][state](there.engine, platform, there.actual);
    // Its session is one with a machine that was gone.
    if (state === 'ended') hosts.forget(machine);
    record({ atMs: state === 'began' ? beganMs : clock.now(), kind, machine, state });
    if (state === 'ended') journal('step-ended', { tookMs: clock.now() - beganMs });
    return true;
  } catch (error) {
    journal('step-failed', { error: error instanceof Error ? error.message : String(error) });
    if (state === 'began') record({ atMs: beganMs, kind, machine, state: 'missed' });
    return false;
  }
}

type Verb = (engine: Engine, platform: PlatformName, machine: ActualMachine) => Promise<void>;

const verbs: Readonly<Record<Fault['kind'], Readonly<Record<'began' | 'ended', Verb>>>> = {
  kill: {
    began: (engine, platform, { name }) => engine.powerOff(platform, name),
    // In the place of one that comes and goes the controller has made another.
    ended: async (engine, platform, { name, part }) => {
      if (part === 'base') await engine.startMachine(platform, name);
    },
  },
  cut: {
    began: (engine, platform, { name }) => engine.cutOff(platform, name),
    ended: (engine, platform, { name }) => engine.rejoin(platform, name),
  },
};

async function find(
  platform: PlatformName,
  machine: MachineName,
  engines: Engines,
): Promise<{ readonly engine: Engine; readonly actual: ActualMachine } | undefined> {
  for (const engine of engines.values()) {
    const actual = (await engine.list(platform)).machines.find(({ name }) => name === machine);
    if (actual !== undefined) return { engine, actual };
  }
  return undefined;
}

function notThere(machine: MachineName): SpillwayError {
  return new SpillwayError({
    code: 'no-machine',
    message: `${machine} is not there at that time`,
    mend: 'let the scenario name a machine of the base, or a time at which the overflow is there',
  });
}
