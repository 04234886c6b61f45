/**
 * AWS EC2 Auto Scaling's target tracking on requests per machine, for one group.
 * Sources: docs.aws.amazon.com/autoscaling/ec2/userguide, “Target tracking scaling policies” and “Set the default
 * instance warmup”. How many datapoints its alarms take is not in there; CloudWatch shows it, at 3 and 15. That AWS
 * tunes a policy by the group's past is documented, how is not, and so it is left out.
 */
import { targetPerMachine, wholeMachines, withinLimits } from './machines.ts';
import type { PolicySettings, PolicySight } from './policy.ts';

/** The metric's period, and how often CloudWatch asks for a scaling while an alarm lasts. */
const periodMs = 60_000;
const pointsToGrow = 3;
const pointsToShrink = 15;
/** The alarm that shrinks a group stands at 90 % of the target. */
const shrinkBelow = 0.9;
/** EstimatedInstanceWarmup: without a value of its own the default cooldown, 300 s. */
const warmupMs = 300_000;

export interface TrackingState {
  /** Null before the first look. */
  readonly size: number | null;
  /** When this datapoint is complete. */
  readonly endsMs: number;
  readonly seconds: number;
  readonly demand: number;
  readonly machineSeconds: number;
  /** Datapoints in a row above the target, and in a row so far below that it may shrink. */
  readonly above: number;
  readonly below: number;
  /** Machines that it took in each of the last minutes, oldest first. */
  readonly needs: readonly number[];
  /** Machines that served a second ago. */
  readonly served: number;
  /** When the youngest machine is warm. */
  readonly warmMs: number;
}

export const untracked: TrackingState = {
  size: null,
  endsMs: 0,
  seconds: 0,
  demand: 0,
  machineSeconds: 0,
  above: 0,
  below: 0,
  needs: [],
  served: 0,
  warmMs: 0,
};

/** `floor`: what another policy of the same group asks for. The group is as large as the larger of them. */
export function track(
  settings: PolicySettings,
  state: TrackingState,
  sight: PolicySight,
  floor: number,
): TrackingState & { readonly size: number } {
  const found = state.size === null;
  const least = Math.min(settings.most, Math.max(settings.least, floor));
  const size = withinLimits(state.size ?? sight.serving + sight.starting, least, settings.most);
  const next = {
    size,
    // Datapoints begin and end with the minute.
    endsMs: found ? (Math.floor(sight.nowMs / periodMs) + 1) * periodMs : state.endsMs,
    seconds: state.seconds + 1,
    demand: state.demand + sight.demand,
    machineSeconds: state.machineSeconds + sight.serving,
    above: state.above,
    below: state.below,
    needs: state.needs,
    served: sight.serving,
    // Those that are found are warm.
    warmMs: !found && sight.serving > state.served ? sight.nowMs + warmupMs : state.warmMs,
  };
  return sight.nowMs < next.endsMs ? next : evaluate(settings, least, next, sight);
}

/** Chosen in its favour: a datapoint is there as soon as its minute is over. */
function evaluate(
  settings: PolicySettings,
  least: number,
  state: TrackingState & { readonly size: number },
  sight: PolicySight,
): TrackingState & { readonly size: number } {
  const next = { ...state, endsMs: sight.nowMs + periodMs, seconds: 0, demand: 0, machineSeconds: 0 };
  // Of no machine there is no datapoint, and an alarm waits.
  if (state.machineSeconds === 0) return next;
  // A load balancer spreads evenly, so machines that are warm have what all have.
  const point = state.demand / state.machineSeconds / targetPerMachine(settings, sight);
  const above = point > 1 ? state.above + 1 : 0;
  const below = point < shrinkBelow ? state.below + 1 : 0;
  // In proportion to the machines that the datapoint is of, warm or not: so what lacks is added once.
  const needs = [...state.needs, (point * state.machineSeconds) / state.seconds].slice(-pointsToShrink);
  const size = withinLimits(adjust({ ...next, above, below, needs }, sight), least, settings.most);
  return { ...next, above, below, needs, size };
}

function adjust({ size, above, below, needs, warmMs }: TrackingState & { readonly size: number }, sight: PolicySight) {
  if (above >= pointsToGrow) return Math.max(size, wholeMachines(needs.at(-1) ?? 0));
  // Documented: nothing is removed while a machine is not warm.
  if (below < pointsToShrink || sight.starting > 0 || sight.nowMs < warmMs) return size;
  // Chosen for “conservative”: what it took in the fullest of the 15 minutes stays.
  return Math.min(size, wholeMachines(Math.max(...needs)));
}
