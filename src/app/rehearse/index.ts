/** Plays a scenario on the real machines of a platform: the load, the controller, the faults; and records all of it. */
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import { quietMs } from '../../rehearse/chaos/draw-faults.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { calendarAt } from '../../rehearse/scenario/clock.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import type { ReliefDriver } from '../../runtime/relief/drive-relief.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { journalDecision, journalRelief } from '../control/journal-decision.ts';
import { createPilot, type Pilot } from '../control/pilot.ts';
import { areAtRest, keepPrimaries } from '../control/primaries.ts';
import { alreadyHeld } from '../control/platform-lock.ts';
import { exclusively, look, type Work } from '../work.ts';
import { sceneOf } from '../faults/scene-of.ts';
import { createOwnController } from './own-controller.ts';
import { playFaults, type Faults } from './faults.ts';
import { journalServed } from './journal-served.ts';
import { journalVerdict } from './journal-verdict.ts';
import { leaveAsFound } from './leave-as-found.ts';
import { makeLedger, type LedgerOnMachines } from './ledger.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { startVisits } from './visits.ts';
import { watchHost } from './watch-host.ts';

export interface RehearseOptions {
  readonly name: string;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
  /** Called about twice a second with all that has happened so far. */
  readonly progress: (recording: Recording) => void;
}

export interface Rehearsed {
  readonly recording: Recording;
  readonly verdict: Verdict;
}

/** Chosen: a look costs an exchange with each balancer; what is seen later is answered later. */
const turnMs = 500;

export async function rehearse(work: Work, options: RehearseOptions): Promise<Rehearsed> {
  const { blueprint } = work;
  const { name, scenario } = options;
  return exclusively(work, `spillway rehearse ${blueprint.platform} ${name}`, async () => {
    const { plan, platform, actual } = await look(work);
    if (plan.steps.length > 0) throw notUp(blueprint.platform);
    const { toolbox, store } = work;
    const { clock } = toolbox;
    const run = `rehearse-${clock.now()}`;
    const listed = [...actual.inventories.values()].flatMap(({ machines }) => machines);
    const { route } = scenario;
    const address = route && platform.addresses.find((one) => one.name === route.address);
    if (route !== undefined && address === undefined) throw new Error(`no address ${route.address}`);

    const settings = scaleSettingsIn(blueprint, scenario);
    const tuning = new Map([...settings].map(([pool, { fill, warm }]) => [pool, { fill, warm }]));
    const recorder = createRecorder(beginRecording(name, scenario, blueprint, clock.now(), tuning));
    let loadAtMs = Infinity;
    const pilot = createPilot(work, listed, {
      ...{ settings, run, signal: options.signal, lock: alreadyHeld },
      calendarAt: (nowMs) => calendarAt(scenario.clock, loadAtMs, nowMs),
      onReached: recorder.mark,
    });
    const keep = () =>
      keepPrimaries(work, {
        ...{ run, signal: options.signal, lock: alreadyHeld },
        // Faults come more often than in truth: else all but the first would only show that a hold holds.
        ...(scenario.chaos !== undefined && { holdMsMost: quietMs[0] }),
        onDecision: (pool, decision, atMs) => recorder.judged(atMs, pool, decision),
        onTrouble: (_about, _says, error) => pilot.mayBeLost(error),
      });
    let primaries = await keep();
    const controller = createOwnController({
      stop: () => primaries.close(),
      start: async () => void (primaries = await keep()),
    });
    const faults = playFaults(scenario.faults, {
      ...sceneOf(work, controller),
      ...{ clock, store, run, record: recorder.fault },
    });
    let ledger: LedgerOnMachines | undefined;
    const begins = (atMs: number) => {
      loadAtMs = atMs;
      recorder.starts(atMs);
      ledger?.begin();
      faults.begin(atMs);
    };
    const watch = watchHost(work, recorder.host);
    const found = new Set(listed.flatMap(({ name, part }) => (part === 'overflow' ? [name] : [])));
    try {
      if (scenario.ledger !== undefined) ledger = await makeLedger(work, listed, scenario.ledger, recorder);
      await play(work, options, {
        recorder,
        drivers: pilot.drivers,
        reliefs: pilot.reliefs,
        warm: (pool) => settings.get(pool)?.warm ?? 0,
        ...{ faults, begins, lost: () => pilot.lost(), decides: controller.decides },
        ledger,
        ip: address?.ip,
        run,
      });
    } finally {
      await watch.end();
      await faults.end();
      for (const machine of (await ledger?.leave()) ?? [])
        pilot.tell(machine, 'the database of the ledger could not be taken away; the next rehearsal does it');
      if (pilot.lost() === undefined) {
        for (const [pool, relief] of pilot.reliefs) {
          const decision = await relief.end();
          if (decision.kind !== 'nothing') journalRelief(store, { atMs: clock.now(), run, pool }, decision);
        }
        const left = await leaveAsFound(pilot.drivers.values(), found, clock, leavingMs(settings));
        for (const machine of left) pilot.tell(machine, 'it came for the rehearsal, and could not be removed');
      }
      await primaries.close();
      await pilot.close();
    }
    const recording = recorder.recording();
    journalServed(store, { atMs: clock.now(), run }, recording);
    const verdict = verdictOf(recording);
    journalVerdict(store, { atMs: clock.now(), run }, recording, verdict);
    return { recording, verdict };
  });
}

interface Playing {
  readonly recorder: Recorder;
  /** Machines that wait in quiet times; so they do before the load begins. */
  readonly warm: (pool: PoolName) => number;
  readonly drivers: ReadonlyMap<PoolName, PoolDriver>;
  readonly reliefs: ReadonlyMap<PoolName, ReliefDriver>;
  readonly faults: Faults;
  /** Why nothing is done for us any more. */
  readonly lost: Pilot['lost'];
  /** Whether the rehearsal's own controller is alive. */
  readonly decides: () => boolean;
  readonly ledger: LedgerOnMachines | undefined;
  /** Called once the load has started. */
  readonly begins: (atMs: number) => void;
  /** Of the route; absent when nobody visits. */
  readonly ip: string | undefined;
  readonly run: string;
}

async function play(work: Work, options: RehearseOptions, playing: Playing): Promise<void> {
  const { toolbox, store } = work;
  const { scenario, signal, progress } = options;
  const { recorder, warm, drivers, reliefs, faults, ledger, begins, lost, decides, run } = playing;
  const { clock } = toolbox;
  const decide = async (nowMs: number) => {
    const why = lost();
    if (why !== undefined) throw why;
    for (const [pool, driver] of drivers) {
      const decision = await driver.turn(nowMs);
      recorder.turn(nowMs, pool, driver.machines(), decision, driver.seen()?.queue?.value);
      if (decision.actions.length > 0) journalDecision(store, { atMs: nowMs, run, pool }, decision);
    }
    for (const [pool, relief] of reliefs) {
      const decision = await relief.turn(nowMs);
      recorder.relief(nowMs, pool, decision);
      if (decision.kind !== 'nothing') journalRelief(store, { atMs: nowMs, run, pool }, decision);
    }
  };
  const turn = async (nowMs: number) => {
    if (decides()) await decide(nowMs);
    progress(recorder.recording());
    await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
  };

  const patienceEndsMs = clock.now() + warmingMs;
  const isWarm = () => [...drivers].every(([pool, driver]) => readyIn(driver) >= warm(pool));
  while (!isWarm() && !signal.aborted && clock.now() < patienceEndsMs) await turn(clock.now());

  const load = await startVisits(work, scenario, playing, { onSecond: recorder.second, onStart: begins });
  let loadEndedMs: number | undefined;
  const ended = load.total.then(async (total) => {
    recorder.total(total);
    // What lasts until nobody comes any more, so that the watch shows how the platform finds back.
    await faults.end();
    const trafficEndedMs = clock.now();
    await ledger?.end(() => {
      const patienceMs = signal.aborted ? lastWriteMs : Math.max(lastWriteMs, scenario.watchMs);
      return clock.now() < trafficEndedMs + patienceMs;
    });
    loadEndedMs = clock.now();
  });
  let failure: unknown;
  ended.catch((error: unknown) => (failure = error));

  for (;;) {
    if (signal.aborted) {
      load.stop();
      break;
    }
    if (failure !== undefined) break;
    await turn(clock.now());
    const isBack = [...drivers.values()].every((driver) =>
      driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready')),
    );
    if (loadEndedMs !== undefined && ((isBack && areAtRest(work)) || clock.now() - loadEndedMs > scenario.watchMs))
      break;
  }
  await ended;
  recorder.ends(clock.now());
}

/** Chosen: more than a write takes, also one that is given up. */
const lastWriteMs = 3_000;

/** Chosen: a warm machine that takes longer is none that one could count on. */
const warmingMs = 60_000;

const readyIn = (driver: PoolDriver) => driver.machines().filter(({ stage }) => stage === 'ready').length;

/** Chosen: what still drains has its time, and a minute is more than it takes to remove machines. */
const removalMs = 60_000;

function leavingMs(settings: ReadonlyMap<PoolName, ScaleSettings>): number {
  return removalMs + Math.max(0, ...[...settings.values()].map(({ drainMs }) => drainMs));
}

function notUp(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'not-up',
    message: `${platform} is not as its blueprint says, so a rehearsal would say nothing`,
    mend: `bring it up first: spillway up ${platform}`,
    exit: 'refused',
  });
}
