/**
 * Two readings of time. The host's clock may be set: by a person, or by NTP when it was an hour off. What counts in
 * seconds (holds, patience, ages of readings) goes by `now`, which is never set; what people read, what another
 * process reads, and hours of the day go by `wall`.
 */
export interface Clock {
  /**
   * Milliseconds that only pass. They begin as the wall's when the process begins, so that of a process whose host's
   * clock is never set both are the same; of two processes they may differ.
   */
  now(): number;
  /** Milliseconds since 1970, as the host's clock says at the moment. */
  wall(): number;
  /** For so long by `now`. */
  sleep(ms: number): Promise<void>;
}

/** For writing down: what the wall would show at that instant if nobody had set it since. */
export function asWall(clock: Pick<Clock, 'now' | 'wall'>, atMs: number): number {
  return atMs + clock.wall() - clock.now();
}

/**
 * Of an instant in the past that was written down, maybe by another process. One that the wall has not reached yet was
 * written before somebody set it back, nobody knows how long ago: it counts as now, so that no hold lasts longer than
 * it is.
 */
export function pastFromWall(clock: Pick<Clock, 'now' | 'wall'>, wallMs: number): number {
  return clock.now() - Math.max(0, clock.wall() - wallMs);
}
