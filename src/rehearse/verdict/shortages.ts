/**
 * When the host, and not the platform, was the limit: it had no core left, gave some to others, ran out of memory, or
 * stood still. What was missed then, and shortly after, says nothing of the platform.
 */
import type { HostSecond } from '../host/host-second.ts';
import type { LoadSecond } from '../load/load-second.ts';
import type { Recording } from '../recording.ts';

export interface Shortage {
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly why: 'no core left' | 'others' | 'stolen' | 'memory' | 'stood still';
  /** Cores of others, or that were stolen; 0 where nobody had any. */
  readonly cores: number;
}

/** Chosen: with less of all cores idle, a process that wants one waits for it. A second has pauses that its mean does not show. */
const leastIdle = 0.07;
/** Chosen: a hypervisor that takes so much of all cores holds up whatever runs, idle or not. */
const mostStolen = 0.05;
/** Chosen: where nobody has more, a host without a core left is one that the platform itself has filled. */
const noteworthyCores = 0.2;
/** Chosen: of the time. */
const mostMemoryStalled = 0.1;
/** Chosen: the load goes first on its host, so that what keeps so many of its requests for 100 ms keeps everybody. */
const mostBelated = 0.1;

/** In the order of time. */
export function shortagesOf({ host = [], seconds, startedAtMs }: Pick<Recording, 'host' | 'seconds' | 'startedAtMs'>) {
  return [...host.flatMap(inHost), ...seconds.flatMap((second) => inLoad(second, startedAtMs))].toSorted(
    (one, other) => one.fromMs - other.fromMs,
  );
}

function inHost({ fromMs, toMs, cores, idle, stolen, others, memoryStalled = 0 }: HostSecond): readonly Shortage[] {
  if (stolen > cores * mostStolen) return [{ fromMs, toMs, why: 'stolen', cores: stolen }];
  if (idle < cores * leastIdle)
    return others < noteworthyCores
      ? [{ fromMs, toMs, why: 'no core left', cores: 0 }]
      : [{ fromMs, toMs, why: 'others', cores: others }];
  if (memoryStalled > mostMemoryStalled) return [{ fromMs, toMs, why: 'memory', cores: 0 }];
  return [];
}

function inLoad({ second, sent, belated }: LoadSecond, startedAtMs: number): readonly Shortage[] {
  const fromMs = startedAtMs + 1000 * second;
  return belated > sent * mostBelated ? [{ fromMs, toMs: fromMs + 1000, why: 'stood still', cores: 0 }] : [];
}

/** Chosen: so soon after its cause is gone a platform is itself again, or it is to blame for what it still misses. */
export const recoveryMs = 10_000;

/** Whether some of it, or its aftermath, falls into that time. */
export function isShort(shortages: readonly Shortage[], fromMs: number, toMs: number): boolean {
  return shortages.some((one) => one.fromMs < toMs && one.toMs + recoveryMs > fromMs);
}

/** How much of that time they are, without their aftermath. They are in the order of time. */
export function shortMs(shortages: readonly Shortage[], fromMs: number, toMs: number): number {
  let sum = 0;
  let countedMs = fromMs;
  for (const one of shortages) {
    const endMs = Math.min(toMs, one.toMs);
    sum += Math.max(0, endMs - Math.max(countedMs, one.fromMs));
    countedMs = Math.max(countedMs, endMs);
  }
  return sum;
}

/** What a person reads: what the host lacked, for how long, and when first. */
export function shortageSays(shortages: readonly Shortage[], clockOf: (atMs: number) => string): string | undefined {
  const kinds = [...Map.groupBy(shortages, ({ why }) => why)].map(([why, some]) => {
    const ms = some.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const mean = some.reduce((sum, { cores, fromMs, toMs }) => sum + cores * (toMs - fromMs), 0) / Math.max(1, ms);
    return { ms, says: `${sentences[why](mean.toFixed(1))} for ${Math.max(1, Math.round(ms / 1000))} s` };
  });
  const [first] = shortages;
  if (first === undefined) return undefined;
  const inOrder = kinds.toSorted((one, other) => other.ms - one.ms).map(({ says }) => says);
  return `the host, not the platform: ${inOrder.join(', ')}; from ${clockOf(first.fromMs)} on`;
}

const sentences: Readonly<Record<Shortage['why'], (cores: string) => string>> = {
  'no core left': () => 'it had no core left',
  others: (cores) => `it had no core left, while others had ${cores}`,
  stolen: (cores) => `its hypervisor gave ${cores} cores to others`,
  memory: () => 'it had no memory left',
  'stood still': () => 'it stood still now and then',
};
