/**
 * What balancers do for a pool that cannot keep up, said to them at run time over
 * a map: HAProxy asks it for every request, and it is changed without a reload.
 */
import type { PoolName } from '../../model/ids.ts';

export const reliefMap = '/etc/haproxy/relief.map';

/** What the pool's machines read of it: names of features, or `none`. */
export const shedHeader = 'X-Spillway-Shed';

export interface Relief {
  /** Features that are shed, in the order in which they were. */
  readonly shed: readonly string[];
  /** Whether new requests are turned away while others wait. */
  readonly turnsAway: boolean;
}

/** What a map says of a pool; undefined when it says nothing. */
export function readRelief(pool: PoolName, entries: ReadonlyMap<string, string>): Relief | undefined {
  const shed = entries.get(`${pool}/shed`);
  if (shed === undefined) return undefined;
  return { shed: shed === 'none' ? [] : shed.split(','), turnsAway: entries.get(`${pool}/turns-away`) === 'yes' };
}

export const noRelief: Relief = { shed: [], turnsAway: false };

/** The map's entries for a pool; no pool has a slash in its name. */
export function reliefEntries(pool: PoolName, { shed, turnsAway }: Relief): ReadonlyMap<string, string> {
  return new Map([
    [`${pool}/shed`, shed.length === 0 ? 'none' : shed.join(',')],
    [`${pool}/turns-away`, turnsAway ? 'yes' : 'no'],
  ]);
}
