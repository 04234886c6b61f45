/** What two plays of one scenario are compared by. */
import { capacityAt, fleetAt, stays } from '../fleet.ts';
import { recordedUntilMs, type Recording } from '../recording.ts';
import { requestsOf } from './requests.ts';

export interface Figures {
  /** Machines of the visited pool that serve, in each second of the load. */
  readonly serving: readonly number[];
  readonly mostServing: number;
  /** From the load's start until the machines could serve the most that came; absent when they never could. */
  readonly toCapacityMs?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Of all requests, 0 to 1. */
  readonly lost: number;
  /** Of the overflow, from being asked for until it was gone. */
  readonly machineHours: number;
}

const hourMs = 3_600_000;

export function figuresOf(recording: Recording): Figures {
  const { visited, startedAtMs, seconds } = recording;
  const { sent, lost, p50Ms, p99Ms } = requestsOf(recording);
  const fleet = (atMs: number) => (visited === undefined ? [] : fleetAt(recording, visited, atMs));
  const room = (atMs: number) => (visited === undefined ? 0 : (capacityAt(recording, visited, atMs) ?? 0));
  const serving = seconds.map(
    ({ second }) => fleet(startedAtMs + 1000 * second).filter(({ stage }) => stage === 'serving').length,
  );
  const most = seconds.reduce((highest, one) => Math.max(highest, one.sent), 0);
  // Arrivals are drawn: the highest second is above the rate by its noise.
  const enough = most - 3 * Math.sqrt(most);
  const able = seconds.find(({ second }) => room(startedAtMs + 1000 * second) >= enough);
  const overflowMs = stays(recording)
    .filter(({ part }) => part === 'overflow')
    .reduce(
      (sum, { fromMs, goneAtMs }) => sum + (goneAtMs ?? recordedUntilMs(recording)) - Math.max(fromMs, startedAtMs),
      0,
    );
  return {
    serving,
    mostServing: Math.max(0, ...serving),
    ...(able !== undefined && { toCapacityMs: 1000 * able.second }),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
    lost: sent === 0 ? 0 : lost / sent,
    machineHours: overflowMs / hourMs,
  };
}

/** By how many machines the two differ, on average over the seconds that both have. */
export function apartBy(one: Figures, other: Figures): number {
  const length = Math.min(one.serving.length, other.serving.length);
  if (length === 0) return 0;
  let sum = 0;
  for (let second = 0; second < length; second++)
    sum += Math.abs((one.serving[second] ?? 0) - (other.serving[second] ?? 0));
  return sum / length;
}
