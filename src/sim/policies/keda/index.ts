import { desiredByAverage, follow, foundAt, syncPeriodMs, unchanged, type HpaState } from '../hpa-algorithm.ts';
import { measure, unmeasured, type LateMetric } from '../late-metric.ts';
import { targetPerMachine, withinLimits } from '../machines.ts';
import type { Policy, PolicySettings, PolicySight } from '../policy.ts';

export interface State {
  readonly metric: LateMetric;
  /** Null before the first look. */
  readonly hpa: HpaState | null;
  readonly nextPollMs: number;
  /** When the trigger was last active, as a poll found it. */
  readonly activeMs: number;
}

/** pollingInterval, for none or one. From one on an HPA asks each 15 s, as useCachedMetrics is false by default. */
const pollingIntervalMs = 30_000;
/** cooldownPeriod: from the last active poll until none is left. */
const cooldownMs = 300_000;
/** Chosen as for the HPA, so that they differ by nothing else: mean over 15 s, seen 15 s later. */
const intervalMs = syncPeriodMs;

export const keda: Policy<State> = {
  name: 'keda',
  about:
    'KEDA on all requests/s as an AverageValue: from one on an HPA with its defaults, which asks each 15 s; none and ' +
    'one each 30 s, none after 300 s of silence; no cron scaler (keda.sh, “ScaledObject specification”).',
  begin: () => ({ metric: unmeasured, hpa: null, nextPollMs: 0, activeMs: 0 }),
  look(settings, state, sight) {
    const metric = measure(state.metric, sight, intervalMs);
    const before = state.hpa ?? foundAt(withinLimits(sight.serving + sight.starting, settings.least, settings.most));
    const synced = metric.seconds === 0 ? sync(settings, before, sight, metric) : before;
    return poll(settings, { ...state, metric }, synced, sight.nowMs);
  },
};

function sync(settings: PolicySettings, state: HpaState, sight: PolicySight, { seen }: LateMetric): HpaState {
  // An HPA leaves a workload of none alone.
  if (seen === null || state.size === 0) return unchanged(state);
  // A Deployment makes its pods at once, so all that are asked for count, ready or not.
  return follow(state, desiredByAverage(state.size, seen.demand, targetPerMachine(settings, sight)), settings);
}

/** From none to one and back to none. With a least of one or more a trigger is always active. */
function poll({ least, most }: PolicySettings, state: State, hpa: HpaState, nowMs: number) {
  if (least > 0 || most < 1) return { state: { ...state, hpa }, size: hpa.size };
  if (nowMs < state.nextPollMs) return { state: { ...state, hpa }, size: hpa.size };
  const { seen } = state.metric;
  // Before there is a value nobody knows that the trigger is silent.
  const active = seen === null || seen.demand > 0;
  const activeMs = active ? nowMs : state.activeMs;
  const wakes = hpa.size === 0 && seen !== null && active;
  const sleeps = hpa.size > 0 && nowMs - activeMs >= cooldownMs;
  const size = wakes ? 1 : sleeps ? 0 : hpa.size;
  const next: State = { ...state, hpa: { ...hpa, size }, nextPollMs: nowMs + pollingIntervalMs, activeMs };
  return { state: next, size };
}
