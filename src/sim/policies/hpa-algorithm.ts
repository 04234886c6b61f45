/**
 * What a HorizontalPodAutoscaler (autoscaling/v2) does with its metrics, with its default behaviour.
 * Sources: kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale (“Algorithm details”, “Default
 * behavior”); what these leave open is as in kubernetes/pkg/controller/podautoscaler, and says so.
 */
import { wholeMachines, withinLimits } from './machines.ts';
import type { PolicySettings } from './policy.ts';

/** --horizontal-pod-autoscaler-sync-period. */
export const syncPeriodMs = 15_000;
/** --horizontal-pod-autoscaler-tolerance. */
const tolerance = 0.1;
/** scaleDown.stabilizationWindowSeconds: 300. One of its 20 looks is the present one; one that is 300 s old is out. */
const rememberedRecommendations = 300_000 / syncPeriodMs - 1;
/** scaleUp.policies: 100 % or 4 pods in 15 s, whichever is more. An event exactly 15 s old no longer counts. */
const scaleUp = { factor: 2, pods: 4 };

export interface HpaState {
  readonly size: number;
  /** Sizes that the metrics asked for, a look each, oldest first; 0 where a look found no metric. */
  readonly recommendations: readonly number[];
}

/** The size that a HorizontalPodAutoscaler finds is its first recommendation (recordInitialRecommendation). */
export function foundAt(size: number): HpaState {
  return { size, recommendations: [size] };
}

/** A look without a metric changes nothing, and time goes on. */
export function unchanged(state: HpaState): HpaState {
  return { size: state.size, recommendations: remember(state.recommendations, 0) };
}

/** From what the metrics ask for to what the workload is set to. An HPA keeps one pod at least. */
export function follow(state: HpaState, desired: number, { least, most }: PolicySettings): HpaState {
  const recommendations = remember(state.recommendations, desired);
  const stabilized = desired < state.size ? Math.max(desired, ...state.recommendations) : desired;
  const allowed = Math.min(stabilized, Math.max(state.size * scaleUp.factor, state.size + scaleUp.pods));
  return { size: withinLimits(allowed, Math.max(1, least), Math.max(1, most)), recommendations };
}

/** What is known of the pods when their metrics are looked at. */
export interface Pods {
  /** spec.replicas. */
  readonly replicas: number;
  /** Mean of those that have a value, as a share of what it should be: 1 is right. */
  readonly usage: number;
  /** Pods that have a value. */
  readonly measured: number;
  /** Pods that run, and have no value yet. */
  readonly missing: number;
  /** Pods that are pending. */
  readonly pending: number;
}

/**
 * For a metric of type Pods. Documented: pods without a value count as 0 % when it would grow and as 100 % when it
 * would shrink; pending ones as 0 % when it would grow, and are left out when it would shrink; and what that turns
 * around, or brings within the tolerance, does not happen.
 */
export function desiredByPods({ replicas, usage, measured, missing, pending }: Pods): number {
  if (measured === 0) return replicas;
  const grows = usage > 1;
  const counted = measured + missing + (grows ? pending : 0);
  const used = usage * measured + (grows ? 0 : missing);
  const ratio = used / counted;
  const turned = grows ? ratio < 1 : ratio > 1;
  if (turned || withinTolerance(ratio)) return replicas;
  const desired = wholeMachines(used);
  return grows ? Math.max(replicas, desired) : Math.min(replicas, desired);
}

/** For a metric of type External with an AverageValue: what all have to do, over what each should, ready or not. */
export function desiredByAverage(replicas: number, all: number, each: number): number {
  return withinTolerance(all / (each * replicas)) ? replicas : wholeMachines(all / each);
}

function withinTolerance(ratio: number): boolean {
  return Math.abs(1 - ratio) <= tolerance;
}

function remember(recommendations: readonly number[], size: number): readonly number[] {
  return [...recommendations, size].slice(-rememberedRecommendations);
}
