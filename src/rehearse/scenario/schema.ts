/** A scenario's one schema: the types, the checks, what editors know and the reference page come from it. */
import { z } from 'zod';
import { count, quantity, reference } from '../../blueprint/fields.ts';
import { fileKind } from '../../blueprint/file-kind.ts';
import { objectivesSchema } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { ledgerSchema } from '../ledger/schema.ts';
import { mixSchema, trafficSchema, visitorsSchema } from '../load/schema.ts';
import { clockSchema } from './clock.ts';
import { faultSchema } from './faults.ts';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const timeSays = 'this must be a time of day, for example `"16:00"`';
const timeOfDay = z
  .string({ error: ({ input }) => (input === undefined ? undefined : timeSays) })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: timeSays })
  .meta({ examples: ['"16:00"'], 'x-kind': 'time of day' });

const hours = z
  .strictObject({
    pool: reference<PoolName>('pools', 'web').describe('Whose machines.'),
    days: z
      .array(z.enum(days).transform((day) => days.indexOf(day) + 1))
      .min(1, { error: 'name at least one day' })
      .describe('On which days they begin.'),
    from: timeOfDay.describe('From when, in the blueprint’s time zone.'),
    until: timeOfDay.describe('Until when; one that is not after `from` is of the next day.'),
    machines: count(1, 20_000).describe('How many there are at these hours, the base included.'),
  })
  .describe('Hours for which machines are ready beforehand, beside what else asks for them.');

export const scenarioSchema = z
  .strictObject({
    about: z.string().min(3, { error: 'say it in a few words' }).describe('What is rehearsed, in a sentence or two.'),
    route: z
      .string()
      .min(1, { error: 'this must be a host name or the name of an address' })
      .optional()
      .meta({ examples: ['www.example.org'], 'x-kind': 'host name or address' })
      .describe('The route that is visited: one of its host names, or its address. By default the blueprint’s first.'),
    traffic: trafficSchema
      .optional()
      .describe(
        'How many requests come, and when: lines one after the other, or a recorded trace. Required, unless there is a `ledger`: without it nobody visits.',
      ),
    mix: mixSchema.optional().describe('Which pages are asked for, and how often. Required with `traffic`.'),
    ledger: ledgerSchema.optional(),
    visitors: visitorsSchema.prefault({}),
    faults: z.array(faultSchema).default([]),
    clock: clockSchema.optional(),
    schedule: z.array(hours).default([]),
    hold: z
      .strictObject({
        out: quantity('duration', { zero: 'allowed', example: '0s' })
          .optional()
          .describe('From one growth to the next. By default the blueprint’s.'),
        in: quantity('duration', { example: '20s' })
          .optional()
          .describe(
            'How long less must have been enough before a machine goes. By default the blueprint’s, and 20 s at most: chosen, for nobody waits five minutes in a rehearsal.',
          ),
      })
      .prefault({})
      .describe('How fast pools grow and shrink here, in time and not in that of a `clock`.'),
    paid: z
      .enum(['by the second', 'as in the blueprint'])
      .default('by the second')
      .describe(
        'Whether a machine that is not needed any more goes at once, or stays for the hour that is paid. The default is chosen, for nobody waits an hour in a rehearsal; what the verdict says of cost counts whole hours in both cases.',
      ),
    watch: quantity('duration', { zero: 'allowed', example: '5min' })
      .prefault('5min')
      .describe(
        'How long to go on looking when the traffic has ended: until the fleet is back at its base, and at most so long. The default is chosen.',
      ),
    capacity: z
      .enum(['with overflow', 'base only'])
      .default('with overflow')
      .describe('`base only`: no machine is added, whatever comes.'),
    objectives: z
      .strictObject({
        ...objectivesSchema.shape,
        backAtBase: z
          .boolean()
          .optional()
          .describe('Whether the fleet must be back at its base in the end. By default it must.'),
      })
      .prefault({})
      .describe('What must hold here. What is not said is the blueprint’s.'),
  })
  .superRefine(({ traffic, mix, ledger }, context) => {
    const lacks = (...path: string[]) =>
      context.addIssue({ code: 'invalid_type', expected: 'custom', input: undefined, path });
    const refuse = (path: string[], message: string, mend: string) =>
      context.addIssue({ code: 'custom', message, path, params: { mend } });
    if (traffic === undefined && ledger === undefined) lacks('traffic');
    if (mix === undefined && (traffic !== undefined || ledger === undefined)) lacks('mix');
    if (traffic === undefined && ledger !== undefined) {
      if (ledger.for === undefined) lacks('ledger', 'for');
      if (mix !== undefined) refuse(['mix'], 'nobody comes who could ask for a page', 'add `traffic:`, or remove it');
    }
    if (traffic !== undefined && ledger?.for !== undefined)
      refuse(['ledger', 'for'], 'the ledger is written for as long as the traffic lasts', 'remove it');
  })
  .describe('A peak that is rehearsed.');

export type WrittenScenario = z.output<typeof scenarioSchema>;

const begin = 'start with `about:`, `traffic:` and `mix:`, or copy one of blueprints/sofoot/scenarios';
export const scenarioKind = fileKind({ noun: 'scenario', begin }, scenarioSchema);
