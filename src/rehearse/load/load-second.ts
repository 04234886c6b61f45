/** What a load counted, in one second and over all. Counts of several workers, and of several seconds, add up. */
import { merged, noLatencies, percentilesOf, type Latencies, type Percentiles } from './latencies.ts';
import { failures, statusClasses, type Failure, type StatusClass } from './outcome.ts';

export interface Counts {
  /** Requests that were sent; each ends as answered, failed or abandoned. */
  readonly sent: number;
  readonly answered: number;
  readonly byStatus: Readonly<Record<StatusClass, number>>;
  readonly failed: number;
  readonly byFailure: Readonly<Record<Failure, number>>;
  /** On their way when the load was stopped. */
  readonly abandoned: number;
  /** Requests that were sent once more, since the server closed a kept connection just then. */
  readonly retried: number;
  /** Connections that were opened. */
  readonly opened: number;
  /** Requests that the load itself sent later than `lateMs` and `belatedMs` after their time, and the most by which any was. */
  readonly late: number;
  readonly belated: number;
  readonly lateMsMax: number;
  /** Of what was served (2xx, 3xx, 4xx), from the time at which it was to be sent until its last byte. */
  readonly latencies: Latencies;
  /** What became of requests that write, by their marks. */
  readonly writes: Writes;
}

export interface Writes {
  /** Answered with 2xx or 3xx: must be found again. */
  readonly acknowledged: readonly string[];
  /** Not acknowledged, but perhaps done. */
  readonly unknown: readonly string[];
}

/** What happened in one second. What was sent in it may be answered in a later one. */
export interface LoadSecond extends Counts {
  /** From 0, the load's start. */
  readonly second: number;
  /** Without an answer at its end. */
  readonly inFlight: number;
  /** Cores that the load itself used. */
  readonly ownCores: number;
  /** Cores of its host that were taken away meanwhile: a hypervisor gave them to others. */
  readonly stolenCores: number;
  /** Of `latencies`; absent when nothing was served. */
  readonly percentiles?: Percentiles | undefined;
}

export interface LoadTotal extends Counts {
  /** Whole seconds. */
  readonly seconds: number;
  readonly percentiles?: Percentiles | undefined;
  /** The most that one worker used in one second: near 1 it had no time left. */
  readonly ownCoresMax: number;
  /** On average, and the most in one second. */
  readonly stolenCores: number;
  readonly stolenCoresMax: number;
}

/**
 * Chosen: what a load may be late before it says so. A pause of the runtime, or of
 * a core that the platform needs as well, is shorter; of a page's time it is little.
 */
export const lateMs = 20;

/**
 * Chosen: readings are of a second each, and who leaves a tenth of it late is still demand of that second. Less than
 * this spares the platform nothing: latencies count from the time at which a request was due.
 */
const belatedMs = 100;

/** How a request counts that was sent so much after its time. */
export function countLate(counts: { late: number; belated: number; lateMsMax: number }, byMs: number): void {
  if (byMs > lateMs) counts.late += 1;
  if (byMs > belatedMs) counts.belated += 1;
  counts.lateMsMax = Math.max(counts.lateMsMax, byMs);
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const most = (numbers: readonly number[]) => numbers.reduce((all, one) => Math.max(all, one), 0);

export function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}

export const noCounts: Counts = {
  sent: 0,
  answered: 0,
  byStatus: zeros(statusClasses),
  failed: 0,
  byFailure: zeros(failures),
  abandoned: 0,
  retried: 0,
  opened: 0,
  late: 0,
  belated: 0,
  lateMsMax: 0,
  latencies: noLatencies,
  writes: { acknowledged: [], unknown: [] },
};

function addedUp<Key extends string>(
  keys: readonly Key[],
  parts: readonly Readonly<Record<Key, number>>[],
): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, sum(parts.map((part) => part[key]))])) as Record<Key, number>;
}

function mergeCounts(parts: readonly Counts[]): Counts {
  return {
    ...addedUp(['sent', 'answered', 'failed', 'abandoned', 'retried', 'opened', 'late', 'belated'], parts),
    byStatus: addedUp(
      statusClasses,
      parts.map(({ byStatus }) => byStatus),
    ),
    byFailure: addedUp(
      failures,
      parts.map(({ byFailure }) => byFailure),
    ),
    lateMsMax: most(parts.map((part) => part.lateMsMax)),
    latencies: merged(parts.map(({ latencies }) => latencies)),
    writes: {
      acknowledged: parts.flatMap(({ writes }) => writes.acknowledged),
      unknown: parts.flatMap(({ writes }) => writes.unknown),
    },
  };
}

/** The same second of several workers. */
export function mergeSeconds(second: number, parts: readonly LoadSecond[]): LoadSecond {
  const counts = mergeCounts(parts);
  return {
    second,
    ...counts,
    ...addedUp(['inFlight', 'ownCores'], parts),
    // All of them are on one host.
    stolenCores: most(parts.map(({ stolenCores }) => stolenCores)),
    percentiles: percentilesOf(counts.latencies),
  };
}

/** `seconds` of all workers, in any order. */
export function totalOf(seconds: readonly LoadSecond[]): LoadTotal {
  const counts = mergeCounts(seconds);
  return {
    ...counts,
    seconds: most(seconds.map(({ second }) => second + 1)),
    percentiles: percentilesOf(counts.latencies),
    ownCoresMax: most(seconds.map(({ ownCores }) => ownCores)),
    stolenCores: sum(seconds.map(({ stolenCores }) => stolenCores)) / Math.max(1, seconds.length),
    stolenCoresMax: most(seconds.map(({ stolenCores }) => stolenCores)),
  };
}

/** Chosen: below it, what was belated cannot move the 99th percentile. */
const belatedShareMax = 0.005;

/**
 * Why a load must not be taken for what it was meant to be; undefined when it may.
 * A load that could not keep up asks less of the platform, and would praise it.
 */
export function whyUnsound({ sent, belated, lateMsMax, byFailure }: LoadTotal): string | undefined {
  if (sent === 0) return 'no request was sent';
  if (belated > sent * belatedShareMax) {
    const percent = ((100 * belated) / sent).toFixed(1);
    return `the load could not keep up: ${percent} % of its requests left more than ${belatedMs} ms late, one of them ${Math.round(lateMsMax)} ms`;
  }
  if (byFailure.own > 0) {
    return `the load itself had no port or file free for ${byFailure.own} of its requests`;
  }
  return undefined;
}
