/** Plays a scenario on the real machines of a platform: the load, the controller, the faults; and records all of it. */
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import { calendarAt } from '../../rehearse/scenario/clock.ts';
import { startLoad } from '../../rehearse/load/start-load.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import type { ReliefDriver } from '../../runtime/relief/drive-relief.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { journalDecision, journalRelief } from '../control/journal-decision.ts';
import { createPilot } from '../control/pilot.ts';
import { alreadyHeld } from '../control/platform-lock.ts';
import { exclusively, look, type Work } from '../work.ts';
import { playFaults, type Faults } from './faults.ts';
import { leaveAsFound } from './leave-as-found.ts';
import { createRecorder, type Recorder } from './recorder.ts';

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
/** Chosen: the same load each time, so that two rehearsals differ in the platform alone. */
const seed = 8;

export async function rehearse(work: Work, options: RehearseOptions): Promise<Rehearsed> {
  const { blueprint } = work;
  const { name, scenario } = options;
  return exclusively(work, `spillway rehearse ${blueprint.platform} ${name}`, async () => {
    const { plan, platform, actual } = await look(work);
    if (plan.steps.length > 0) throw notUp(blueprint.platform);
    const { toolbox, engines, hosts, store } = work;
    const { clock } = toolbox;
    const run = `rehearse-${clock.now()}`;
    const listed = [...actual.inventories.values()].flatMap(({ machines }) => machines);
    const address = platform.addresses.find((one) => one.name === scenario.route.address);
    if (address === undefined) throw new Error(`no address ${scenario.route.address}`);

    const settings = scaleSettingsIn(blueprint, scenario);
    const tuning = new Map([...settings].map(([pool, { fill, warm }]) => [pool, { fill, warm }]));
    const recorder = createRecorder(beginRecording(name, scenario, blueprint, clock.now(), tuning));
    let loadAtMs = Infinity;
    const pilot = createPilot(work, listed, {
      ...{ settings, run, signal: options.signal, lock: alreadyHeld },
      calendarAt: (nowMs) => calendarAt(scenario.clock, loadAtMs, nowMs),
      onReached: recorder.mark,
    });
    const faults = playFaults(scenario.faults, {
      ...{ platform: blueprint.platform, engines, hosts, clock, store, run },
      record: recorder.fault,
    });
    const begins = (atMs: number) => {
      loadAtMs = atMs;
      recorder.starts(atMs);
      faults.begin(atMs);
    };
    const found = new Set(listed.flatMap(({ name, part }) => (part === 'overflow' ? [name] : [])));
    try {
      await play(work, options, {
        recorder,
        drivers: pilot.drivers,
        reliefs: pilot.reliefs,
        warm: (pool) => settings.get(pool)?.warm ?? 0,
        faults,
        begins,
        ip: address.ip,
        run,
      });
    } finally {
      await faults.end();
      for (const [pool, relief] of pilot.reliefs) {
        const decision = await relief.end();
        if (decision.kind !== 'nothing') journalRelief(store, { atMs: clock.now(), run, pool }, decision);
      }
      const left = await leaveAsFound(pilot.drivers.values(), found, clock, leavingMs(settings));
      for (const machine of left) pilot.tell(machine, 'it came for the rehearsal, and could not be removed');
      await pilot.close();
    }
    const recording = recorder.recording();
    return { recording, verdict: verdictOf(recording) };
  });
}

interface Playing {
  readonly recorder: Recorder;
  /** Machines that wait in quiet times; so they do before the load begins. */
  readonly warm: (pool: PoolName) => number;
  readonly drivers: ReadonlyMap<PoolName, PoolDriver>;
  readonly reliefs: ReadonlyMap<PoolName, ReliefDriver>;
  readonly faults: Faults;
  /** Called once the load has started. */
  readonly begins: (atMs: number) => void;
  readonly ip: string;
  readonly run: string;
}

async function play(work: Work, options: RehearseOptions, playing: Playing): Promise<void> {
  const { toolbox, blueprint, vault, store } = work;
  const { scenario, signal, progress } = options;
  const { recorder, warm, drivers, reliefs, faults, begins, ip, run } = playing;
  const { clock } = toolbox;
  const turn = async (nowMs: number) => {
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
    progress(recorder.recording());
    await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
  };

  const patienceEndsMs = clock.now() + warmingMs;
  const isWarm = () => [...drivers].every(([pool, driver]) => readyIn(driver) >= warm(pool));
  while (!isWarm() && !signal.aborted && clock.now() < patienceEndsMs) await turn(clock.now());

  const visitor = await toolbox.visitor(blueprint.platform);
  const { traffic, mix, visitors, route } = scenario;
  const load = startLoad(
    {
      plan: { traffic, mix, newConnections: visitors.newConnections, seed },
      target: {
        ...{ ip, port: visitors.tls ? 443 : 80, host: route.host },
        ...(visitors.tls && { tls: { authority: vault.authorityCertificate() ?? '' } }),
      },
      timeoutMs: visitors.timeoutMs,
    },
    {
      argv: visitor.argv,
      workers: 1,
      onSecond: recorder.second,
      onStart: begins,
    },
  );
  let loadEndedMs: number | undefined;
  const ended = load.total.then(async (total) => {
    recorder.total(total);
    // What lasts until nobody comes any more, so that the watch shows how the platform finds back.
    await faults.end();
    loadEndedMs = clock.now();
  });
  ended.catch(() => undefined);

  for (;;) {
    if (signal.aborted) {
      load.stop();
      break;
    }
    await turn(clock.now());
    const isBack = [...drivers.values()].every((driver) =>
      driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready')),
    );
    if (loadEndedMs !== undefined && (isBack || clock.now() - loadEndedMs > scenario.watchMs)) break;
  }
  await ended;
  recorder.ends(clock.now());
}

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
