/** How a pool is beside its machines: what it does without now, and what new machines of it begin from. */
import { entries } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { ReliefName } from '../control/relief/decide-relief.ts';
import type { MachineName, PoolName } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Store } from '../ports/store.ts';
import type { Primacy } from '../model/primacy.ts';
import { keptPrimacies } from '../runtime/failover/primacies.ts';
import type { JournaledRelief } from './control/journal-decision.ts';
import { keptOutliers } from './control/outliers.ts';

export interface PoolStatus {
  readonly pool: PoolName;
  /** Absent for a pool whose requests may not wait. */
  readonly relief?: ReliefStatus;
  /** Machines that fail visitors, and are kept out of the balancers for it; absent where there are none. */
  readonly out?: readonly { readonly machine: MachineName; readonly sinceMs: number }[];
  /** Of a pool of databases whose primary another machine can replace, once it was looked after. */
  readonly primary?: PrimaryStatus;
  /** The newest first; others begin from it alone. Absent for a pool that does not bake. */
  readonly bakes?: readonly BakeStatus[];
}

export interface PrimaryStatus {
  readonly primary: MachineName;
  /** Replicas of which one at least has every write that was acknowledged. */
  readonly inSync: readonly MachineName[];
  /** They wait to be made anew. */
  readonly deposed: readonly MachineName[];
  /** When it took the place of another one, in milliseconds since 1970. */
  readonly sinceMs?: number;
  /** A move is under way. */
  readonly isMoving: boolean;
}

export interface ReliefStatus {
  readonly state: ReliefName;
  /** Features that it does without. */
  readonly shed: readonly string[];
  /** Since when, in milliseconds since 1970, and why; absent where nothing was ever decided. */
  readonly sinceMs?: number;
  readonly says?: string;
}

export interface BakeStatus {
  readonly from: MachineName;
  /** Milliseconds since 1970. */
  readonly madeAtMs: number;
}

/** Of the pools of which there is something to say. */
export function poolStatuses(
  blueprint: Blueprint,
  inventories: Iterable<Inventory>,
  store: Pick<Store, 'entries' | 'kept'>,
): readonly PoolStatus[] {
  const primacies = keptPrimacies(store, blueprint);
  const bakes = [...inventories].flatMap((inventory) => inventory.bakes);
  return entries(blueprint.pools).flatMap(([pool, { queue, overflow }]): PoolStatus[] => {
    const primacy = primacies.get(pool);
    const { out: known } = keptOutliers(store, pool);
    const out = entries(known).flatMap(([machine, { sinceMs, backMs }]) =>
      backMs === undefined ? [{ machine: machine as MachineName, sinceMs }] : [],
    );
    if (queue === undefined && overflow?.bake !== true && primacy === undefined && out.length === 0) return [];
    const own = bakes.filter((bake) => bake.pool === pool).toSorted((one, other) => other.madeAtMs - one.madeAtMs);
    return [
      {
        pool,
        ...(out.length > 0 && { out }),
        ...(primacy !== undefined && { primary: primaryNow(primacy) }),
        ...(queue !== undefined && { relief: reliefNow(store, pool) }),
        ...(overflow?.bake === true && { bakes: own.map(({ from, madeAtMs }) => ({ from, madeAtMs })) }),
      },
    ];
  });
}

function primaryNow({ primary, inSync, deposed, movedAtMs, move }: Primacy): PrimaryStatus {
  const since = movedAtMs === undefined ? {} : { sinceMs: movedAtMs };
  return { primary, inSync, deposed, ...since, isMoving: move !== undefined };
}

/** Each step is journaled, so that the last one says how it is. */
function reliefNow(store: Pick<Store, 'entries'>, pool: PoolName): ReliefStatus {
  const [last] = store.entries({ limit: 1, kind: 'decision', subject: `${pool}/relief` });
  if (last === undefined) return { state: 'flowing', shed: [] };
  const { state, shed } = last.detail as unknown as JournaledRelief;
  return { state, shed, sinceMs: last.atMs, says: last.reason };
}
