/**
 * Who is the primary of a pool of databases. It is the one thing about a platform
 * that a look at machines cannot settle: two of them may say that they are it. So
 * it is decided once, kept, and the machines are made to agree.
 */
import type { MachineName } from './ids.ts';

export interface Primacy {
  readonly primary: MachineName;
  /**
   * Replicas to one of which at least every write went before it was acknowledged. Whoever has received
   * most of them has all. None: the primary goes on alone, and nobody may take its place without loss.
   */
  readonly inSync: readonly MachineName[];
  /** Were primaries and may hold what nobody else has: they are made anew, never attached as they are. */
  readonly deposed: readonly MachineName[];
  /** The last time that it went to another machine, in milliseconds since 1970. */
  readonly movedAtMs?: number;
  /** Under way. Whoever finds it goes on with it. */
  readonly move?: PrimacyMove;
}

export interface PrimacyMove {
  readonly from: MachineName;
  /** Chosen once nobody can write any more; or by a person. */
  readonly to?: MachineName;
  /** A person asked for it while the primary works: nothing is fenced, nobody deposed. */
  readonly planned: boolean;
  readonly why: string;
  /** In milliseconds since 1970. */
  readonly beganMs: number;
  /** Its successor was, or may have been, told to take writes: from then on there is no way back. */
  readonly isPromoting?: true;
  /** Since then the old primary cannot write: it has no power, or no network. */
  readonly fencedAtMs?: number;
}

export function firstPrimacy(primary: MachineName): Primacy {
  return { primary, inSync: [], deposed: [] };
}

/** After the move: others that were in sync must show anew that they are. */
export function afterMove(
  before: Primacy,
  { to, stillInSync, isOldDeposed }: { to: MachineName; stillInSync: readonly MachineName[]; isOldDeposed: boolean },
  nowMs: number,
): Primacy {
  const { primary, deposed } = before;
  return {
    primary: to,
    inSync: stillInSync.filter((one) => one !== to && one !== primary),
    deposed: [...deposed.filter((one) => one !== to), ...(isOldDeposed && primary !== to ? [primary] : [])],
    movedAtMs: nowMs,
  };
}
