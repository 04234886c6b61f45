import { Temporal } from 'temporal-polyfill';
import type { Recording } from './recording.ts';
import { calendarAt } from './scenario/clock.ts';

/** What the rehearsal's calendar shows at an instant, `Mon 16:00`; undefined when it has none of its own. */
export function dayTimeOf(
  { clock, startedAtMs }: Pick<Recording, 'clock' | 'startedAtMs'>,
  atMs: number,
): string | undefined {
  if (clock === undefined) return undefined;
  const { nowMs } = calendarAt(clock, startedAtMs, atMs);
  const shown = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(clock.timeZone);
  return `${days[shown.dayOfWeek - 1]} ${shown.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** An instant of a rehearsal, counted from the load's start: `1:05`, `-0:08`. */
export function clockOf(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const sign = ms < 0 && seconds > 0 ? '-' : '';
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The same where hours and days pass: `7:00`, `2d 12:00`. */
export function longClockOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const clock = `${Math.floor((minutes % 1440) / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return days === 0 ? clock : `${days}d ${clock}`;
}
