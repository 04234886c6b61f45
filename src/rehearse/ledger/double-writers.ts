/** Whether two machines of a pool took writes at the same time, by what the probe was answered. */
import type { Probe } from './ledger.ts';

/** Chosen: times have no finer grain, so that one acknowledgement beside another machine's is not nothing. */
const acknowledgementMs = 1;

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * For how long two or more machines took writes. A machine took them from one acknowledgement to the last that
 * followed it without a refusal or a silence between: it is only charged with what is certain. As one machine sees it
 * from where the probe goes out; one that others still reach and it does not, it cannot know of.
 */
export function doubleWriterMs(probes: readonly Probe[]): number {
  const machines = Map.groupBy(probes, ({ machine }) => machine);
  const edges = [...machines.values()].flatMap(stretchesOf).flatMap(({ fromMs, toMs }) => [
    { atMs: fromMs, by: 1 },
    { atMs: toMs, by: -1 },
  ]);
  let takers = 0;
  let sinceMs = 0;
  let sumMs = 0;
  for (const { atMs, by } of edges.toSorted((one, other) => one.atMs - other.atMs)) {
    if (takers > 1) sumMs += atMs - sinceMs;
    takers += by;
    sinceMs = atMs;
  }
  return sumMs;
}

function stretchesOf(probes: readonly Probe[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let goesOn = false;
  for (const { atMs, accepted } of probes) {
    if (accepted) {
      const before = goesOn ? stretches.pop() : undefined;
      stretches.push({ fromMs: before?.fromMs ?? atMs, toMs: atMs + acknowledgementMs });
    }
    goesOn = accepted;
  }
  return stretches;
}
