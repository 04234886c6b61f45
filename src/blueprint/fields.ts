/** The kinds of value that a blueprint holds, as zod schemas that also describe themselves to editors. */
import { Address4 } from 'ip-address';
import { z } from 'zod';
import { parsePrice, parseQuantity, quantityKinds, type Price, type QuantityKind } from '../model/quantities.ts';

const namePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** A name of the given branded type; `longest` is in characters. */
export function name<Name extends string>(of: string, longest = 30): z.ZodType<Name, string> {
  const says = `a name of lower-case letters, digits and hyphens, at most ${longest} characters, for example \`${of}\``;
  return z
    .string({ error: `this must be ${says}` })
    .max(longest, { error: `this must be ${says}` })
    .regex(namePattern, { error: `this must be ${says}` }) as unknown as z.ZodType<Name, string>;
}

/** The sections of a blueprint whose entries are referred to by name, and what one entry is called. */
export const sections = {
  sites: 'site',
  networks: 'network',
  engines: 'engine',
  flavours: 'flavour',
  pools: 'pool',
  addresses: 'address',
  data: 'database',
  content: 'content',
} as const;
export type Section = keyof typeof sections;

/** The name of something that must be declared in that section. */
export function reference<Name extends string>(section: Section, example: string): z.ZodType<Name, string> {
  return name<Name>(example, 60).meta({ refersTo: section, examples: [example] });
}

/** A quantity with its unit; the value is in the kind's base unit. */
export function quantity(kind: QuantityKind): z.ZodType<number, string> {
  const { says, example } = quantityKinds[kind];
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `the unit is missing; write ${says} with its unit, for example \`${example}\``
          : input === undefined
            ? undefined
            : `this must be ${says}, for example \`${example}\``,
    })
    .meta({ examples: [example] })
    .transform((text, context) => {
      const result = parseQuantity(kind, text);
      if (result.ok) return result.value;
      context.addIssue({ code: 'custom', message: result.says });
      return z.NEVER;
    });
}

export const price: z.ZodType<Price, string> = z
  .string({
    error: ({ input }) =>
      input === undefined ? undefined : 'this must be a price with currency and period, for example `0.12 EUR/hour`',
  })
  .meta({ examples: ['0.12 EUR/hour', '89 EUR/month'] })
  .transform((text, context) => {
    const result = parsePrice(text);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.says });
    return z.NEVER;
  });

/** An IPv4 network in its canonical form, `10.8.0.0/24`. */
export const cidr = z
  .string({ error: 'this must be an IPv4 network, for example `10.8.0.0/24`' })
  .meta({ examples: ['10.8.0.0/24'] })
  .superRefine((text, context) => {
    const problem = cidrProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

function cidrProblem(text: string): string | undefined {
  if (!/^[\d.]+\/\d+$/.test(text) || !Address4.isValid(text)) {
    return `\`${text.slice(0, 40)}\` is no IPv4 network; write it like \`10.8.0.0/24\``;
  }
  const network = new Address4(text);
  const start = network.startAddress().address;
  if (network.addressMinusSuffix !== start)
    return `the network of \`${text}\` is \`${start}/${network.subnetMask}\`; write that`;
  return undefined;
}

export const ipv4 = z
  .string({ error: 'this must be an IPv4 address, for example `203.0.113.10`' })
  .refine((text) => /^[\d.]+$/.test(text) && Address4.isValid(text), {
    error: 'this must be an IPv4 address, for example `203.0.113.10`',
  });

export const hostName = z
  .string({ error: 'this must be a host name, for example `www.example.org`' })
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/, {
    error: 'this must be a host name, for example `www.example.org`',
  });

/** An absolute path without anything that a shell or a configuration file would read as more than a path. */
export const absolutePath = z
  .string({ error: 'this must be an absolute path, for example `/srv/site`' })
  .regex(/^(\/[A-Za-z0-9._@-]+)+$/, { error: 'this must be an absolute path, for example `/srv/site`' })
  .refine((path) => !path.split('/').includes('..'), { error: 'this path must not contain `..`' });

export const urlPath = z
  .string({ error: 'this must be the path of a page, for example `/health`' })
  .regex(/^\/[A-Za-z0-9._~/-]*$/, { error: 'this must be the path of a page, for example `/health`' });

export const port = z
  .int({ error: 'this must be a port, 1 to 65535' })
  .min(1, { error: 'this must be a port, 1 to 65535' })
  .max(65535, { error: 'this must be a port, 1 to 65535' });

/** A whole number in a range that a platform can have. */
export function count(least: number, most: number): z.ZodType<number, number> {
  const says = `this must be a whole number, ${least} to ${most}`;
  return z
    .int({ error: ({ input }) => (input === undefined ? undefined : says) })
    .min(least, { error: says })
    .max(most, { error: says });
}

/** One or several, written as `rbx` or `[rbx, sbg]`. */
export function oneOrMore<T>(item: z.ZodType<T, string>): z.ZodType<readonly T[], string | readonly string[]> {
  return z.union([item.transform((one): readonly T[] => [one]), z.array(item).min(1, { error: 'name at least one' })]);
}
