/** Which machines there were at each instant, and what they could serve. */
import type { MachineName, PoolName } from '../model/ids.ts';
import type { Recording, StageChange } from './recording.ts';

/** The stage of each machine at an instant; those that are gone are left out. */
export function fleetAt({ stages }: Recording, pool: PoolName, atMs: number): readonly StageChange[] {
  const last = new Map<MachineName, StageChange>();
  for (const change of stages) if (change.pool === pool && change.atMs <= atMs) last.set(change.machine, change);
  return [...last.values()].filter(({ stage }) => stage !== 'gone');
}

/** Requests/s that the pool's serving machines take at an instant; undefined when nobody knows what one takes. */
export function capacityAt(recording: Recording, pool: PoolName, atMs: number): number | undefined {
  const parts = recording.pools.find((one) => one.pool === pool);
  if (parts?.base.serves === undefined) return undefined;
  const serving = fleetAt(recording, pool, atMs).filter(({ stage }) => stage === 'serving');
  return serving.reduce((sum, { part }) => sum + (parts[part]?.serves ?? 0), 0);
}

/** The same at the beginning of each second that was recorded, in one pass. */
export function capacityBySecond(recording: Recording, pool: PoolName): readonly (number | undefined)[] {
  const { startedAtMs, seconds, pools } = recording;
  const parts = pools.find((one) => one.pool === pool);
  if (parts?.base.serves === undefined) return seconds.map(() => undefined);
  const changes = recording.stages
    .filter((change) => change.pool === pool)
    .toSorted((one, other) => one.atMs - other.atMs);
  const serving = new Map<MachineName, StageChange['part']>();
  let next = 0;
  let capacity = 0;
  const change = ({ machine, part, stage }: StageChange) => {
    const before = serving.get(machine);
    if (before !== undefined) capacity -= parts[before]?.serves ?? 0;
    serving.delete(machine);
    if (stage !== 'serving') return;
    serving.set(machine, part);
    capacity += parts[part]?.serves ?? 0;
  };
  return seconds.map(({ second }) => {
    for (; (changes[next]?.atMs ?? Infinity) <= startedAtMs + 1000 * second; next++) {
      const one = changes[next];
      if (one !== undefined) change(one);
    }
    return capacity;
  });
}

/** Of a pool, one item for each machine's stay: from when it was asked for until it was gone. */
export interface Stay {
  readonly machine: MachineName;
  readonly pool: PoolName;
  readonly part: StageChange['part'];
  readonly changes: readonly StageChange[];
  readonly fromMs: number;
  /** Absent when it was still there at the end. */
  readonly goneAtMs?: number;
}

/** A name that comes again, comes as another machine. */
export function stays({ stages }: Recording): readonly Stay[] {
  const open = new Map<MachineName, StageChange[]>();
  const all: StageChange[][] = [];
  for (const change of stages) {
    const before = open.get(change.machine);
    if (before === undefined) {
      const changes = [change];
      open.set(change.machine, changes);
      all.push(changes);
    } else before.push(change);
    if (change.stage === 'gone') open.delete(change.machine);
  }
  return all.flatMap((changes): Stay[] => {
    const [first] = changes;
    const last = changes.at(-1);
    if (first === undefined) return [];
    const { machine, pool, part, atMs: fromMs } = first;
    return [{ machine, pool, part, changes, fromMs, ...(last?.stage === 'gone' && { goneAtMs: last.atMs }) }];
  });
}
