/**
 * Quantities as people write them, with their unit: `300ms`, `2 GB`, `6 cores`,
 * `0.12 EUR/hour`, `3000/s`, `5 %`. A number without its unit is an error, for
 * the unit is where the mistakes are.
 */
export type QuantityKind = keyof typeof quantityKinds;

interface Kind {
  /** For error messages: "a duration". */
  readonly says: string;
  readonly example: string;
  /** Factor of each unit to the base unit, in the order in which they are shown. */
  readonly units: Readonly<Record<string, number>>;
  /** Other words that people write for a unit. */
  readonly meant: Readonly<Record<string, string>>;
  /** What is more than this, in the base unit, is a slip of the finger. */
  readonly most: number;
  readonly mostSays: string;
}

const second = 1000;
const hour = 3600 * second;

/**
 * A month of money is 730 hours: 365 * 24 / 12. Providers that bill by the hour use the same.
 */
export const hoursPerMonth = 730;

export const perMonth = (perHour: number): number => perHour * hoursPerMonth;

export const quantityKinds = {
  /** Base unit: ms. `1m` is left out on purpose: minutes or months? */
  duration: {
    says: 'a duration',
    example: '300ms',
    units: { ms: 1, s: second, min: 60 * second, h: hour, d: 24 * hour },
    meant: {
      ...{ sec: 's', second: 's', seconds: 's', msec: 'ms', m: 'min', mins: 'min', minute: 'min', minutes: 'min' },
      ...{ hour: 'h', hours: 'h', hr: 'h', day: 'd', days: 'd' },
    },
    most: 3650 * 24 * hour,
    mostSays: '3650d',
  },
  /** Base unit: bytes. Decimal, as disks and price lists are. */
  size: {
    says: 'a size',
    example: '2GB',
    units: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
    meant: {
      ...{ byte: 'B', bytes: 'B', k: 'kB', m: 'MB', g: 'GB', t: 'TB' },
      ...{ ki: 'kB', mi: 'MB', gi: 'GB', ti: 'TB', kib: 'kB', mib: 'MB', gib: 'GB', tib: 'TB' },
    },
    most: 1e18,
    mostSays: '1000000TB',
  },
  cores: {
    says: 'a number of cores',
    example: '6 cores',
    units: { cores: 1, core: 1 },
    meant: { cpu: 'cores', cpus: 'cores', vcpu: 'cores', vcpus: 'cores', c: 'cores' },
    most: 10_000,
    mostSays: '10000 cores',
  },
  /** Base unit: bits per second. */
  bandwidth: {
    says: 'a bandwidth',
    example: '1Gbit/s',
    units: { 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 },
    meant: { kbps: 'kbit/s', mbps: 'Mbit/s', gbps: 'Gbit/s', 'kb/s': 'kbit/s', 'mb/s': 'Mbit/s', 'gb/s': 'Gbit/s' },
    most: 1e14,
    mostSays: '100000Gbit/s',
  },
  /** Base unit: per second. */
  rate: {
    says: 'a rate',
    example: '3000 requests/s',
    units: { 'requests/s': 1, 'request/s': 1, '/s': 1, 'requests/min': 1 / 60 },
    meant: {
      ...{ 'req/s': 'requests/s', rps: 'requests/s', 'r/s': 'requests/s', requests: 'requests/s' },
      ...{ 'requests/second': 'requests/s', 'req/min': 'requests/min', rpm: 'requests/min' },
    },
    most: 1e9,
    mostSays: '1000000000 requests/s',
  },
  /** Base unit: a whole, so that 5 % is 0.05. */
  share: {
    says: 'a percentage',
    example: '5 %',
    units: { '%': 0.01 },
    meant: { percent: '%' },
    most: 1,
    mostSays: '100 %',
  },
} as const satisfies Record<string, Kind>;

/** Why a text is no quantity, and what was probably meant. */
export interface Unreadable {
  readonly ok: false;
  readonly says: string;
  readonly mend?: string;
}

export type QuantityResult = { readonly ok: true; readonly value: number } | Unreadable;

/** Chosen: more digits than any quantity has; what is longer is not looked at. */
const longestChars = 40;

/** Reads one quantity; `value` is in the kind's base unit. */
export function parseQuantity(kind: QuantityKind, text: string): QuantityResult {
  const { says, example, units, meant, most, mostSays }: Kind = quantityKinds[kind];
  const wanted = `write ${says} with its unit, for example \`${example}\``;
  const match = text.length > longestChars ? null : /^\s*([+-]?(?:\d[\d_]*)?(?:\.\d+)?)\s*(\S*)\s*$/.exec(text);
  const [, digits = '', unit = ''] = match ?? [];
  if (!/\d/.test(digits)) return { ok: false, says: `\`${clip(text)}\` is not ${says}`, mend: wanted };
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    if (unit === '') return { ok: false, says: 'the unit is missing', mend: wanted };
    const point = text.trim().replace(/^(\d+),(\d+)/, '$1.$2');
    if (point !== text.trim())
      return { ok: false, says: `\`${clip(text)}\` is not ${says}`, mend: `did you mean \`${point}\`?` };
    const noUnit = `\`${clip(unit)}\` is no unit of ${says}`;
    const near = nearUnit(unit, units, meant);
    const known = `use one of ${Object.keys(units).join(', ')}`;
    return { ok: false, says: noUnit, mend: near === undefined ? known : `did you mean \`${digits}${spaced(near)}\`?` };
  }
  const value = Number(digits.replaceAll('_', '')) * factor;
  if (value < 0) return { ok: false, says: `\`${clip(text)}\` is less than nothing`, mend: wanted };
  if (value > most)
    return { ok: false, says: `\`${clip(text)}\` is more than can be`, mend: `write at most \`${mostSays}\`` };
  return { ok: true, value: roundOff(value) };
}

function nearUnit(unit: string, units: Kind['units'], meant: Kind['meant']): string | undefined {
  const lower = unit.toLowerCase();
  const sameLetters = Object.keys(units).find((known) => known.toLowerCase() === lower);
  return sameLetters ?? (Object.hasOwn(meant, lower) ? meant[lower] : undefined);
}

/** `6 cores`, but `300ms`. */
function spaced(unit: string): string {
  return /^(cores|requests|%)/.test(unit) ? ` ${unit}` : unit;
}

/** Money per hour. Base: the currency's unit per hour. */
export interface Price {
  readonly perHour: number;
  /** What is paid for at a time. */
  readonly per: 'hour' | 'month';
  readonly currency: string;
}

export type PriceResult = { readonly ok: true; readonly value: Price } | Unreadable;

const priceExample = 'write amount, currency and period, for example `0.12 EUR/hour` or `89 EUR/month`';

export function parsePrice(text: string): PriceResult {
  const match =
    text.length > longestChars
      ? null
      : /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Z]{3})\s*\/\s*(hour|h|month|mo)\s*$/.exec(text);
  if (match === null) return { ok: false, says: `\`${clip(text)}\` is not a price`, mend: mendPrice(text) };
  const [, amount = '', currency = '', period = ''] = match;
  const per = period.startsWith('h') ? 'hour' : 'month';
  const perHour = Number(amount) / (per === 'hour' ? 1 : hoursPerMonth);
  return { ok: true, value: { perHour, per, currency } };
}

const signs: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP' };
const periods: Readonly<Record<string, string>> = {
  h: 'hour',
  hr: 'hour',
  hour: 'hour',
  mo: 'month',
  month: 'month',
  m: 'month',
};

/** `90 EUR`, `90 eur/month`, `€90/month`: near enough to see what was meant. */
function mendPrice(text: string): string {
  const loose = /^([€$£]?) ?(\d{1,9}(?:[.,]\d{1,6})?) ?([€$£]|[A-Za-z]{3})?(?: ?(?:\/|per) ?([a-z]+))?$/i.exec(
    text.slice(0, longestChars).trim(),
  );
  const [, before = '', amount = '', after = '', period = ''] = loose ?? [];
  const currency = signs[before] ?? signs[after] ?? after.toUpperCase();
  if (amount === '' || currency === '') return priceExample;
  const price = `${amount.replace(',', '.')} ${currency}`;
  if (period === '') return `per what? write \`${price}/hour\` or \`${price}/month\``;
  const meant = Object.hasOwn(periods, period.toLowerCase()) ? periods[period.toLowerCase()] : undefined;
  return meant === undefined ? priceExample : `did you mean \`${price}/${meant}\`?`;
}

/** Rounded first, and then put into units: 59.6 s is `1 min 0 s`, not `60 s`. */
export function formatDuration(ms: number): string {
  const tenths = Math.round(ms / 100);
  const seconds = Math.round(ms / second);
  const minutes = Math.round(ms / (60 * second));
  if (Math.round(ms) < second) return `${Math.round(ms)} ms`;
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(ms / (24 * hour))} d`;
}

/** In the smallest unit in which it is less than 1000, with one decimal below 100. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const shown = units.map((unit) => {
    const value = bytes / quantityKinds.size.units[unit];
    const decimals = unit === 'B' || value >= 99.95 ? 0 : 1;
    return { unit, value: Number(value.toFixed(decimals)) };
  });
  const { unit, value } = shown.find(({ value }) => value < 1000) ?? { unit: 'TB', value: Math.round(bytes / 1e12) };
  return `${value} ${unit}`;
}

export function formatMoney(amount: number, currency: string): string {
  const small = amount.toFixed(3);
  return `${Number(small) < 10 ? small : amount.toFixed(2)} ${currency}`;
}

/** 0.1 * 3 is 0.30000000000000004; nobody wrote that. */
function roundOff(value: number): number {
  return Number(value.toPrecision(12));
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
