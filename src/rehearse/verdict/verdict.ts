/** What a rehearsal showed: did the platform hold what it must? */
import { exitCodes } from '../../model/errors.ts';
import type { Failover } from '../ledger/interruptions.ts';
import { whyUnsound } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';
import { chaosPlayed, type ChaosPlayed } from './chaos.ts';
import { costOf, type Cost } from './cost.ts';
import { failovers } from './failovers.ts';
import { writesOf, type Writes } from './ledger.ts';
import { judge, type Judged } from './objectives.ts';
import { requestsOf, type Requests } from './requests.ts';
import { scaleOuts, type ScaleOut } from './scaling.ts';

export interface Verdict {
  readonly held: boolean;
  /** Why nothing can be said of the platform, when nothing can. */
  readonly reason?: string;
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
  const objectives = judge(recording, requests, writes, cost);
  const chaos = chaosPlayed(recording);
  const reason = whyNone(recording, requests, chaos);
  return {
    held: reason === undefined && objectives.every(({ held }) => held),
    ...(reason !== undefined && { reason }),
    ...{ objectives, requests },
    ...(chaos !== undefined && { chaos }),
    ...(writes !== undefined && { ledger: writes, failover: failovers(recording) }),
    ...{ scaling: scaleOuts(recording), cost },
  };
}

/** Chosen: more pages than this that are not there are a mistake of the mix, and cost the platform little. */
const refusedMax = 0.01;

function whyNone(
  { visited, total, endedAtMs, ledger }: Recording,
  { answered, refused }: Requests,
  chaos: ChaosPlayed | undefined,
): string | undefined {
  if (total === undefined || endedAtMs === undefined) return 'the rehearsal did not come to its end';
  if (chaos?.played === 0) return 'the chaos, not the platform: no fault could be done';
  if (ledger?.acknowledged.length === 0) return 'the ledger, not the platform: no write was ever acknowledged';
  // Nobody was to visit.
  if (visited === undefined) return undefined;
  const unsound = whyUnsound(total);
  if (unsound !== undefined) return `the load, not the platform: ${unsound}`;
  if (refused > answered * refusedMax) {
    const percent = ((100 * refused) / answered).toFixed(1);
    return `the load, not the platform: ${percent} % of its pages were refused with 4xx; mend the mix`;
  }
  return undefined;
}

export function exitCodeOf({ held }: Verdict): number {
  return held ? exitCodes.done : exitCodes.failed;
}
