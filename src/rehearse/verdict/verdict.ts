/** What a rehearsal showed: did the platform hold what it must? */
import { exitCodes } from '../../model/errors.ts';
import { whyUnsound } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';
import { costOf, type Cost } from './cost.ts';
import { judge, type Judged } from './objectives.ts';
import { requestsOf, type Requests } from './requests.ts';
import { scaleOuts, type ScaleOut } from './scaling.ts';

export interface Verdict {
  readonly held: boolean;
  /** Why nothing can be said of the platform, when nothing can. */
  readonly reason?: string;
  readonly objectives: readonly Judged[];
  readonly requests: Requests;
  readonly scaling: readonly ScaleOut[];
  readonly cost: Cost;
}

export function verdictOf(recording: Recording): Verdict {
  const requests = requestsOf(recording);
  const cost = costOf(recording);
  const objectives = judge(recording, requests, cost);
  const reason = whyNone(recording, requests);
  return {
    held: reason === undefined && objectives.every(({ held }) => held),
    ...(reason !== undefined && { reason }),
    ...{ objectives, requests, scaling: scaleOuts(recording), cost },
  };
}

/** Chosen: more pages than this that are not there are a mistake of the mix, and cost the platform little. */
const refusedMax = 0.01;

function whyNone({ total, endedAtMs }: Recording, { answered, refused }: Requests): string | undefined {
  if (total === undefined || endedAtMs === undefined) return 'the rehearsal did not come to its end';
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
