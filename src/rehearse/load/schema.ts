/** How a scenario's file writes its traffic, and what it becomes. */
import { z } from 'zod';
import { count, fileBeside, quantity } from '../../blueprint/fields.ts';
import { builtIn, placeholder, type Draw, type Mix, type PageKind } from './mix.ts';
import { readTrace } from './trace.ts';
import type { Shape, Traffic } from './traffic.ts';

const hold = z
  .strictObject({
    hold: quantity('rate', { zero: 'allowed' }).describe('So many requests, evenly likely at each instant.'),
    for: quantity('duration', { example: '30s' }).describe('How long.'),
  })
  .describe('A steady rate. One after another makes a step.');

const ramp = z
  .strictObject({
    ramp: quantity('rate', { zero: 'allowed' }).describe(
      'The rate at its end. It begins with that of the line before, or with none.',
    ),
    over: quantity('duration', { example: '20s' }).describe('How long it takes.'),
  })
  .describe('A rate that rises or falls evenly.');

const trace = z
  .strictObject({
    trace: fileBeside('a recorded trace', '.csv', './traces/worldcup98-26jun-minute.csv').describe(
      'Two columns with a heading: the number of the bin, and the requests in it.',
    ),
    bin: quantity('duration', { example: '60s' }).describe('How long one bin is.'),
    peak: quantity('rate').describe('The fullest bin gets this rate, and each other its part of it.'),
    compress: z.number().min(1).default(1).describe('So many times faster than recorded.'),
  })
  .describe('Traffic as it once came, scaled to a peak.');

export const trafficSchema = z
  .union([trace, z.array(z.union([hold, ramp])).min(1, { error: 'write at least one line of traffic' })])
  .describe('How many requests come, and when: lines one after the other, or a recorded trace.');

/** As it is written, in base units. */
export type WrittenTraffic = z.output<typeof trafficSchema>;

/** `textOf` reads a trace, by its path as it is written. Throws a SpillwayError when that is none. */
export function trafficOf(written: WrittenTraffic, textOf: (path: string) => string): Traffic {
  if ('trace' in written) {
    const { trace: path, bin: binMs, peak: peakPerSecond, compress } = written;
    return [{ kind: 'trace', requests: readTrace(path, textOf(path)), binMs, peakPerSecond, compress }];
  }
  let perSecond = 0;
  return written.map((line): Shape => {
    const fromPerSecond = perSecond;
    if ('hold' in line) {
      perSecond = line.hold;
      return { kind: 'hold', perSecond, forMs: line.for };
    }
    perSecond = line.ramp;
    return { kind: 'ramp', fromPerSecond, toPerSecond: perSecond, overMs: line.over };
  });
}

const path = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/, { error: 'this must be a path with its query, for example `/search?q={word}`' })
  .meta({ examples: ['/article/{id}'], 'x-kind': 'path' });

const paths = z.union([path.transform((one) => [one]), z.array(path).min(1, { error: 'name at least one' })]);

const numbers = z
  .strictObject({
    from: z.int().min(0).describe('The lowest.'),
    to: z.int().min(0).describe('The highest.'),
    favour: z
      .enum(['none', 'newest'])
      .default('none')
      .describe('`newest`: the higher the number, the more often it is drawn, as articles are read (Zipf’s law).'),
  })
  .refine(({ from, to }) => from <= to, { error: '`to` must not be less than `from`', path: ['to'] });

const draw = z
  .union([z.array(z.string()).min(1, { error: 'name at least one' }), numbers])
  .transform((written): Draw =>
    Array.isArray(written) ? { kind: 'one-of', texts: written } : { kind: 'number', ...written },
  );

const pageKind = z
  .strictObject({
    what: z.string().min(1).describe('For people: `articles`.'),
    weight: z
      .number()
      .positive({ error: 'this must be more than 0' })
      .describe('Its part of all requests, compared with the other weights.'),
    get: paths.optional().describe('A path, or several of which one is drawn. `{id}` is filled from `draw`.'),
    post: path.optional().describe('A path to which `form` is sent. It is never sent twice.'),
    form: z
      .record(z.string(), z.string())
      .default({})
      .describe('Fields of a POST. `{id}` is filled from `draw`, `{mark}` with what no other request bears.'),
    draw: z
      .record(z.string().regex(/^\w+$/), draw)
      .default({})
      .describe('Names, and from what they are drawn: texts, or a range of numbers.'),
    sessions: count(1, 100_000)
      .optional()
      .describe('So many visitors with a session take turns. Each keeps the cookies that it was given.'),
  })
  .superRefine(({ get, post, form, draw }, context) => {
    const refuse = (key: string, message: string, mend: string) =>
      context.addIssue({ code: 'custom', message, path: [key], params: { mend } });
    if ((get === undefined) === (post === undefined)) {
      refuse('what', 'a kind of page has either `get` or `post`', 'write one of the two');
    }
    if (post === undefined && Object.keys(form).length > 0) refuse('form', 'only a `post` has a form', 'remove it');
    const templates = [...(get ?? []), ...(post === undefined ? [] : [post]), ...Object.values(form)];
    for (const [, name = ''] of templates.flatMap((template) => [...template.matchAll(placeholder)])) {
      if (name !== builtIn && !Object.hasOwn(draw, name)) {
        refuse('draw', `nothing is drawn for \`{${name}}\``, `add \`draw: { ${name}: … }\``);
      }
    }
  })
  .transform(({ get, post, ...rest }): PageKind => {
    const method = post === undefined ? 'GET' : 'POST';
    return { ...rest, method, paths: get ?? (post === undefined ? [] : [post]) };
  })
  .describe('Requests of one kind.');

export const mixSchema: z.ZodType<Mix> = z
  .array(pageKind)
  .min(1, { error: 'name at least one kind of page' })
  .describe('Which pages are asked for, and how often.');

export const visitorsSchema = z
  .strictObject({
    tls: z.boolean().default(true).describe('Whether they come over TLS.'),
    newConnections: quantity('share', { zero: 'allowed' })
      .prefault('10 %')
      .describe('The part of requests that come on a connection of their own; the others share kept ones.'),
    timeout: quantity('duration', { example: '10s' })
      .prefault('10s')
      .describe('How long they wait for a whole answer. The default is chosen: few people wait longer.'),
  })
  .describe('How visitors connect.');
