/**
 * What the calendar shows. Schedules and forecasts go by it; readings, holds and
 * machines that boot go by time. In a rehearsal it may run faster: an evening in a minute.
 */
export interface Calendar {
  readonly nowMs: number;
  /** So many milliseconds of it pass in one. */
  readonly speed: number;
}

export const asTimeRuns = (nowMs: number): Calendar => ({ nowMs, speed: 1 });
