/** A calendar that runs faster than time, so that three evenings fit into ten minutes. */
import { z } from 'zod';
import { asTimeRuns, type Calendar } from '../../control/scale/calendar.ts';

export interface Clock {
  /** What the calendar shows when the load starts, in milliseconds since 1970. */
  readonly fromMs: number;
  /** So many milliseconds of the calendar pass in one. */
  readonly speed: number;
}

/** What the calendar shows at an instant of the rehearsal. One of its own stands still until the load starts. */
export function calendarAt(clock: Clock | undefined, startedAtMs: number, atMs: number): Calendar {
  if (clock === undefined) return asTimeRuns(atMs);
  const { fromMs, speed } = clock;
  return { nowMs: fromMs + Math.max(0, atMs - startedAtMs) * speed, speed };
}

const dateSays = 'this must be a date and time with its offset, for example `2026-06-15T13:00:00+02:00`';
const dateTime = z
  .string({ error: ({ input }) => (input === undefined ? undefined : dateSays) })
  .meta({ examples: ['2026-06-15T13:00:00+02:00'], 'x-kind': 'date and time' })
  .transform((text, context) => {
    const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
    const fromMs = isWritten ? Date.parse(text) : NaN;
    if (!Number.isNaN(fromMs)) return fromMs;
    context.addIssue({ code: 'custom', message: dateSays });
    return z.NEVER;
  });

export const clockSchema = z
  .strictObject({
    from: dateTime.describe('What the calendar shows when the traffic starts.'),
    speed: z
      .number()
      .min(1, { error: 'this must be at least 1' })
      .max(3600, { error: 'this must be at most 3600: an hour in a second' })
      .describe('How many times faster than time the calendar runs.'),
  })
  .transform(({ from: fromMs, speed }): Clock => ({ fromMs, speed }))
  .describe('The calendar by which schedules and forecasts go. By default it is now, and runs as time does.');
