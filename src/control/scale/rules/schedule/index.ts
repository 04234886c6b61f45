/**
 * So many machines at these hours of these days, ready when they begin; when they end, it asks for nothing more. Hours
 * are from the first instant at which the clocks show `from` to the last at which they show `until`, so that an hour
 * that comes twice has its machines both times; of hours that are skipped, what is left of them has.
 */
import { Temporal } from 'temporal-polyfill';
import { instantOf } from '../../local-time.ts';
import type { Rule } from '../../rule.ts';

export interface ScheduleSettings {
  /** IANA's name, for example `Europe/Paris`. */
  readonly timeZone: string;
  readonly entries: readonly ScheduleEntry[];
}

export interface ScheduleEntry {
  /** Days on which it begins; 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
  /** Local wall-clock time, `16:00`. */
  readonly from: string;
  /** Local wall-clock time; one that is not after `from` is of the next day. `24:00` is written `00:00`. */
  readonly until: string;
  /** In machines, the base included. */
  readonly size: number;
  /** How long before it begins the machines are asked for; at least as long as they take. */
  readonly leadMs?: number;
}

interface Window {
  readonly beginsMs: number;
  readonly endsMs: number;
  readonly size: number;
  readonly leadMs: number;
}

/** The windows around one day, so that a calendar is asked once a day and not once a second. */
export interface ScheduleState {
  readonly day: number;
  readonly windows: readonly Window[];
}

const dayMs = 86_400_000;

export const schedule: Rule<ScheduleSettings, ScheduleState> = {
  begin: () => ({ day: -1, windows: [] }),
  propose(settings, before, { calendar: { nowMs, speed }, readyMs }) {
    // While a machine is made, the calendar goes on.
    const leastLeadMs = readyMs * speed;
    const day = Math.floor(nowMs / dayMs);
    const state = before.day === day ? before : { day, windows: windowsAround(settings, nowMs) };
    const open = state.windows.filter(
      ({ beginsMs, endsMs, leadMs }) => beginsMs - Math.max(leadMs, leastLeadMs) <= nowMs && nowMs < endsMs,
    );
    const [largest] = open.toSorted((one, other) => other.size - one.size);
    if (largest === undefined)
      return { state, proposal: { rule: 'schedule', says: 'no hours are set for now', inputs: {} } };
    const { size, beginsMs, endsMs } = largest;
    const says =
      nowMs < beginsMs
        ? `${size} machines from ${clock(beginsMs, settings)} on`
        : `${size} machines until ${clock(endsMs, settings)}`;
    return { state, proposal: { rule: 'schedule', size, says, inputs: { size, beginsMs, endsMs } } };
  },
  // Hours follow from the settings alone.
  resume: () => schedule.begin(),
};

/** Those that begin from the day before to a week ahead: a lead time may be days. */
function windowsAround({ timeZone, entries }: ScheduleSettings, nowMs: number): readonly Window[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const dates = Array.from({ length: 9 }, (_, index) => today.add({ days: index - 1 }));
  return entries.flatMap(({ days, from, until, size, leadMs = 0 }) =>
    dates
      .filter(({ dayOfWeek }) => days.includes(dayOfWeek))
      .map((date) => {
        const ends = Temporal.PlainTime.compare(until, from) > 0 ? date : date.add({ days: 1 });
        const beginsMs = instantOf(date, from, timeZone, 'first');
        return { beginsMs, endsMs: instantOf(ends, until, timeZone, 'last'), size, leadMs };
      })
      // Nobody is made ready for hours that are skipped as a whole.
      .filter(({ beginsMs, endsMs }) => beginsMs < endsMs),
  );
}

function clock(atMs: number, { timeZone }: ScheduleSettings): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}
