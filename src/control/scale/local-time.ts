/**
 * From a time of day to an instant, also on days on which the clocks change. A time that comes twice has a first and a
 * last instant. One that is skipped never comes: the clocks pass it at the instant at which they are set forward.
 */
import { Temporal } from 'temporal-polyfill';

/** In milliseconds since 1970. */
export function instantOf(date: Temporal.PlainDate, time: string, timeZone: string, which: 'first' | 'last'): number {
  const wanted = date.toPlainDateTime(Temporal.PlainTime.from(time));
  const at = (disambiguation: 'earlier' | 'later') => wanted.toZonedDateTime(timeZone, { disambiguation });
  const later = at('later');
  const isSkipped = !later.toPlainDateTime().equals(wanted);
  if (isSkipped) return (at('earlier').getTimeZoneTransition('next') ?? later).epochMilliseconds;
  return (which === 'first' ? at('earlier') : later).epochMilliseconds;
}
