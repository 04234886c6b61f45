import { measure, unmeasured, type LateMetric } from '../late-metric.ts';
import { targetPerMachine, wholeMachines, withinLimits } from '../machines.ts';
import type { Policy, PolicySettings, PolicySight } from '../policy.ts';

export interface State {
  readonly metric: LateMetric;
  /** Null before the first look. */
  readonly size: number | null;
  readonly cooledMs: number;
}

/** default_evaluation_interval. */
const evaluationIntervalMs = 10_000;
/** default_cooldown, after every scaling action, up or down. */
const cooldownMs = 300_000;
/** threshold of target-value. */
const threshold = 0.01;
/**
 * Chosen, as query_window says only how far back is asked, and target-value takes the latest value of it:
 * the mean over one evaluation, seen at the next.
 */
const intervalMs = evaluationIntervalMs;

export const nomad: Policy<State> = {
  name: 'nomad',
  about:
    'Nomad Autoscaler, target-value on requests/s per machine: each 10 s, threshold 1 %, rounded up, and a cooldown ' +
    'of 5 min after each action (developer.hashicorp.com/nomad, “Target Value Strategy Plugin”, agent “policy Block”).',
  begin: () => ({ metric: unmeasured, size: null, cooledMs: 0 }),
  look(settings, state, sight) {
    const metric = measure(state.metric, sight, intervalMs);
    const size = state.size ?? withinLimits(sight.serving + sight.starting, settings.least, settings.most);
    const { cooledMs } = state;
    if (metric.seconds > 0 || sight.nowMs < cooledMs) return { state: { metric, size, cooledMs }, size };
    const wanted = evaluate(settings, sight, metric);
    if (wanted === sight.serving) return { state: { metric, size, cooledMs }, size };
    return { state: { metric, size: wanted, cooledMs: sight.nowMs + cooldownMs }, size: wanted };
  },
};

/** The count that is multiplied is of those that run, without those that start (as in plugins/builtin/target/nomad). */
function evaluate(settings: PolicySettings, sight: PolicySight, { seen }: LateMetric): number {
  const { least, most } = settings;
  const count = sight.serving;
  if (seen === null) return count;
  // Of none there is no mean. Documented: from a count of 0 the factor itself is the count.
  const factor = (count === 0 ? seen.demand : seen.each) / targetPerMachine(settings, sight);
  const significant = count === 0 || Math.abs(1 - factor) > threshold;
  return withinLimits(significant ? wholeMachines(Math.max(1, count) * factor) : count, least, most);
}
