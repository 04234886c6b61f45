/** Plays a scenario on the real machines of a platform: the load, the controller, the faults; and records all of it. */
import { entries } from '../../blueprint/records.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import { scaleOf } from '../../plan/scale-settings.ts';
import { startLoad } from '../../rehearse/load/start-load.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import type { Fault } from '../../rehearse/scenario/faults.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { journalDecision } from '../control/journal-decision.ts';
import { createPilot } from '../control/pilot.ts';
import { alreadyHeld } from '../control/platform-lock.ts';
import { exclusively, look, type Work } from '../work.ts';
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
/** Chosen: nobody waits an hour or five minutes in a rehearsal; the verdict's cost counts whole hours all the same. */
const rehearsed = { billing: { periodMs: 0, marginMs: 0 }, holdInMs: 20_000 };

export async function rehearse(work: Work, options: RehearseOptions): Promise<Rehearsed> {
  const { blueprint } = work;
  const { name, scenario } = options;
  refuseUnplayable(scenario);
  return exclusively(work, `spillway rehearse ${blueprint.platform} ${name}`, async () => {
    const { plan, platform, actual } = await look(work);
    if (plan.steps.length > 0) throw notUp(blueprint.platform);
    const { clock } = work.toolbox;
    const run = `rehearse-${clock.now()}`;
    const listed = [...actual.inventories.values()].flatMap(({ machines }) => machines);
    const address = platform.addresses.find((one) => one.name === scenario.route.address);
    if (address === undefined) throw new Error(`no address ${scenario.route.address}`);

    const settings = settingsFor(work, scenario);
    const tuning = new Map([...settings].map(([pool, { fill, warm }]) => [pool, { fill, warm }]));
    const recorder = createRecorder(beginRecording(name, scenario, blueprint, clock.now(), tuning));
    const pilot = createPilot(work, listed, { settings, run, signal: options.signal, lock: alreadyHeld });
    try {
      await play(work, options, { recorder, drivers: pilot.drivers, ip: address.ip, run });
    } finally {
      await pilot.close();
    }
    const recording = recorder.recording();
    return { recording, verdict: verdictOf(recording) };
  });
}

interface Playing {
  readonly recorder: Recorder;
  readonly drivers: ReadonlyMap<PoolName, PoolDriver>;
  readonly ip: string;
  readonly run: string;
}

async function play(work: Work, options: RehearseOptions, playing: Playing): Promise<void> {
  const { toolbox, blueprint, vault, store } = work;
  const { scenario, signal, progress } = options;
  const { recorder, drivers, ip, run } = playing;
  const { clock } = toolbox;
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
      onStart(atMs) {
        recorder.starts(atMs);
        faultsOf(work, scenario.faults, atMs, playing, signal);
      },
    },
  );
  let loadEndedMs: number | undefined;
  const ended = load.total.then((total) => {
    recorder.total(total);
    loadEndedMs = clock.now();
  });
  ended.catch(() => undefined);

  for (;;) {
    if (signal.aborted) {
      load.stop();
      break;
    }
    const nowMs = clock.now();
    for (const [pool, driver] of drivers) {
      const decision = await driver.turn(nowMs);
      recorder.turn(nowMs, pool, driver.machines(), decision);
      if (decision.actions.length > 0) journalDecision(store, { atMs: nowMs, run, pool }, decision);
    }
    progress(recorder.recording());
    const isBack = [...drivers.values()].every((driver) =>
      driver.machines().every(({ part, stage }) => stage === (part === 'base' ? 'serving' : 'ready')),
    );
    if (loadEndedMs !== undefined && (isBack || nowMs - loadEndedMs > scenario.watchMs)) break;
    await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
  }
  await ended;
  recorder.ends(clock.now());
}

/** Each at its time; one that fails shows in what the load counts, and in the journal. */
function faultsOf(
  work: Work,
  faults: readonly Fault[],
  startedAtMs: number,
  { recorder, run }: Playing,
  signal: AbortSignal,
): void {
  const {
    toolbox: { clock },
    engines,
    store,
    blueprint,
  } = work;
  for (const { kind, atMs, machine } of faults) {
    void clock.sleep(Math.max(0, startedAtMs + atMs - clock.now())).then(async () => {
      if (signal.aborted) return;
      recorder.fault({ atMs: clock.now(), kind, machine, state: 'began' });
      store.append({
        atMs: clock.now(),
        run,
        kind: 'decision',
        subject: machine,
        reason: 'the scenario wants it',
        detail: { kind },
      });
      for (const engine of engines.values()) await engine.powerOff(blueprint.platform, machine);
    });
  }
}

function settingsFor({ blueprint }: Work, { capacity }: Scenario): ReadonlyMap<PoolName, ScaleSettings> {
  return new Map(
    entries(blueprint.pools).flatMap(([pool]) => {
      const routed = blueprint.routes.some(({ to }) => to === pool);
      const settings = routed ? scaleOf(blueprint, pool)?.settings : undefined;
      if (settings === undefined) return [];
      const { base, overflow } = settings.fleet;
      const none = capacity === 'base only';
      return [
        [
          pool,
          {
            ...settings,
            fleet: { base, overflow: none ? { ...overflow, count: 0 } : overflow },
            warm: none ? 0 : settings.warm,
            billing: rehearsed.billing,
            hold: { ...settings.hold, inMs: Math.min(settings.hold.inMs, rehearsed.holdInMs) },
          },
        ] as const,
      ];
    }),
  );
}

function refuseUnplayable({ clock, faults }: Scenario): void {
  const cut = faults.some(({ kind }) => kind === 'cut');
  if (clock === undefined && !cut) return;
  throw new SpillwayError({
    code: 'cannot-play',
    message: cut
      ? 'a machine cannot be cut off on real machines yet'
      : 'real machines keep real time: a scenario with a `clock` cannot be played on them yet',
    mend: 'take it out of the scenario',
    exit: 'refused',
  });
}

function notUp(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'not-up',
    message: `${platform} is not as its blueprint says, so a rehearsal would say nothing`,
    mend: `bring it up first: spillway up ${platform}`,
    exit: 'refused',
  });
}
