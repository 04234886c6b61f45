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

/** How far the clocks of a time zone are ahead of UTC, from an instant on until the next one of the list. Plain data. */
export type Offsets = readonly { readonly fromMs: number; readonly offsetMs: number }[];

/** Oldest first; before the first one the clocks were as it says. */
export function offsetsBetween(timeZone: string, fromMs: number, toMs: number): Offsets {
  const offsets: { readonly fromMs: number; readonly offsetMs: number }[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  while (at !== null && at.epochMilliseconds <= toMs) {
    offsets.push({ fromMs: at.epochMilliseconds, offsetMs: at.offsetNanoseconds / 1e6 });
    at = at.getTimeZoneTransition('next');
  }
  return offsets;
}

/** When the clocks showed the same, so many days before. A time that was skipped or came twice then is taken once, within the hour. */
export function daysBefore(offsets: Offsets, atMs: number, days: number): number {
  const thenMs = atMs - days * dayMs;
  return thenMs + offsetAt(offsets, atMs) - offsetAt(offsets, thenMs);
}

function offsetAt(offsets: Offsets, atMs: number): number {
  return (offsets.findLast(({ fromMs }) => fromMs <= atMs) ?? offsets[0])?.offsetMs ?? 0;
}

const dayMs = 86_400_000;
