/**
 * Another machine becomes the primary because a person asks for it. While the primary works it hands over, and nothing
 * is lost; of one that is lost the place is taken, where nothing is lost by that or a person accepts what is.
 */
import { find } from '../blueprint/records.ts';
import { mendName } from '../blueprint/suggest.ts';
import { withoutMove, type FailoverDecision } from '../control/failover/decide.ts';
import { SpillwayError } from '../model/errors.ts';
import type { MachineName, PlatformName, PoolName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Primacy, PrimacyMove } from '../model/primacy.ts';
import type { PlanInput } from '../plan/make-plan.ts';
import { failoverPools, failoverTerms, type FailoverPool } from '../roles/failover-pools.ts';
import { keepPrimacy, keptPrimacies } from '../runtime/failover/primacies.ts';
import { alreadyHeld } from './control/platform-lock.ts';
import { areTogether, keepPrimaries } from './control/primaries.ts';
import { exclusively, look, type Work } from './work.ts';

export interface FailoverOptions {
  readonly pool: string;
  /** By default the first replica that is in sync. */
  readonly to?: string;
  /** Also a machine that may lack writes: the present primary is fenced, and made anew. */
  readonly acceptLoss?: boolean;
  /** What lasts on the primary, and would keep it from handing over, is ended. */
  readonly endStatements?: boolean;
  readonly signal: AbortSignal;
  readonly progress: (decision: FailoverDecision) => void;
}

export interface FailedOver {
  readonly platform: PlatformName;
  readonly pool: PoolName;
  readonly from: MachineName;
  readonly to: MachineName;
  /** From the first write that was refused until all addresses led to the new primary; absent when another move had led there. */
  readonly pauseMs?: number;
}

/** Chosen: what is handed over was received before, so that a minute is for a machine that is in trouble. */
const patienceMs = 60_000;
/** Chosen: what a promotion may take, and some more. */
const restMs = 120_000;

export async function failover(work: Work, options: FailoverOptions): Promise<FailedOver> {
  const { toolbox, store, blueprint } = work;
  const { platform } = blueprint;
  const { clock } = toolbox;
  const pool = poolOf(work, options.pool);
  const run = `failover-${clock.now()}`;
  return exclusively(work, `spillway failover ${platform} ${pool}`, async () => {
    const seen = await look(work);
    const found = failoverPools(seen.platform).find((one) => one.pool === pool);
    if (found === undefined) throw new Error(`no primary in ${pool}`);
    const before = keptPrimacies(store, blueprint).get(pool) ?? found.first;
    const to = successorOf(found, before, options);
    const began = store.append({
      ...{ atMs: clock.now(), run, kind: 'run-began', subject: `spillway failover ${platform} ${pool}` },
      ...{ reason: 'a person asked', detail: { from: before.primary, to } },
    });
    let refused: string | undefined;
    // Not the person's own: once the primary rests, the turns must go on until another one writes.
    const turning = new AbortController();
    const primaries = await keepPrimaries(work, {
      ...{ run, signal: turning.signal, lock: alreadyHeld },
      onDecision(about, decision) {
        if (about !== pool) return;
        if (decision.kind === 'refuse') refused = decision.says;
        options.progress(decision);
      },
      onTrouble: (about, says) => (refused = `${about}: ${says}`),
    });
    const now = () => keptPrimacies(store, blueprint).get(pool) ?? before;
    try {
      const untilMs = clock.now() + patienceMs;
      const isWell = () => primaries.decisions.get(pool)?.kind === 'nothing';
      const isForced = options.acceptLoss === true && lacksWrites(found, before, to);
      const isLost = lostFor(() => primaries.decisions.get(pool)?.kind, clock);
      while (!isWell() && !isForced && !isLost() && !options.signal.aborted && clock.now() < untilMs)
        await clock.sleep(50);
      // Of a primary that is lost the place may be taken by one that has all that was acknowledged, or if that is accepted.
      const mayTake = isForced || (!isWell() && (options.acceptLoss === true || before.inSync.includes(to)));
      const move = { from: before.primary, to, planned: !mayTake, why: 'a person asked for it', beganMs: clock.wall() };
      // Another move may have been under way, and is done by now.
      const isAsBefore = now().primary === before.primary && now().move === undefined;
      if (isAsBefore && isWell() && !mayTake) await endWhatLasts(work, found, before.primary, seen, options);
      if (isAsBefore && !options.signal.aborted && (isWell() || isForced || (mayTake && isLost())))
        keepPrimacy(store, pool, { ...now(), move });
      const isDone = () =>
        now().move === undefined &&
        (now().primary !== to || (isWell() && areTogether(work) && primaries.areWeightsHeld()));
      // Once the primary was told to rest, nobody takes writes until the move is done, or was taken back.
      const handOver = { after: began, kind: 'step-began', subject: `${before.primary}/hand-over`, limit: 1 } as const;
      const isResting = () => now().move !== undefined && store.entries(handOver).length > 0;
      const goesOn = () => !options.signal.aborted && clock.now() < untilMs;
      while (!isDone() && (goesOn() || (isResting() && clock.now() < untilMs + restMs))) await clock.sleep(50);
    } finally {
      if (options.signal.aborted) turning.abort();
      await primaries.close();
    }
    // Nothing was done of it, so nobody need go on with it.
    const { move: begun } = now();
    if (begun !== undefined && begun.fencedAtMs === undefined) keepPrimacy(store, pool, withoutMove(now()));
    const { primary, move: left } = now();
    const end = (reason: string, detail: Record<string, unknown>) =>
      store.append({
        ...{ atMs: clock.now(), run, kind: 'run-ended', subject: `spillway failover ${platform} ${pool}` },
        ...{ reason, detail },
      });
    if (primary !== to) {
      end(refused ?? 'it did not come to its end', { failed: true });
      throw left === undefined ? notMoved(platform, pool, primary, refused) : stillMoving(platform, pool, left);
    }
    const pauseMs = pauseOf(work, began, before.primary, to, found);
    const paused = pauseMs === undefined ? {} : { pauseMs };
    end(`${to} is the primary`, paused);
    return { platform, pool, from: before.primary, to, ...paused };
  });
}

/** The journal has both instants. */
function pauseOf(
  { store }: Work,
  after: number,
  from: MachineName,
  to: MachineName,
  { addresses }: FailoverPool,
): number | undefined {
  const at = (kind: 'step-began' | 'step-ended', subject: string) =>
    store.entries({ limit: 100, after, kind, subject }).at(-1)?.atMs ?? NaN;
  const placedAtMs = addresses.map(({ name }) => at('step-ended', `${to}/address ${name}`));
  const pauseMs = Math.max(...placedAtMs) - at('step-began', `${from}/hand-over`);
  return Number.isFinite(pauseMs) ? pauseMs : undefined;
}

function poolOf({ blueprint }: Work, wanted: string): PoolName {
  const able = [...failoverTerms(blueprint).keys()];
  const pool = able.find((name) => name === wanted);
  if (pool !== undefined) return pool;
  const isPool = find(blueprint.pools, wanted as PoolName) !== undefined;
  throw new SpillwayError({
    code: 'no-failover',
    message: isPool
      ? `\`${wanted}\` has no primary whose place another machine could take`
      : `${blueprint.platform} has no pool \`${wanted}\``,
    mend:
      able.length > 0
        ? mendName(wanted, able, 'pool')
        : 'give a database replicas, or services a machine that stands by, and the pool an address on a private network',
    exit: 'wrongInput',
  });
}

/** A primary that rests waits for statements that were begun, and all others wait for it meanwhile. */
async function endWhatLasts(
  { hosts, blueprint: { platform } }: Work,
  { pool, procedures: { lasting, endLasting } }: FailoverPool,
  primary: MachineName,
  { actual }: Pick<PlanInput, 'actual'>,
  { endStatements = false }: FailoverOptions,
): Promise<void> {
  const there = [...actual.inventories.values()]
    .flatMap(({ machines }) => machines)
    .find(({ name }) => name === primary);
  if (there === undefined || lasting === undefined || endLasting === undefined) return;
  const reach = { machine: primary, ...there.reach };
  const said = await hosts.run(reach, lasting, lastingMs);
  if (said.exitCode !== 0 || said.stdout.trim() === '') return;
  if (endStatements) {
    await hosts.change(reach, endLasting, lastingMs);
    return;
  }
  const statements = said.stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([, seconds = '', words = '']) => `\`${words}\` for ${seconds} s`);
  throw new SpillwayError({
    code: 'statements-last',
    message: `${primary} cannot hand over before these have ended: ${statements.join(', ')}; nothing was changed`,
    mend: `wait until they have, or end them: \`spillway failover ${platform} ${pool} --end-statements\``,
    exit: 'refused',
  });
}

/** Chosen: a server that works says at once what it does. */
const lastingMs = 10_000;

const lacksWrites = ({ terms }: FailoverPool, { inSync }: Primacy, to: MachineName) =>
  terms.waits === 'strictly' && !inSync.includes(to);

/** Chosen: machines that were started just now, or are busy, are heard within some seconds. */
const lostMs = 5_000;

/** Whether it was said for so long, without an interruption, that nobody takes the primary's place. */
function lostFor(kind: () => FailoverDecision['kind'] | undefined, clock: Clock): () => boolean {
  let sinceMs: number | undefined;
  return () => {
    sinceMs = kind() === 'refuse' ? (sinceMs ?? clock.now()) : undefined;
    return sinceMs !== undefined && clock.now() - sinceMs >= lostMs;
  };
}

function successorOf(
  pool: FailoverPool,
  before: Primacy,
  { to: wanted, acceptLoss = false }: Pick<FailoverOptions, 'to' | 'acceptLoss'>,
) {
  const { machines } = pool;
  const { primary, inSync, deposed } = before;
  const others = machines
    .map(({ name }) => name)
    .filter((name) => name !== primary && (acceptLoss || !deposed.includes(name)));
  const to =
    wanted === undefined
      ? (others.find((name) => inSync.includes(name)) ?? others[0])
      : others.find((name) => name === wanted);
  if (to === undefined) {
    throw new SpillwayError({
      code: 'no-successor',
      message:
        wanted === primary
          ? `${primary} is the primary already`
          : wanted === undefined
            ? `there is no other machine than ${primary}`
            : `\`${wanted}\` is none of those that may become the primary`,
      mend: others.length > 0 ? `choose one of ${others.join(', ')}` : 'bring the replicas up again: spillway up',
      exit: 'wrongInput',
    });
  }
  if (lacksWrites(pool, before, to) && !acceptLoss) {
    throw new SpillwayError({
      code: 'not-in-sync',
      message: `${to} does not have all writes of ${primary} yet`,
      mend: `wait until it has: \`spillway status\` says so; \`spillway control\` and \`spillway up\` see to it. If ${to} has what is right, and what only ${primary} has may be lost: the same with \`--yes\``,
      exit: 'refused',
    });
  }
  return to;
}

function stillMoving(platform: PlatformName, pool: PoolName, { from, to }: PrimacyMove): SpillwayError {
  return new SpillwayError({
    code: 'still-moving',
    message: `${from} takes no writes any more, and ${to ?? 'its successor'} is not the primary of ${pool} yet`,
    mend: `\`spillway control ${platform}\` or \`spillway up ${platform}\` goes on with it`,
  });
}

function notMoved(
  platform: PlatformName,
  pool: PoolName,
  primary: MachineName,
  why = 'it did not come to its end',
): SpillwayError {
  return new SpillwayError({
    code: 'not-moved',
    message: `${primary} is still the primary of ${pool}: ${why}`,
    mend: `\`spillway events ${platform}\` has the history; then try again`,
  });
}
