/** Counts what one worker does, second by second. It is told the time. */
import { createRecorder, percentilesOf } from './latencies.ts';
import { countLate, noCounts, zeros, type LoadSecond } from './load-second.ts';
import { failures, statusClassOf, statusClasses, type Failure } from './outcome.ts';

export interface Tally {
  /** `lateByMs`: how much after its time it was sent. */
  sent(lateByMs: number): void;
  /** `mark` is given for requests that write. */
  answered(status: number, hasRetryAfter: boolean, latencyMs: number, mark?: string): void;
  failed(why: Failure, unknownMark?: string): void;
  abandoned(unknownMark?: string): void;
  /** What was counted since the last time. The others are what only its caller knows. */
  take(rest: Pick<LoadSecond, 'second' | 'ownCores' | 'stolenCores' | 'opened' | 'retried'>): LoadSecond;
  readonly inFlight: number;
}

export function createTally(): Tally {
  const recorder = createRecorder();
  let counts = fresh();
  let inFlight = 0;

  const noteUnknown = (mark: string | undefined) => {
    if (mark !== undefined) counts.unknown.push(mark);
  };

  return {
    get inFlight() {
      return inFlight;
    },
    sent(lateByMs) {
      inFlight += 1;
      counts.sent += 1;
      countLate(counts, lateByMs);
    },
    answered(status, hasRetryAfter, latencyMs, mark) {
      inFlight -= 1;
      counts.answered += 1;
      counts.byStatus[statusClassOf(status, hasRetryAfter)] += 1;
      // A platform that is quick at saying no must not look quick.
      if (status < 500) recorder.record(latencyMs * 1000);
      if (mark === undefined) return;
      if (status < 400) counts.acknowledged.push(mark);
      else if (status >= 500) counts.unknown.push(mark);
    },
    failed(why, mark) {
      inFlight -= 1;
      counts.failed += 1;
      counts.byFailure[why] += 1;
      noteUnknown(mark);
    },
    abandoned(mark) {
      inFlight -= 1;
      counts.abandoned += 1;
      noteUnknown(mark);
    },
    take(rest) {
      const { acknowledged, unknown, ...taken } = counts;
      const latencies = recorder.take();
      counts = fresh();
      return {
        ...taken,
        ...rest,
        inFlight,
        latencies,
        percentiles: percentilesOf(latencies),
        writes: { acknowledged, unknown },
      };
    },
  };
}

function fresh() {
  const { sent, answered, failed, abandoned, late, belated, lateMsMax } = noCounts;
  return {
    ...{ sent, answered, failed, abandoned, late, belated, lateMsMax },
    byStatus: zeros(statusClasses),
    byFailure: zeros(failures),
    acknowledged: [] as string[],
    unknown: [] as string[],
  };
}
