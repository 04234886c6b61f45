/** Each objective, what was wanted, what was measured, and whether it held. */
import { hoursPerMonth } from '../../model/quantities.ts';
import { fleetAt } from '../fleet.ts';
import { recordedUntilMs, type Recording } from '../recording.ts';
import type { Cost } from './cost.ts';
import type { Writes } from './ledger.ts';
import { peakOf, servedIn, type Requests } from './requests.ts';

export interface Judged {
  readonly name:
    'lostRequests' | 'p99' | 'peak' | 'rto' | 'rpo' | 'writtenOnce' | 'oneWriter' | 'backAtBase' | 'budget';
  /** `share` is of a whole, `machines` those that are not where they should be, `writes` those that are there twice. */
  readonly unit: 'share' | 'ms' | 'requests/s' | 'machines' | 'writes' | 'money/month';
  readonly wanted: number;
  /** Absent when there was nothing to measure. */
  readonly measured?: number;
  readonly held: boolean;
  /** It was missed, and only while the host was short: that says nothing of the platform. */
  readonly excused?: true;
}

/** Chosen: what a peak may miss. Arrivals are drawn, and this is three deviations of a ten-second mean of 2,300 requests/s. */
export const shareOfPeak = 0.98;

export function judge(
  recording: Recording,
  requests: Requests,
  writes: Writes | undefined,
  cost: Cost,
): readonly Judged[] {
  const { peakPerSecond, lostRequests, p99Ms, backAtBase, budget } = recording.objectives;
  const { sent, lost } = requests;
  return [
    ...(peakPerSecond === undefined ? [] : [peak(recording, peakPerSecond)]),
    ...(lostRequests === undefined ? [] : [atMost('lostRequests', 'share', lostRequests, share(lost, sent))]),
    ...(p99Ms === undefined ? [] : [atMost('p99', 'ms', p99Ms, requests.p99Ms)]),
    ...(writes === undefined ? [] : judgeWrites(writes, recording)),
    ...(backAtBase ? [atMost('backAtBase', 'machines', 0, awayFromBase(recording))] : []),
    ...(budget === undefined
      ? []
      : [atMost('budget', 'money/month', budget.perHour * hoursPerMonth, cost.withOverflow)]),
  ];
}

/**
 * What was acknowledged is kept, once, and by one machine at a time where that is how the pool works. That some of it
 * may be lost is the blueprint's to say.
 */
function judgeWrites(
  { longestGapMs, lostWorkMs, duplicated, doubleWriterMs }: Writes,
  { objectives: { rtoMs, rpoMs = 0 }, ledger }: Recording,
): readonly Judged[] {
  return [
    ...(rtoMs === undefined ? [] : [atMost('rto', 'ms', rtoMs, longestGapMs)]),
    atMost('rpo', 'ms', rpoMs, lostWorkMs),
    atMost('writtenOnce', 'writes', 0, duplicated),
    ...(ledger?.takers === 'one' ? [atMost('oneWriter', 'ms', 0, doubleWriterMs)] : []),
  ];
}

function atMost(name: Judged['name'], unit: Judged['unit'], wanted: number, measured: number | undefined): Judged {
  return measured === undefined
    ? { name, unit, wanted, held: false }
    : { name, unit, wanted, measured, held: measured <= wanted };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function peak({ seconds }: Recording, wanted: number): Judged {
  const measured = peakOf(seconds, servedIn);
  return { name: 'peak', unit: 'requests/s', wanted, measured, held: measured >= wanted * shareOfPeak };
}

/** In the end: machines that were added and are still there, and those of the base that do not serve. */
function awayFromBase(recording: Recording): number {
  const atMs = recordedUntilMs(recording);
  return recording.pools.reduce((sum, { pool, warm }) => {
    const fleet = fleetAt(recording, pool, atMs);
    const added = fleet.filter(({ part }) => part === 'overflow');
    const waiting = added.filter(({ stage }) => stage === 'ready').length;
    const lost = fleet.filter(({ part, stage }) => part === 'base' && stage !== 'serving').length;
    return sum + added.length - Math.min(warm, waiting) + lost;
  }, 0);
}
