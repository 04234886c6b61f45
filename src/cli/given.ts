/** Reads the values of options. What cannot be read is told with the option's name and a mend. */
import { SpillwayError } from '../model/errors.ts';
import { parseQuantity, type QuantityKind, type Unreadable } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';

export type Options = CommandCall['options'];
export type Read<Value> = { readonly ok: true; readonly value: Value } | Unreadable;

/** `code` is that of the errors. */
export function createGiven(options: Options, code: string) {
  const wrong = (message: string, mend: string) => new SpillwayError({ code, message, mend, exit: 'wrongInput' });
  const maybe = <Value>(flag: string, read: (text: string) => Read<Value>): Value | undefined => {
    const given = options[keyOf(flag)];
    if (typeof given !== 'string') return undefined;
    const result = read(given);
    if (result.ok) return result.value;
    throw wrong(`--${flag}: ${result.says}`, result.mend ?? '`--help` says what it is');
  };
  return {
    wrong,
    maybe,
    has: (flag: string) => options[keyOf(flag)] !== undefined,
    text: (flag: string) => maybe(flag, (text) => ({ ok: true, value: text })),
    or: <Value>(flag: string, read: (text: string) => Read<Value>, usual: Value): Value => maybe(flag, read) ?? usual,
  };
}

export type Given = ReturnType<typeof createGiven>;

/** As the command line's library names it. */
function keyOf(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A quantity that must not be less than `least`, in the kind's base unit. */
export function quantityFrom(kind: QuantityKind, least: number, leastSays: string) {
  return (text: string): Read<number> => {
    const result = parseQuantity(kind, text);
    if (!result.ok || result.value >= least) return result;
    return { ok: false, says: `\`${text}\` is too little`, mend: `write at least \`${leastSays}\`` };
  };
}

/** Chosen: beyond it, two seeds begin the same stream. */
export const largestSeed = 2 ** 32 - 1;

/** A count as an operand or an option; `what` is how a person wrote it, as `--last`. */
export function countIn(given: unknown, usual: number, what: string): number {
  const text = typeof given === 'string' ? given : '';
  const value = given === undefined ? usual : /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= 1) return value;
  throw new SpillwayError({
    code: 'wrong-count',
    message: `${what}: \`${text}\` is no whole number from 1`,
    mend: 'write it in digits, for example `50`',
    exit: 'wrongInput',
  });
}

export function wholeBetween(least: number, most: number) {
  return (text: string): Read<number> => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return { ok: true, value };
    return { ok: false, says: `\`${text}\` is not what can be`, mend: `write a whole number from ${least} to ${most}` };
  };
}

/** `1.5`, `3x`. */
export function timesBetween(least: number, most: number) {
  return (text: string): Read<number> => {
    const [, digits = ''] = /^\s*(\d{1,6}(?:\.\d{1,6})?)\s*x?\s*$/.exec(text) ?? [];
    const value = digits === '' ? NaN : Number(digits);
    if (value >= least && value <= most) return { ok: true, value };
    return {
      ok: false,
      says: `\`${text}\` is not what can be`,
      mend: `write a number from ${least} to ${most}, for example \`3x\``,
    };
  };
}

/** An instant, in milliseconds since 1970. */
export function instant(text: string): Read<number> {
  const [, day = '', hours = '', seconds = ':00'] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?Z$/.exec(text) ?? [];
  const whole = `${day}T${hours}${seconds}.000Z`;
  const value = Date.parse(whole);
  // The thirty-first of June would be the first of July.
  if (!Number.isNaN(value) && new Date(value).toISOString() === whole) return { ok: true, value };
  return { ok: false, says: `\`${text}\` is no instant`, mend: 'write it in UTC, for example `1998-06-25T22:00:01Z`' };
}
