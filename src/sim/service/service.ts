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

export interface ServiceSettings {
  /** What an answer takes beside its queue and its machine. */
  readonly overheadMs: number;
  readonly took: Took;
}

/** A share of the requests takes so much longer, for whatever reason. */
export interface Delayed {
  readonly share: number;
  readonly byMs: number;
}

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

/** Requests that found the machines equally full, and nobody waiting: they all took what theory says of such a load. */
interface Calm {
  /** For each level. */
  readonly ms: readonly number[];
  requests: number;
}

export function createService({ overheadMs, took }: ServiceSettings) {
  let waiting = 0;
  /** Since when nobody serves. */
  let idleMs = 0;
  /** What is calm is counted by its load, in percent, and told when somebody asks: most of a day is. */
  const calms: { readonly capacity: Capacity; readonly byPercent: (Calm | undefined)[] }[] = [];
  let current: (typeof calms)[number] | undefined;
  /** Those with something to tell. */
  let untold: Calm[] = [];

  const latenciesAt = ({ perSecond, servers }: Capacity, percent: number, queueMs: number): readonly number[] => {
    const meanMs = (1000 * servers) / perSecond;
    return quantilesAt(servers, percent).map((times) => overheadMs + queueMs + meanMs * times);
  };
  const tell = (ms: readonly number[], requests: number) => {
    for (const [index, [, weight]] of levels.entries()) took(ms[index] ?? 0, requests * weight);
  };

  const count = (capacity: Capacity, percent: number, requests: number) => {
    const { perSecond, servers } = capacity;
    if (current?.capacity.perSecond !== perSecond || current.capacity.servers !== servers) {
      current = calms.find((one) => one.capacity.perSecond === perSecond && one.capacity.servers === servers);
      if (current === undefined) calms.push((current = { capacity: { perSecond, servers }, byPercent: [] }));
    }
    const calm = (current.byPercent[percent] ??= { ms: latenciesAt(capacity, percent, 0), requests: 0 });
    if (calm.requests === 0) untold.push(calm);
    calm.requests += requests;
  };

  return {
    waiting: () => waiting,
    /** `arrivals` come evenly within `forMs`. */
    serve(arrivals: number, forMs: number, capacity: Capacity, limits: Limits, delayed?: Delayed): Served {
      const { perSecond, servers } = capacity;
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
      const possible = (perSecond * forMs) / 1000;
      if (before === 0 && arrivals <= possible && delayed === undefined) {
        if (arrivals > 0) count(capacity, percentOf(arrivals / possible), arrivals);
        return { served: arrivals, lost: 0, waiting: 0 };
      }
      const patient = (perSecond * limits.patienceMs) / 1000;
      const left = Math.max(0, before + arrivals - possible);
      const stillThere = Math.max(0, before - possible);
      waiting = Math.min(left, Math.max(limits.most, stillThere), patient);
      const lost = left - waiting;
      const served = before + arrivals - left;
      if (served > 0) {
        const queueMs = (500 * (Math.min(before, patient) + waiting)) / perSecond;
        const percent = percentOf(before > 0 || waiting > 0 ? 0 : arrivals / possible);
        const ms = latenciesAt({ perSecond, servers }, percent, queueMs);
        const { share, byMs } = delayed ?? { share: 0, byMs: 0 };
        tell(ms, served * (1 - share));
        if (share > 0)
          tell(
            ms.map((one) => one + byMs),
            served * share,
          );
      }
      return { served, lost, waiting };
    },
    /** Tells the latencies of all that was served and is not told yet. */
    tellCalm(): void {
      for (const calm of untold) {
        tell(calm.ms, calm.requests);
        calm.requests = 0;
      }
      untold = [];
    },
  };
}

/** Theory says the same of the same load, whoever asks. */
const known = new Map<number, readonly number[]>();

/** In mean service times, for each level. */
function quantilesAt(servers: number, percent: number): readonly number[] {
  const key = servers * 128 + percent;
  const found = known.get(key);
  if (found !== undefined) return found;
  const quantiles = levels.map(([level]) => quantile(level, servers, (servers * percent) / 100));
  known.set(key, quantiles);
  return quantiles;
}

/** Loads are told apart by hundredths, which is finer than they are known. */
const percentOf = (share: number) => Math.round(Math.min(mostLoad, share) * 100);
