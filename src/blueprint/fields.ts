/** The kinds of value that a blueprint holds, as zod schemas that also describe themselves to editors. */
import { Address4 } from 'ip-address';
import { z } from 'zod';
import { parsePrice, parseQuantity, quantityKinds, type Price, type QuantityKind } from '../model/quantities.ts';
import { suggest } from './suggest.ts';

const namePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** A name of the given branded type; `longest` is in characters. */
export function name<Name extends string>(
  of: string,
  longest = 30,
  reserved: readonly string[] = [],
): z.ZodType<Name, string> {
  const says = `this must be a name of lower-case letters, digits and hyphens, at most ${longest} characters, for example \`${of}\``;
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : says) })
    .superRefine((text, context) => {
      if (reserved.includes(text)) {
        const message = `\`${text}\` means something else to Linux`;
        context.addIssue({ code: 'custom', message, params: { mend: 'choose another name' } });
      } else if (text.length > longest) {
        const mend = `shorten it; it has ${text.length.toLocaleString('en')} characters`;
        context.addIssue({ code: 'custom', message: says, params: { mend } });
      } else if (!namePattern.test(text)) {
        const near = nearName(text);
        const mend = near === undefined ? undefined : `did you mean \`${near}\`?`;
        context.addIssue({ code: 'custom', message: says, params: { near, mend } });
      }
    })
    .meta({
      pattern: namePattern.source,
      maxLength: longest,
      examples: [of],
      'x-kind': 'name',
    }) as unknown as z.ZodType<Name, string>;
}

/** `Web_Server` was meant to be `web-server`. */
function nearName(text: string): string | undefined {
  const near = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-$/g, '');
  return near === '' ? undefined : near;
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

/** The name of something that must be declared in that section; `references.ts` checks that it is. */
export function reference<Name extends string>(section: Section, example: string): z.ZodType<Name, string> {
  const says = `this must be the name of a ${sections[section]}, for example \`${example}\``;
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : says) })
    .meta({ 'x-refersTo': section, examples: [example] }) as unknown as z.ZodType<Name, string>;
}

/** Of less, no machine can give or keep a part; chosen for cores, for there Linux would go down to a hundredth. */
const leastOfKind: Partial<Record<QuantityKind, string>> = {
  duration: '1ms',
  size: '1B',
  cores: '0.1 cores',
  bandwidth: '1kbit/s',
};

interface QuantityRange {
  readonly zero?: 'refused' | 'allowed';
  /** What is less is a slip of the finger, except for nothing at all where that is allowed. */
  readonly least?: string | undefined;
  readonly most?: string;
  readonly example?: string;
}

/** A quantity with its unit; the value is in the kind's base unit. Nothing at all must be allowed expressly. */
export function quantity(
  kind: QuantityKind,
  { zero = 'refused', least = leastOfKind[kind], most, example = quantityKinds[kind].example }: QuantityRange = {},
): z.ZodType<number, string> {
  const { says } = quantityKinds[kind];
  const leastValue = valueOf(kind, least) ?? 0;
  const mostValue = valueOf(kind, most) ?? Infinity;
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `the unit is missing; write ${says} with its unit, for example \`${example}\``
          : input === undefined
            ? undefined
            : `this must be ${says}, for example \`${example}\``,
    })
    .meta({ examples: [example], 'x-kind': quantityKinds[kind].says.replace(/^a (number of )?/, '') })
    .transform((text, context) => {
      const result = parseQuantity(kind, text);
      if (result.ok && result.value > mostValue) {
        const params = { mend: `write it like \`${example}\`` };
        context.addIssue({ code: 'custom', message: `this must be at most \`${most ?? ''}\``, params });
        return z.NEVER;
      }
      if (result.ok && (result.value === 0 ? zero === 'allowed' : result.value >= leastValue)) return result.value;
      const tooLittle = result.ok && result.value > 0 ? `at least \`${least ?? ''}\`` : 'more than nothing';
      const issue = result.ok ? { says: `this must be ${tooLittle}`, mend: `write it like \`${example}\`` } : result;
      context.addIssue({ code: 'custom', message: issue.says, params: { mend: issue.mend } });
      return z.NEVER;
    });
}

function valueOf(kind: QuantityKind, text: string | undefined): number | undefined {
  const parsed = text === undefined ? undefined : parseQuantity(kind, text);
  return parsed?.ok === true ? parsed.value : undefined;
}

export const price: z.ZodType<Price, string> = z
  .string({
    error: ({ input }) =>
      input === undefined ? undefined : 'this must be a price with currency and period, for example `0.12 EUR/hour`',
  })
  .meta({ examples: ['0.12 EUR/hour', '89 EUR/month'], 'x-kind': 'price' })
  .transform((text, context) => {
    const result = parsePrice(text);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.says, params: { mend: result.mend } });
    return z.NEVER;
  });

/** An IPv4 network in its canonical form, `10.8.0.0/24`. */
export const cidr = z
  .string({
    error: ({ input }) => (input === undefined ? undefined : 'this must be an IPv4 network, for example `10.8.0.0/24`'),
  })
  .meta({ examples: ['10.8.0.0/24'], 'x-kind': 'network' })
  .superRefine((text, context) => {
    const problem = cidrProblem(text);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: problem.says, params: { mend: problem.mend } });
  });

/** Chosen: the largest private network there is; more is a slip of the finger. */
const shortestPrefix = 8;

function cidrProblem(text: string): { says: string; mend: string } | undefined {
  const mend = 'write it like `10.8.0.0/24`';
  if (/^[0-9a-f:]*:[0-9a-f:.]*(\/\d+)?$/i.test(text))
    return {
      says: `\`${text.slice(0, 40)}\` is IPv6, which is not possible yet`,
      mend: 'give it an IPv4 range, like `10.8.0.0/24`',
    };
  if (!/^[\d.]{1,15}\/\d{1,2}$/.test(text) || !Address4.isValid(text)) {
    const lone = /^[\d.]{1,15}$/.test(text) && Address4.isValid(text);
    return {
      says: `\`${text.slice(0, 40)}\` is no IPv4 network`,
      mend: lone ? `add how long its prefix is: \`${text}/24\`` : mend,
    };
  }
  const network = new Address4(text);
  const start = network.startAddress().address;
  if (network.addressMinusSuffix !== start) {
    return {
      says: `\`${text}\` is an address within a network`,
      mend: `its network is \`${start}/${network.subnetMask}\``,
    };
  }
  if (network.subnetMask < shortestPrefix) return { says: `\`${text}\` is larger than any platform`, mend };
  const first = Number(start.split('.')[0]);
  if (first === 0 || first === 127 || first >= 224) return { says: `\`${text}\` is not for machines to use`, mend };
  return undefined;
}

function text(says: string, holds: (text: string) => boolean, example: string): z.ZodType<string, string> {
  const error = `this must be ${says}, for example \`${example}\``;
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : error) })
    .refine(holds, { error })
    .meta({ examples: [example], 'x-kind': says.replace(/^(an?|the) /, '') });
}

export const ipv4 = text('an IPv4 address', (ip) => /^[\d.]{7,15}$/.test(ip) && Address4.isValid(ip), '203.0.113.10');

/** 253 characters, each part at most 63: as DNS has it. */
export const hostName = text(
  'a host name',
  (host) => host.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host),
  'www.example.org',
);

/** An absolute path without anything that a shell or a configuration file would read as more than a path. */
export const absolutePath = text(
  'an absolute path without `..`',
  (path) => /^(\/[A-Za-z0-9._@-]+)+$/.test(path) && isPlain(path),
  '/srv/site',
);

export const urlPath = text(
  'the path of a page',
  (path) => /^\/[A-Za-z0-9._~/-]*$/.test(path) && isPlain(path),
  '/health',
);

/** A path beside the blueprint. */
export const fileBeside = (says: string, ending: string, example: string) =>
  text(
    `${says}, relative to the blueprint`,
    (path) => /^[A-Za-z0-9._/-]+$/.test(path) && !path.startsWith('/') && isPlain(path) && path.endsWith(ending),
    example,
  );

/** A folder within another. */
export const folderWithin = text(
  'a folder within the content',
  (path) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path) && isPlain(path),
  'public/media',
);

/** Chosen: Linux takes 4096, and some of it is Spillway's. */
const longestPathChars = 1000;

function isPlain(path: string): boolean {
  return path.length <= longestPathChars && !path.split('/').includes('..');
}

const portSays = 'this must be a port, 1 to 65535';
export const port = z.int({ error: portSays }).min(1, { error: portSays }).max(65535, { error: portSays });

/** A whole number in a range that a platform can have. */
export function count(least: number, most: number): z.ZodType<number, number> {
  const says = `this must be a whole number, ${least} to ${most}`;
  return z
    .int({ error: ({ input }) => (input === undefined ? undefined : says) })
    .min(least, { error: says })
    .max(most, { error: says });
}

/** A list of at least one, in which nothing stands twice. */
export function listOf<T>(item: z.ZodType<T, string>, atLeast: string): z.ZodType<readonly T[], readonly string[]> {
  return z
    .array(item)
    .min(1, { error: atLeast })
    .superRefine((items, context) => {
      for (const [index, one] of items.entries()) {
        if (items.indexOf(one) < index) {
          context.addIssue({
            code: 'custom',
            message: `\`${String(one)}\` stands in this list twice`,
            params: { mend: 'remove one of the two' },
            path: [index],
          });
        }
      }
    })
    .meta({ uniqueItems: true });
}

/** One or several, written as `rbx` or `[rbx, sbg]`. */
export function oneOrMore<T>(item: z.ZodType<T, string>): z.ZodType<readonly T[], string | readonly string[]> {
  return z.union([item.transform((one): readonly T[] => [one]), z.array(item).min(1, { error: 'name at least one' })]);
}

/** A name that the tz database has, as Debian does. */
export const timeZone = z
  .string({ error: 'this must be a time zone, for example `Europe/Paris`' })
  .superRefine((zone, context) => {
    if (isTimeZone(zone)) return;
    const meant = suggest(zone, Intl.supportedValuesOf('timeZone'));
    const mend =
      meant === undefined ? 'write region and city, for example `Europe/Paris`' : `did you mean \`${meant}\`?`;
    context.addIssue({ code: 'custom', message: `there is no time zone \`${zone.slice(0, 40)}\``, params: { mend } });
  })
  .meta({ examples: ['Europe/Paris'], 'x-kind': 'time zone' });

/** Debian's files are told apart by case; `+02:00` is an offset, and no zone. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone) || zone.length > 40) return false;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    return resolved === zone || resolved.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}

/** A table of a database, or `*` for all. */
export const tableName = z.string().refine((table) => /^(\*|[a-z_][a-z0-9_]{0,63})$/.test(table), {
  error: 'this must be the name of a table, or `"*"` for all',
});
