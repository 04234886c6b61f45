/**
 * The queue of a pool at a balancer, with what follows where the blueprint does not say it: what may wait is what can
 * still be answered within the objective, and the rest is refused at once. A queue that is longer than that never helps
 * anybody: it goes on after its cause has ended, and all who are answered have waited for nothing.
 */
import type { PoolName } from '../model/ids.ts';
import { the } from './records.ts';
import type { Blueprint } from './schema.ts';

interface Queue {
  /** So many requests each machine answers at a time. */
  readonly beyond: number;
  /** So many may wait at a balancer. */
  readonly most: number;
  readonly waitMs: number;
}

/** Half of the objective is for waiting, the other half for the answer. Chosen. */
const waitingShare = 0.5;
/** Chosen: most people leave after three seconds. */
const usualWaitMs = 3_000;
/** Chosen: for a pool of which nobody knows what it serves. */
const usualMost = 1_000;

/** Undefined for a pool whose requests wait at the machines. */
export function queueOf(
  { pools, objectives }: Pick<Blueprint, 'pools' | 'objectives'>,
  pool: PoolName,
): Queue | undefined {
  const { queue, base, overflow } = the(pools, pool);
  if (queue === undefined) return undefined;
  const { beyond } = queue;
  const waitMs = queue.wait ?? (objectives.p99 === undefined ? usualWaitMs : objectives.p99 * waitingShare);
  const perSecond = base.count * (base.serves ?? 0) + (overflow?.count ?? 0) * (overflow?.serves ?? base.serves ?? 0);
  const inTime = perSecond === 0 ? usualMost : Math.max(1, Math.ceil((perSecond * waitMs) / 1_000));
  return { beyond, most: queue.most ?? inTime, waitMs };
}
