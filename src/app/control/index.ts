/**
 * Keeps the pools of a platform at the size that is asked of them, until it is
 * stopped. To be killed at any instant is normal: each turn decides from what is
 * seen, and what cannot be seen is in the journal or kept beside it.
 */
import type { FailoverDecision } from '../../control/failover/decide.ts';
import type { OutlierDecision } from '../../control/outliers/judge-outliers.ts';
import type { ReliefDecision } from '../../control/relief/decide-relief.ts';
import { nothingTold, worthTelling, type Told } from '../../control/scale/worth-telling.ts';
import type { ScaleDecision, ScaleSettings } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import { isStale } from '../../model/term.ts';
import { asWall } from '../../ports/clock.ts';
import type { LockHolder } from '../../ports/store.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { ordersBy } from '../../runtime/scale/orders.ts';
import { readStays } from '../../runtime/scale/stays.ts';
import { failoverTerms } from '../../roles/failover-pools.ts';
import { loadApplied } from '../releases/revisions.ts';
import type { Toolbox } from '../toolbox.ts';
import { withLook, type Work } from '../work.ts';
import { journalDecision, journalRelief } from './journal-decision.ts';
import { memoryIn } from './memory.ts';
import { keepOutliers } from './outliers.ts';
import { createPilot, entrancesTo, type Pilot } from './pilot.ts';
import { heldWhileBusy } from './platform-lock.ts';
import { scalingPools } from './pools.ts';
import { takePost } from './post.ts';
import { keepPrimaries } from './primaries.ts';
import { notUp } from './scale.ts';
import { createTreasurer } from './treasurer.ts';
import { createUpkeep } from './upkeep.ts';

export interface ControlOptions {
  /** In place of a controller that runs, and maybe hangs. */
  readonly takeOver?: boolean;
  readonly signal: AbortSignal;
  readonly progress: (event: ControlEvent) => void;
}

export type ControlEvent =
  /** In the place of this one, which does not know of it yet. */
  | { readonly kind: 'took-over'; readonly atMs: number; readonly from: LockHolder }
  | {
      readonly kind: 'began';
      readonly atMs: number;
      readonly pools: readonly PoolName[];
      readonly primaries: readonly PoolName[];
    }
  | {
      readonly kind: 'decided';
      readonly atMs: number;
      readonly pool: PoolName;
      readonly decision: ScaleDecision;
    }
  /** Whether requests wait, something is shed or some are turned away is another than before. */
  | { readonly kind: 'relieved'; readonly atMs: number; readonly pool: PoolName; readonly decision: ReliefDecision }
  /** Whether a primary is lost, who takes its place, or why nobody does. */
  | { readonly kind: 'judged'; readonly atMs: number; readonly pool: PoolName; readonly decision: FailoverDecision }
  /** A machine that was off is started, certificates are renewed. */
  | { readonly kind: 'kept-up'; readonly atMs: number; readonly about: string; readonly says: string }
  /** A machine that fails visitors goes out of the balancers, or one comes back. */
  | { readonly kind: 'compared'; readonly atMs: number; readonly pool: PoolName; readonly decision: OutlierDecision }
  | { readonly kind: 'failed'; readonly atMs: number; readonly about: string; readonly says: string };

/** Chosen: a look costs an exchange with each balancer; what is seen later is answered later. */
const turnMs = 500;
/** Chosen: what fails twice a second is told once a minute. */
const againMs = 60_000;

/**
 * After each `up` it begins anew, for the blueprint may be another one then. It steers by the revision that was applied
 * last, whatever the file says by now. While somebody rehearses it rests: the rehearsal decides for itself.
 */
export async function control(toolbox: Toolbox, which: string, asked: ControlOptions): Promise<void> {
  const { clock } = toolbox;
  // A person reads them beside other logs.
  const progress: ControlOptions['progress'] = (event) => asked.progress({ ...event, atMs: asWall(clock, event.atMs) });
  const options = { ...asked, progress };
  for (let takeOver = options.takeOver ?? false; ; takeOver = false) {
    const its = { ...options, takeOver };
    const end = await withLook(toolbox, loadApplied(toolbox, which), async (work) => {
      await whileRehearsed(work, options.signal);
      return options.signal.aborted ? 'stopped' : untilItEnds(work, its);
    });
    if (end === 'stopped') return;
  }
}

async function whileRehearsed(work: Work, signal: AbortSignal): Promise<void> {
  const { clock, background } = work.toolbox;
  while (isRehearsed(work) && !signal.aborted) {
    background.beat(work.blueprint.platform);
    await clock.sleep(turnMs);
  }
}

function isRehearsed({ store, toolbox }: Pick<Work, 'store' | 'toolbox'>): boolean {
  const holder = store.holder('platform');
  return holder !== undefined && holder.command.startsWith('spillway rehearse ') && toolbox.isAlive(holder);
}

type End = keyof typeof endings;

const endings = {
  stopped: 'stopped by hand',
  changed: 'the platform was changed, and is looked at anew',
  rests: 'somebody rehearses, and decides meanwhile',
} as const;

async function untilItEnds(work: Work, options: ControlOptions): Promise<End> {
  const { toolbox, engines, store, blueprint, file } = work;
  const { clock } = toolbox;
  const command = `spillway control ${blueprint.platform}`;
  const settings = scalingPools(blueprint);
  const kept = [...failoverTerms(blueprint).keys()];
  const inventories = await inventoriesOf(engines, blueprint.platform);
  const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
  if (!isUp(work, [...settings.keys(), ...kept], machines)) throw notUp(blueprint.platform);

  const { post, from } = takePost(work, command, options.takeOver ?? false);
  if (from !== undefined) options.progress({ kind: 'took-over', atMs: clock.now(), from });
  const run = `control-${clock.now()}`;
  const journal = (kind: 'run-began' | 'run-ended', reason: string, detail: Record<string, unknown>) =>
    store.append({ atMs: clock.now(), run, kind, subject: command, reason, detail });
  try {
    const why =
      from === undefined ? 'a person asked' : `a person asked, in place of process ${from.pid} on ${from.host}`;
    const began = journal('run-began', why, { blueprint: toolbox.files.resolve(file) });
    for (const engine of engines.values()) await engine.hear(blueprint.platform, work.tenure.term());
    options.progress({ kind: 'began', atMs: clock.now(), pools: [...settings.keys()], primaries: kept });
    const end = await turns(work, options, { run, command, settings, machines, began });
    journal('run-ended', endings[end], {});
    return end;
  } catch (error) {
    if (isStale(error)) journal('run-ended', error.message, { failed: true });
    throw error;
  } finally {
    store.unlock(post, 'controller');
  }
}

interface Controlling {
  readonly run: string;
  readonly command: string;
  readonly settings: ReadonlyMap<PoolName, ScaleSettings>;
  readonly machines: readonly ActualMachine[];
  /** The journal's entry with which it began. */
  readonly began: number;
}

async function turns(work: Work, options: ControlOptions, controlling: Controlling): Promise<End> {
  const { store } = work;
  const { clock } = work.toolbox;
  const { run, command, settings, machines, began } = controlling;
  const { signal, progress } = options;
  const memory = memoryIn(store, clock);
  const stays = readStays(store, clock);
  stays.catchUp();
  const failed = (about: string, says: string) => progress({ kind: 'failed', atMs: clock.now(), about, says });
  const lock = heldWhileBusy(work, command);
  const pilot = createPilot(work, machines, {
    ...{ settings, run, signal },
    lock,
    memory: (pool, its) => ({ state: memory.recall(pool, its), paidSinceMs: (name) => stays.paidSinceMs(name) }),
    onTrouble: failed,
  });
  const primaries = await keepPrimaries(work, {
    ...{ run, signal, lock },
    onTrouble(about, says, error) {
      pilot.mayBeLost(error);
      failed(about, says);
    },
    onDecision: (pool, decision, atMs) => progress({ kind: 'judged', atMs, pool, decision }),
  });
  const ending = new AbortController();
  const outliers = keepOutliers(work, {
    ...{ run, signal: AbortSignal.any([signal, ending.signal]), tied: lock.tied },
    machines: () => pilot.machines(),
    tell: (about, error) => pilot.tell(about, error),
    onDecision: (pool, decision, atMs) => progress({ kind: 'compared', atMs, pool, decision }),
  }).catch((error: unknown) => failed(command, error instanceof Error ? error.message : String(error)));
  const toldAtMs = new Map<string, number>();
  const tell = (error: unknown, nowMs: number) => {
    pilot.mayBeLost(error);
    const says = error instanceof Error ? error.message : String(error);
    if (nowMs - (toldAtMs.get(says) ?? -Infinity) < againMs) return;
    toldAtMs.set(says, nowMs);
    const reason = 'a turn failed';
    store.append({ atMs: nowMs, run, kind: 'step-failed', subject: command, reason, detail: { error: says } });
    failed(command, says);
  };
  const upkeep = createUpkeep(work, {
    ...{ run, signal, lock },
    onDone: (about, says, atMs) => progress({ kind: 'kept-up', atMs, about, says }),
    onTrouble: (machine, error) => (machine === undefined ? tell(error, clock.now()) : pilot.tell(machine, error)),
  });
  const turn = createTurn(work, options, controlling, { pilot, memory, stays });
  try {
    while (!signal.aborted) {
      const nowMs = clock.now();
      const change = changeSince(work, began);
      if (change === 'removed') throw removed(work.blueprint.platform);
      if (change === 'changed') return 'changed';
      if (isRehearsed(work)) return 'rests';
      work.toolbox.background.beat(work.blueprint.platform);
      const lost = pilot.lost();
      if (lost !== undefined) throw lost;
      // Whatever fails in a turn may be well in the next one; nothing was done meanwhile.
      await turn(nowMs).catch((error: unknown) => {
        if (isStale(error)) throw error;
        tell(error, nowMs);
      });
      upkeep.turn(nowMs);
      await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
    }
    return 'stopped';
  } finally {
    await upkeep.idle();
    ending.abort();
    await outliers;
    await primaries.close();
    await pilot.close();
  }
}

interface Helpers {
  readonly pilot: Pilot;
  readonly memory: ReturnType<typeof memoryIn>;
  readonly stays: ReturnType<typeof readStays>;
}

function createTurn(
  work: Work,
  { progress }: ControlOptions,
  { run, settings }: Controlling,
  { pilot, memory, stays }: Helpers,
): (nowMs: number) => Promise<void> {
  const { store } = work;
  const { clock } = work.toolbox;
  const treasurer = createTreasurer(work, settings, pilot, stays, clock);
  const orderFor = ordersBy(store, clock);
  const told = new Map<PoolName, Told>();
  return async (nowMs) => {
    stays.catchUp();
    treasurer.nextTurn();
    for (const [pool, driver] of pilot.drivers) {
      const manual = orderFor(pool);
      const affordable = treasurer.affordable(pool, nowMs);
      const gaveUp = driver.state().gaveUpAtMs;
      const decision = await driver.turn(nowMs, {
        ...(manual !== undefined && { manual }),
        ...(affordable !== undefined && { affordable }),
      });
      treasurer.promise(pool, decision, nowMs);
      const mustKeep = decision.actions.length > 0 || driver.state().gaveUpAtMs.at(-1) !== gaveUp.at(-1);
      const its = settings.get(pool);
      if (its !== undefined) memory.keep(pool, its, driver.state(), mustKeep);
      const { told: after, tell } = worthTelling(told.get(pool) ?? nothingTold, decision, nowMs);
      told.set(pool, after);
      if (!tell) continue;
      journalDecision(store, { atMs: nowMs, run, pool }, decision, {
        ...(manual !== undefined && { order: { ...manual, untilMs: asWall(clock, manual.untilMs) } }),
        ...(affordable !== undefined && { affordable }),
      });
      progress({ kind: 'decided', atMs: nowMs, pool, decision });
    }
    for (const [pool, relief] of pilot.reliefs) {
      const decision = await relief.turn(nowMs);
      if (decision.kind === 'nothing') continue;
      journalRelief(store, { atMs: nowMs, run, pool }, decision);
      progress({ kind: 'relieved', atMs: nowMs, pool, decision });
    }
  };
}

/** Machines of its own that serve, and balancers that lead to them; whether all of it is well is another question. */
function isUp({ blueprint }: Work, pools: readonly PoolName[], machines: readonly ActualMachine[]): boolean {
  const has = (pool: PoolName) => machines.some((machine) => machine.pool === pool && machine.part === 'base');
  const isThere = machines.some(({ part }) => part === 'base');
  return isThere && pools.every((pool) => has(pool) && entrancesTo(blueprint, pool).every(has));
}

/** What others did to the platform since, by the journal. */
function changeSince({ store, blueprint }: Work, after: number): 'removed' | 'changed' | undefined {
  const about = (kind: 'run-began' | 'run-ended', verb: string) =>
    store.entries({ limit: 1, after, kind, subject: `spillway ${verb} ${blueprint.platform}` }).length > 0;
  if (about('run-began', 'down')) return 'removed';
  return about('run-ended', 'up') || about('run-ended', 'rollback') ? 'changed' : undefined;
}

function removed(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'removed',
    message: `${platform} is being removed by \`spillway down\`, so there is nothing to control`,
    mend: `bring it up again: spillway up ${platform}`,
    exit: 'refused',
  });
}
