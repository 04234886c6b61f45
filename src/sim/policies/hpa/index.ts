import { desiredByPods, follow, foundAt, syncPeriodMs, unchanged, type HpaState } from '../hpa-algorithm.ts';
import { measure, unmeasured, type LateMetric, type Reading } from '../late-metric.ts';
import { targetPerMachine, withinLimits } from '../machines.ts';
import type { Policy, PolicySettings, PolicySight } from '../policy.ts';

export interface State {
  readonly metric: LateMetric;
  /** Null before the first look. */
  readonly hpa: HpaState | null;
}

/**
 * Chosen, within the 15 to 60 s that pipelines of metrics document (metrics-server resolves 15 s by default): the mean
 * over 15 s, seen 15 s later. The metric is what an ingress counts, so it shows all requests, also when pods are full.
 */
const intervalMs = syncPeriodMs;

export const hpa: Policy<State> = {
  name: 'hpa',
  about:
    'Kubernetes HorizontalPodAutoscaler v2 on requests/s per pod: each 15 s, tolerance 10 %, up by 100 % or 4 pods ' +
    'in 15 s, down to the most of 300 s; metrics 15 s late (kubernetes.io, “Horizontal Pod Autoscaling”).',
  begin: () => ({ metric: unmeasured, hpa: null }),
  look(settings, state, sight) {
    const metric = measure(state.metric, sight, intervalMs);
    const before = state.hpa ?? found(settings, sight);
    const after = metric.seconds === 0 ? sync(settings, before, sight, metric.seen) : before;
    return { state: { metric, hpa: after }, size: after.size };
  },
};

function found({ least, most }: PolicySettings, { serving, starting }: PolicySight): HpaState {
  return foundAt(withinLimits(serving + starting, Math.max(1, least), Math.max(1, most)));
}

function sync(settings: PolicySettings, state: HpaState, sight: PolicySight, seen: Reading | null): HpaState {
  // Pods that came since the metric was taken have no value in it.
  const measured = Math.min(sight.serving, seen?.serving ?? 0);
  if (seen === null || measured === 0) return unchanged(state);
  const desired = desiredByPods({
    replicas: state.size,
    usage: seen.each / targetPerMachine(settings, sight),
    measured,
    missing: sight.serving - measured,
    pending: sight.starting,
  });
  return follow(state, desired, settings);
}
