/**
 * How a pool serves: what comes in a stretch of time is served, waits or is lost.
 *
 * While less comes than the machines serve, answers take as long as M/M/c says.
 * When more comes, what is too much waits at the balancer, first come, first
 * served; whoever would have to wait longer than there is room or patience for
 * is lost. Between two changes of rate or capacity the queue grows or shrinks
 * evenly, so that the result does not depend on the length of the steps.
 */
import { quantile } from './theory.ts';

export interface Capacity {
  /** Requests/s of all machines that serve. */
  readonly perSecond: number;
  /** Requests that they work on at a time: one for each core. */
  readonly servers: number;
}

export interface Limits {
  /** So many may wait: who comes then is turned away, who waits already is not. */
  readonly most: number;
  /** Nobody waits longer. */
  readonly patienceMs: number;
}

export interface Served {
  readonly served: number;
  readonly lost: number;
  /** Waiting at the end. */
  readonly waiting: number;
}

/** Gets the latencies of what was served: so many requests took so long. */
export type Took = (ms: number, requests: number) => void;

/**
 * Where the distribution is read, each for the share of requests around it: finer towards its end, since the
 * slowest hundredth is what objectives are about.
 */
const levels = [
  [0.25, 0.5],
  [0.625, 0.25],
  [0.825, 0.15],
  [0.925, 0.05],
  [0.965, 0.03],
  [0.985, 0.01],
  [0.9925, 0.005],
  [0.9975, 0.004],
  [0.9995, 0.001],
] as const;

/** Chosen: beyond it M/M/c needs longer to settle than any such load lasts, and the queue is counted instead. */
const mostLoad = 0.98;

export function createService({ overheadMs }: { readonly overheadMs: number }) {
  let waiting = 0;
  /** Since when nobody serves. */
  let idleMs = 0;
  const known = new Map<number, readonly number[]>();

  /** In mean service times, for each level. Loads are told apart by hundredths, which is finer than they are known. */
  const quantilesAt = (servers: number, share: number): readonly number[] => {
    const percent = Math.round(Math.min(mostLoad, share) * 100);
    const key = servers * 128 + percent;
    const found = known.get(key);
    if (found !== undefined) return found;
    const quantiles = levels.map(([level]) => quantile(level, servers, (servers * percent) / 100));
    known.set(key, quantiles);
    return quantiles;
  };

  return {
    waiting: () => waiting,
    /** `arrivals` come evenly within `forMs`. */
    serve(arrivals: number, forMs: number, { perSecond, servers }: Capacity, limits: Limits, took: Took): Served {
      if (perSecond <= 0) {
        // Nobody is there: who comes waits for somebody, as long as there is room, and as he has patience.
        idleMs += forMs;
        const all = waiting + arrivals;
        const patient = idleMs < limits.patienceMs ? Infinity : (arrivals * limits.patienceMs) / forMs;
        waiting = Math.min(all, Math.max(limits.most, waiting), patient);
        return { served: 0, lost: all - waiting, waiting };
      }
      idleMs = 0;
      const before = waiting;
      const patient = (perSecond * limits.patienceMs) / 1000;
      const possible = (perSecond * forMs) / 1000;
      const left = Math.max(0, before + arrivals - possible);
      const stillThere = Math.max(0, before - possible);
      waiting = Math.min(left, Math.max(limits.most, stillThere), patient);
      const lost = left - waiting;
      const served = before + arrivals - left;
      if (served > 0) {
        const meanMs = (1000 * servers) / perSecond;
        const queueMs = (500 * (Math.min(before, patient) + waiting)) / perSecond;
        const share = before > 0 || waiting > 0 ? 0 : arrivals / possible;
        const quantiles = quantilesAt(servers, share);
        levels.forEach(([, weight], index) =>
          took(overheadMs + queueMs + meanMs * (quantiles[index] ?? 0), served * weight),
        );
      }
      return { served, lost, waiting };
    },
  };
}
