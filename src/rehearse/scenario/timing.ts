/** What only holds between a scenario's traffic and the rest of it. */
import type { Finding } from '../../blueprint/problem.ts';
import { formatDuration } from '../../model/quantities.ts';
import { durationMs, type Traffic } from '../load/traffic.ts';
import { peakAsked, peakWindowMs } from './scenario.ts';
import type { WrittenScenario } from './schema.ts';

export function notInTraffic(written: WrittenScenario, traffic: Traffic): readonly Finding[] {
  return [...faultsTooLate(written, traffic), ...peakNeverAsked(written, traffic)];
}

/** What happens when nobody comes any more shows nothing. */
function faultsTooLate({ faults, traffic: visits }: WrittenScenario, traffic: Traffic): readonly Finding[] {
  const endMs = durationMs(traffic);
  const what = visits === undefined ? 'the ledger' : 'the traffic';
  return faults.flatMap(({ atMs }, index): Finding[] =>
    atMs < endMs
      ? []
      : [
          {
            code: 'wrong-value',
            message: `${what} has ended by then: it lasts ${formatDuration(endMs)}`,
            mend: `let it happen earlier, or ${what} last longer`,
            path: ['faults', index, 'at'],
            at: 'value',
          },
        ],
  );
}

/** Chosen: the traffic of a peak may be this much below the figure that names it. */
const shareOfPeak = 0.99;

function peakNeverAsked({ objectives: { peak } }: WrittenScenario, traffic: Traffic): readonly Finding[] {
  const asked = peakAsked(traffic);
  if (peak === undefined || asked >= peak.requests * shareOfPeak) return [];
  const most = Math.round(asked).toLocaleString('en');
  return [
    {
      code: 'wrong-value',
      message: `the traffic never asks for so much: at most ${most} requests/s over ${peakWindowMs / 1000} s`,
      mend: 'raise the traffic, or leave the peak out: then it is what the traffic asks for',
      path: ['objectives', 'peak', 'requests'],
      at: 'value',
    },
  ];
}
