/** How many machines serve how much. */

/** The base serves first, the overflow what is left. */
export interface Fleet {
  readonly base: PartCapacity;
  /** Its `count` is the most that there may be. */
  readonly overflow: PartCapacity;
}

export interface PartCapacity {
  readonly count: number;
  /** Requests/s that one machine serves. */
  readonly serves: number;
}

/** Requests/s that so many machines serve together. */
export function capacityOf({ base, overflow }: Fleet, size: number): number {
  return Math.min(size, base.count) * base.serves + Math.max(0, size - base.count) * overflow.serves;
}

/** The fewest machines that serve so many requests/s; it may be more than the fleet can have. */
export function sizeFor({ base, overflow }: Fleet, demand: number): number {
  const whole = base.count * base.serves;
  if (demand <= whole) return Math.ceil(demand / base.serves);
  // Of no use is an overflow that serves nothing: then more than there can be is what it takes.
  return overflow.serves === 0
    ? base.count + overflow.count + 1
    : base.count + Math.ceil((demand - whole) / overflow.serves);
}
