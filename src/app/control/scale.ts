/** How a pool scales: the order that holds, the last decision; and orders by people, given and taken back. */
import type { ManualOrder } from '../../control/scale/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PlatformName, PoolName } from '../../model/ids.ts';
import type { JournalEntry, LockHolder } from '../../ports/store.ts';
import { giveOrder, orderThatHolds, takeOrderBack } from '../../runtime/scale/orders.ts';
import { loadApplied } from '../releases/revisions.ts';
import type { PlatformState, Toolbox } from '../toolbox.ts';
import { scalingPool } from './pools.ts';

export interface Scaling {
  readonly platform: PlatformName;
  readonly pool: PoolName;
  /** Machines: the base, and the most that there may be. */
  readonly least: number;
  readonly most: number;
  readonly order?: ManualOrder;
  readonly decision?: Pick<JournalEntry, 'atMs' | 'reason' | 'detail'>;
  /** Who follows orders. Absent when nobody does. */
  readonly controller?: LockHolder;
}

export interface Wish {
  readonly size: number;
  readonly forMs: number;
}

/** Says how it is after the order, if one is given or taken back. Needs no lock: it is a line in the journal. */
export function scale(toolbox: Toolbox, which: string, poolName: string, wish?: Wish | 'release'): Scaling {
  const { blueprint } = loadApplied(toolbox, which);
  const { platform } = blueprint;
  const { pool, settings } = scalingPool(blueprint, poolName);
  const { base, overflow } = settings.fleet;
  const limits = { least: base.count, most: base.count + overflow.count };
  if (wish !== undefined && wish !== 'release') refuseBeyond(pool, wish.size, limits);
  if (wish !== undefined && !toolbox.knownPlatforms().includes(platform)) throw notUp(platform);
  const state = toolbox.openToLook(platform);
  try {
    const nowMs = toolbox.clock.now();
    if (wish === 'release') takeOrderBack(state.store, pool, nowMs);
    else if (wish !== undefined) giveOrder(state.store, pool, { size: wish.size, untilMs: nowMs + wish.forMs }, nowMs);
    return { platform, pool, ...limits, ...seen(toolbox, state, pool, nowMs) };
  } finally {
    state.close();
  }
}

function seen(
  { isAlive }: Toolbox,
  { store }: PlatformState,
  pool: PoolName,
  nowMs: number,
): Pick<Scaling, 'order' | 'decision' | 'controller'> {
  const order = orderThatHolds(store, pool, nowMs);
  const [decision] = store.entries({ limit: 1, kind: 'decision', subject: pool });
  const holder = store.holder('controller');
  return {
    ...(order !== undefined && { order }),
    ...(decision !== undefined && {
      decision: { atMs: decision.atMs, reason: decision.reason, detail: decision.detail },
    }),
    ...(holder !== undefined && isAlive(holder) && { controller: holder }),
  };
}

function refuseBeyond(pool: PoolName, size: number, { least, most }: Pick<Scaling, 'least' | 'most'>): void {
  if (size >= least && size <= most) return;
  throw new SpillwayError({
    code: 'beyond-limits',
    message:
      size < least
        ? `${pool} has ${least} machines of its own, which stay: ${size} is too few`
        : `${pool} may have ${most} machines: ${size} is too many`,
    mend: `order ${least} to ${most}, or let the blueprint say otherwise: pools.${pool}`,
    exit: 'wrongInput',
  });
}

export function notUp(platform: PlatformName): SpillwayError {
  return new SpillwayError({
    code: 'not-up',
    message: `${platform} is not up, so there is nothing that could scale`,
    mend: `bring it up first: spillway up ${platform}`,
    exit: 'refused',
  });
}
