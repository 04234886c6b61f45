import type { Policy } from '../policy.ts';
import { track, untracked, type TrackingState } from '../target-tracking.ts';

export const awsTarget: Policy<TrackingState> = {
  name: 'aws-target',
  about:
    'AWS target tracking on requests per machine: 1-minute datapoints, out after 3 above the target, in after 15 ' +
    'below 90 % of it and not while machines warm up for 300 s ' +
    '(EC2 Auto Scaling User Guide, “Target tracking scaling policies”).',
  begin: () => untracked,
  look(settings, state, sight) {
    const next = track(settings, state, sight, settings.least);
    return { state: next, size: next.size };
  },
};
