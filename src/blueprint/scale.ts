/** How a pool grows and shrinks: the part of the schema that the scale controller's rules take their settings from. */
import { z } from 'zod';
import { count, listOf, quantity } from './fields.ts';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const day = z.enum(days, { error: 'this must be a day: mon, tue, wed, thu, fri, sat or sun' });

const clockTime = z
  .string({ error: ({ input }) => (input === undefined ? undefined : wantedTime) })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'this must be a time of day, for example `"16:00"`' })
  .meta({ examples: ['16:00'], 'x-kind': 'time of day' });
const wantedTime = 'this must be a time of day in quotes, for example `"16:00"`';

const hours = z
  .strictObject({
    days: listOf(day, 'name at least one day')
      .prefault([...days])
      .describe('On which it begins; by default on all.'),
    from: clockTime.describe(
      'By the clock of `timeZone`. On a day on which it is shown twice, the first time; where it is skipped, when the clocks are set forward.',
    ),
    until: clockTime.describe(
      'When it ends, and means it. Not after `from`: on the next day. Shown twice: the second time; skipped: when the clocks are set forward.',
    ),
    machines: count(1, 10_000).describe('How many, the base included.'),
    lead: quantity('duration', { example: '20min' })
      .optional()
      .describe('How long before they are asked for. By default as long as one takes to be ready.'),
  })
  .describe('So many machines at these hours.');

export const scale = z
  .strictObject({
    ready: quantity('duration', { example: '4min' })
      .prefault('1min')
      .describe('How long a machine takes from the decision to its first answer.'),
    fill: quantity('share', { example: '75 %' })
      .optional()
      .describe(
        'How full machines may be in quiet times. By default what `objectives.peak` leaves room for, 75 % at most.',
      ),
    learn: z
      .boolean()
      .default(false)
      .describe(
        'Whether it learns from the demand how full machines may be, once it has seen two hours of it; `fill` is what it begins with. Never fuller than `objectives.peak` leaves room for.',
      ),
    warm: count(0, 1_000)
      .optional()
      .describe(
        'Machines of the overflow that wait ready, outside the balancers. By default as many as the peak asks for.',
      ),
    cpu: quantity('share', { example: '70 %' }).optional().describe('The CPU that machines should use, as a target.'),
    concurrency: count(1, 100_000)
      .optional()
      .describe('Requests that one machine should answer at a time, as a target.'),
    queue: count(1, 100_000)
      .optional()
      .describe('Requests that may wait at the balancers for each machine, as a target.'),
    burst: z.boolean().default(true).describe('Whether it looks ahead when demand rises fast.'),
    schedule: z.array(hours).default([]).describe('Hours at which more machines are there, whatever the demand.'),
    forecast: quantity('duration', { example: '10min' })
      .optional()
      .describe('How far it looks ahead by what was asked for a day or a week ago; by default not at all.'),
    hold: z
      .strictObject({
        out: quantity('duration', { zero: 'allowed', example: '0s' })
          .prefault('0s')
          .describe('From one growth to the next.'),
        in: quantity('duration', { example: '5min' })
          .prefault('5min')
          .describe('How long less must have been enough before a machine goes.'),
      })
      .prefault({})
      .describe('Fast out, slow in.'),
    drain: quantity('duration', { example: '60s' })
      .prefault('60s')
      .describe('How long a machine that goes may take for what it still answers; then that is ended.'),
    keep: quantity('duration', { zero: 'allowed', example: '3min' })
      .prefault('3min')
      .describe('A machine paid by the hour goes this long before its paid hour is over, and not sooner.'),
  })
  .describe('How the overflow comes and goes.');

export const queue = z
  .strictObject({
    beyond: count(1, 100_000).describe('So many requests each machine answers at a time; those beyond wait.'),
    most: count(1, 100_000)
      .optional()
      .describe(
        'So many may wait at a balancer; more are turned away, with a 503 that says when to come back. By default as many as the whole pool serves within `wait`, or 1000 where it is not said what a machine `serves`.',
      ),
    wait: quantity('duration', { example: '3s' })
      .optional()
      .describe(
        'A request that has waited so long is turned away. By default half of `objectives.p99`, so that what is answered is answered in time; without that objective 3 s.',
      ),
  })
  .describe('The queue at the balancers.');

export const dayNumber = (one: (typeof days)[number]): number => days.indexOf(one) + 1;
