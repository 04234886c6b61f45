/** What a rehearsal showed: did the platform hold what it must? */
import { exitCodes, unreachable } from '../../model/errors.ts';
import { clockOf } from '../at-time.ts';
import type { Failover } from '../ledger/interruptions.ts';
import { whyUnsound } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';
import type { PartOfPeak } from '../scenario/scenario.ts';
import { chaosPlayed, type ChaosPlayed } from './chaos.ts';
import { costOf, type Cost } from './cost.ts';
import { failovers } from './failovers.ts';
import { writesOf, type Writes } from './ledger.ts';
import { isExcused } from './excuse.ts';
import { judge, type Judged } from './objectives.ts';
import { requestsOf, type Requests } from './requests.ts';
import { scaleOuts, type ScaleOut } from './scaling.ts';
import { shortagesOf, shortageSays, type Shortage } from './shortages.ts';
import { faultSays } from '../words.ts';

export type Outcome = 'held' | 'not held' | 'void';

export interface Verdict {
  /** `void`: nothing can be said of the platform. */
  readonly outcome: Outcome;
  /** The same, as the only question. */
  readonly held: boolean;
  /** Why it is void, when it is. */
  readonly reasons: readonly string[];
  /** Of what it is the verdict, when less was played than the scenario says. */
  readonly part?: PartOfPeak;
  readonly objectives: readonly Judged[];
  readonly requests: Requests;
  /** Where chance drew the faults. */
  readonly chaos?: ChaosPlayed;
  /** This and `failover` where a ledger was kept. */
  readonly ledger?: Writes;
  readonly failover?: readonly Failover[];
  readonly scaling: readonly ScaleOut[];
  readonly cost: Cost;
}

export function verdictOf(recording: Recording): Verdict {
  const requests = requestsOf(recording);
  const cost = costOf(recording);
  const writes = recording.ledger && writesOf(recording.ledger);
  const chaos = chaosPlayed(recording);
  const shortages = shortagesOf(recording);
  const objectives = judge(recording, requests, writes, cost).map((one) =>
    isExcused(one, recording, shortages) ? { ...one, excused: true as const } : one,
  );
  const whyVoid = whyNone(recording, requests, chaos);
  const outcome = outcomeOf(objectives, whyVoid);
  return {
    ...{ outcome, held: outcome === 'held' },
    reasons: outcome === 'void' ? reasonsOf(whyVoid, objectives, recording, shortages) : [],
    ...(recording.part !== undefined && { part: recording.part }),
    ...{ objectives, requests },
    ...(chaos !== undefined && { chaos }),
    ...(writes !== undefined && { ledger: writes, failover: failovers(recording) }),
    ...{ scaling: scaleOuts(recording), cost },
  };
}

/**
 * What was acknowledged and is lost, is lost whatever the load and the host did. Of all else nothing is said once the
 * load or the faults were not what they were meant to be: neither that it held, nor that it did not. A host that was
 * short makes it harder for the platform, so what held there, holds.
 */
function outcomeOf(objectives: readonly Judged[], whyVoid: readonly string[]): Outcome {
  const missed = objectives.filter(({ held }) => !held);
  if (missed.some(({ name, measured }) => isOfKeptWrites[name] === true && measured !== undefined)) return 'not held';
  if (whyVoid.length > 0) return 'void';
  if (missed.some(({ excused }) => excused !== true)) return 'not held';
  return missed.length > 0 ? 'void' : 'held';
}

const isOfKeptWrites: Readonly<Partial<Record<Judged['name'], true>>> = {
  rpo: true,
  writtenOnce: true,
  oneWriter: true,
};

function reasonsOf(
  whyVoid: readonly string[],
  objectives: readonly Judged[],
  { startedAtMs }: Recording,
  shortages: readonly Shortage[],
): readonly string[] {
  const short = shortageSays(shortages, (atMs) => clockOf(atMs - startedAtMs));
  const isTheHosts = objectives.some(({ excused }) => excused === true);
  return [...whyVoid, ...(isTheHosts && short !== undefined ? [short] : [])];
}

/** Chosen: more pages than this that are not there are a mistake of the mix, and cost the platform little. */
const refusedMax = 0.01;

function whyNone(
  { visited, total, endedAtMs, ledger, faults }: Recording,
  { answered, refused }: Requests,
  chaos: ChaosPlayed | undefined,
): readonly string[] {
  if (total === undefined || endedAtMs === undefined) return ['the rehearsal did not come to its end'];
  const reasons: string[] = [];
  if (chaos?.played === 0) reasons.push('the chaos, not the platform: no fault could be done');
  // What chance draws may be there no more when it is its turn; what a scenario says is what it is about.
  if (chaos === undefined)
    for (const fault of faults.filter(({ state }) => state === 'missed'))
      reasons.push(`the faults, not the platform: ${faultSays(fault)}`);
  if (ledger?.acknowledged.length === 0) reasons.push('the ledger, not the platform: no write was ever acknowledged');
  // Nobody was to visit.
  if (visited === undefined) return reasons;
  const unsound = whyUnsound(total);
  if (unsound !== undefined) reasons.push(`the load, not the platform: ${unsound}`);
  if (refused > answered * refusedMax) {
    const percent = ((100 * refused) / answered).toFixed(1);
    reasons.push(`the load, not the platform: ${percent} % of its pages were refused with 4xx; mend the mix`);
  }
  return reasons;
}

export function exitCodeOf({ outcome }: Pick<Verdict, 'outcome'>): number {
  switch (outcome) {
    case 'held':
      return exitCodes.done;
    case 'not held':
      return exitCodes.failed;
    case 'void':
      return exitCodes.void;
    default:
      return unreachable(outcome);
  }
}
