/**
 * Keeps every pool of databases with one primary, beside whatever else the controller does: a balancer that is slow
 * to answer must not hold up a failover. `spillway control`, a rehearsal and `up` use the same.
 */
import type { FailoverAction, FailoverDecision, FailoverSettings } from '../../control/failover/decision.ts';
import { nothingTold, worthTelling, type Told } from '../../control/scale/worth-telling.ts';
import type { PoolName } from '../../model/ids.ts';
import { wanted } from '../../plan/make-plan.ts';
import { failoverPools, failoverTerms, type FailoverPool } from '../../roles/failover-pools.ts';
import { driveFailover, type FailoverDriver } from '../../runtime/failover/drive-failover.ts';
import { engineSight } from '../../runtime/failover/engines-seen.ts';
import { failoverHands } from '../../runtime/failover/failover-hands.ts';
import { keptPrimacies } from '../../runtime/failover/primacies.ts';
import { watchDatabases } from '../../runtime/failover/watch-databases.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import type { Work } from '../work.ts';
import { alreadyHeld, type PlatformLock } from './platform-lock.ts';
import { keepWeights } from './weights.ts';

export interface KeepingPrimaries {
  readonly run: string;
  readonly signal: AbortSignal;
  readonly lock: PlatformLock;
  /**
   * Only whether primaries wait for their replicas, while machines are changed one after the other: whoever goes for a
   * while must not hold up writes, and nobody's place is taken meanwhile.
   */
  readonly inSyncAlone?: true;
  /** From one move of a primary to the next, where that is less than the blueprint says. */
  readonly holdMsMost?: number;
  /** A decision that was not made a moment ago. It stands in the journal. */
  readonly onDecision: (pool: PoolName, decision: FailoverDecision, atMs: number) => void;
  /** Of what failed; it stands in the journal. */
  readonly onTrouble: (about: string, says: string, error: unknown) => void;
}

export interface Primaries {
  readonly pools: readonly PoolName[];
  /** By pool: the last decision. */
  readonly decisions: ReadonlyMap<PoolName, FailoverDecision>;
  /** Whether balancers prefer the primary as the blueprint says. */
  areWeightsHeld(): boolean;
  /** Once aborted or closed: after what is under way. */
  close(): Promise<void>;
}

/** Chosen: a tenth of the time that a failover may take at least. */
const turnMs = 100;
/** Chosen: what fails ten times a second is told once in ten seconds. */
const againMs = 10_000;

export async function keepPrimaries(work: Work, keeping: KeepingPrimaries): Promise<Primaries> {
  const { toolbox, engines, hosts, store, vault, blueprint, assets } = work;
  const { clock } = toolbox;
  const { run, signal: outer, lock, inSyncAlone, holdMsMost = Infinity, onDecision, onTrouble } = keeping;
  const { platform } = blueprint;
  const closing = new AbortController();
  const signal = AbortSignal.any([outer, closing.signal]);
  const inventories = await inventoriesOf(engines, platform);
  const laidOut = wanted(blueprint, assets, inventories, keptPrimacies(store, blueprint));
  const pools = failoverPools(laidOut.platform);
  const decisions = new Map<PoolName, FailoverDecision>();
  if (pools.length === 0) return { pools: [], decisions, areWeightsHeld: () => true, close: async () => undefined };
  const sight = await engineSight(engines, platform, clock);
  const overflowing = {
    ...{ platform, blueprint, assets, engines, hosts, store, vault, clock, run, signal: outer },
    digest: toolbox.digest(vault),
    progress: () => undefined,
  };
  const toldAtMs = new Map<string, number>();
  const tell = (about: string, error: unknown) => {
    if (signal.aborted) return;
    const says = error instanceof Error ? error.message : String(error);
    const atMs = clock.now();
    if (atMs - (toldAtMs.get(`${about}: ${says}`) ?? -Infinity) < againMs) return;
    toldAtMs.set(`${about}: ${says}`, atMs);
    const reason = 'failed while a primary was kept';
    store.append({ atMs, run, kind: 'step-failed', subject: about, reason, detail: { error: says } });
    onTrouble(about, says, error);
  };

  const keepOne = (pool: FailoverPool) => {
    const watch = watchDatabases(hosts, clock, pool.procedures.watch);
    const hands = failoverHands({
      pool,
      overflowing,
      watch,
      sight,
      tied: inSyncAlone === true ? otherThanSync : lock.tied,
      during: lock.during,
      tell,
    });
    const driver = driveFailover(settingsOf(pool, blueprint.objectives.rpo, holdMsMost), hands);
    return { pool, watch, driver };
  };
  const kept = pools.map(keepOne);
  const loops = kept.map(({ pool, watch, driver }) => turns(pool, watch, driver));
  const leaderOf = ({ pool, first }: FailoverPool) => (keptPrimacies(store, blueprint).get(pool) ?? first).primary;
  const weights = keepWeights(work, {
    ...{ run, signal, platform: laidOut.platform, sight, tell },
    leaders: new Map(pools.map((pool) => [pool.pool, () => leaderOf(pool)])),
  });

  async function turns(pool: FailoverPool, watch: ReturnType<typeof watchDatabases>, driver: FailoverDriver) {
    let told: Told = nothingTold;
    const names = new Set(pool.machines.map(({ name }) => name));
    while (!signal.aborted) {
      const nowMs = clock.now();
      const running = sight
        .now(false)
        .machines.filter(({ actual }) => names.has(actual.name) && actual.state === 'running');
      watch.takeOf(running.map(({ actual: { name, reach } }) => ({ machine: name, ...reach })));
      try {
        const decision = await driver.turn();
        decisions.set(pool.pool, decision);
        const actions = decision.action === undefined ? [] : [decision.action];
        const worth = worthTelling(told, { kind: decision.kind, actions, says: decision.says }, nowMs);
        told = worth.told;
        if (worth.tell) {
          journal(pool.pool, decision, nowMs);
          onDecision(pool.pool, decision, nowMs);
        }
      } catch (error) {
        tell(pool.pool, error);
      }
      await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
    }
  }

  const journal = (pool: PoolName, { kind, says, evidence, action, primacy }: FailoverDecision, atMs: number) => {
    const detail = {
      kind,
      evidence,
      ...(action !== undefined && { action }),
      ...(primacy !== undefined && { primacy }),
    };
    store.append({ atMs, run, kind: 'decision', subject: `${pool}/primary`, reason: says, detail });
  };

  return {
    pools: pools.map(({ pool }) => pool),
    decisions,
    areWeightsHeld: () => weights.areHeld(),
    async close() {
      closing.abort();
      await Promise.all([...loops, weights.ended]);
      await Promise.all(kept.map(({ driver }) => driver.idle()));
      for (const { watch } of kept) watch.stop();
    },
  };
}

/** What keeps writes going, and forgets nobody who is in sync. */
const ofSync: ReadonlySet<FailoverAction['kind']> = new Set(['wait', 'go-alone', 'keep']);
const otherThanSync = ({ kind }: FailoverAction) => (ofSync.has(kind) ? undefined : 'machines are being changed');

function settingsOf(
  { terms: { automatic, holdMs, waits } }: FailoverPool,
  rpoMs: number | undefined,
  holdMsMost: number,
): FailoverSettings {
  return { automatic, holdMs: Math.min(holdMs, holdMsMost), waits, ...(rpoMs !== undefined && { rpoMs }) };
}

/** Chosen: each machine tells five times a second; and one that was started just now is heard within some seconds. */
const [quietMs, refusedMs] = [1_000, 8_000];
/** Chosen: a replica that was copied just now follows within seconds. */
const settlingMs = 30_000;

/** Every primary that must wait for a replica does. */
export function areTogether({ blueprint, store }: Pick<Work, 'blueprint' | 'store'>): boolean {
  const kept = keptPrimacies(store, blueprint);
  return [...failoverTerms(blueprint)].every(
    ([pool, { waits }]) => waits !== 'strictly' || (kept.get(pool)?.inSync ?? []).length > 0,
  );
}

/** Nothing is left to do for any of them. */
export function areAtRest(work: Pick<Work, 'blueprint' | 'store'>): boolean {
  const kept = [...keptPrimacies(work.store, work.blueprint).values()];
  return areTogether(work) && kept.every(({ deposed, move }) => deposed.length === 0 && move === undefined);
}

/** A move was begun, by a process that may be gone. */
export function isMoving({ blueprint, store }: Pick<Work, 'blueprint' | 'store'>): boolean {
  return [...keptPrimacies(store, blueprint).values()].some(({ move }) => move !== undefined);
}

/**
 * Before a change of the platform: finishes what a process that was killed had begun, and takes the place of a primary
 * that is lost. Gives back, of the pools of which nothing can be done, why.
 */
export async function repairedPrimaries(
  work: Work,
  run: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<PoolName, string>> {
  const { clock } = work.toolbox;
  const quiet = { onDecision: () => undefined, onTrouble: () => undefined };
  const primaries = await keepPrimaries(work, { run, signal, lock: alreadyHeld, ...quiet });
  const since = new Map<PoolName, { readonly kind: string; readonly atMs: number }>();
  /** It has been so for that long, so that all machines were heard meanwhile. */
  const isSteady = (pool: PoolName, nowMs: number): boolean => {
    const kind = primaries.decisions.get(pool)?.kind ?? 'doubt';
    const before = since.get(pool);
    if (before?.kind !== kind) since.set(pool, { kind, atMs: nowMs });
    const forMs = nowMs - (since.get(pool)?.atMs ?? nowMs);
    return (kind === 'nothing' && forMs >= quietMs) || (kind === 'refuse' && forMs >= refusedMs);
  };
  try {
    const untilMs = clock.now() + settlingMs;
    const areSteady = () => primaries.pools.map((pool) => isSteady(pool, clock.now())).every(Boolean);
    while (!areSteady() && !signal.aborted && clock.now() < untilMs) await clock.sleep(turnMs);
  } finally {
    await primaries.close();
  }
  return new Map(
    primaries.pools.flatMap((pool) => {
      const decision = primaries.decisions.get(pool);
      return decision === undefined || decision.kind === 'nothing' ? [] : [[pool, decision.says] as const];
    }),
  );
}

/** After a change of the platform: until every primary works, with its replicas in sync. */
export async function settlePrimaries(work: Work, run: string, signal: AbortSignal, lock: PlatformLock): Promise<void> {
  const { clock } = work.toolbox;
  const quiet = { onDecision: () => undefined, onTrouble: () => undefined };
  const primaries = await keepPrimaries(work, { run, signal, lock, ...quiet });
  try {
    const untilMs = clock.now() + settlingMs;
    const isSettled = () =>
      areTogether(work) &&
      primaries.areWeightsHeld() &&
      primaries.pools.every((pool) => primaries.decisions.get(pool)?.kind === 'nothing');
    while (!isSettled() && !signal.aborted && clock.now() < untilMs) await clock.sleep(turnMs);
  } finally {
    await primaries.close();
  }
}
