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
}

const second = 1000;
const hour = 3600 * second;

/**
 * A month of money is 730 hours: 365 * 24 / 12. Providers that bill by the hour use the same.
 */
export const hoursPerMonth = 730;

export const perMonth = (perHour: number): number => perHour * hoursPerMonth;

export const quantityKinds = {
  /** Base unit: ms. */
  duration: {
    says: 'a duration',
    example: '300ms',
    units: { ms: 1, s: second, min: 60 * second, h: hour, d: 24 * hour },
  },
  /** Base unit: bytes. Decimal, as disks and price lists are. */
  size: {
    says: 'a size',
    example: '2GB',
    units: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  },
  cores: { says: 'a number of cores', example: '6 cores', units: { cores: 1, core: 1 } },
  /** Base unit: bits per second. */
  bandwidth: { says: 'a bandwidth', example: '1Gbit/s', units: { 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 } },
  /** Base unit: per second. */
  rate: {
    says: 'a rate',
    example: '3000 requests/s',
    units: { 'requests/s': 1, 'request/s': 1, '/s': 1, 'requests/min': 1 / 60 },
  },
  /** Base unit: a whole, so that 5 % is 0.05. */
  share: { says: 'a percentage', example: '5 %', units: { '%': 0.01 } },
} as const satisfies Record<string, Kind>;

export type QuantityResult =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly says: string };

/** Reads one quantity; `value` is in the kind's base unit. */
export function parseQuantity(kind: QuantityKind, text: string): QuantityResult {
  const { says, example, units }: Kind = quantityKinds[kind];
  const wanted = `write ${says} with its unit, for example \`${example}\``;
  const match = /^\s*([+-]?[\d_]*\.?\d+)\s*(\S*)\s*$/.exec(text);
  if (!match) return { ok: false, says: `\`${clip(text)}\` is not ${says}; ${wanted}` };
  const [, digits = '', unit = ''] = match;
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const known = Object.keys(units).join(', ');
    return {
      ok: false,
      says:
        unit === '' ? `the unit is missing; ${wanted}` : `\`${clip(unit)}\` is no unit of ${says}; use one of ${known}`,
    };
  }
  const value = Number(digits.replaceAll('_', '')) * factor;
  if (!Number.isFinite(value) || value < 0) return { ok: false, says: `\`${clip(text)}\` is not possible; ${wanted}` };
  return { ok: true, value: roundOff(value) };
}

/** Money per hour. Base: the currency's unit per hour. */
export interface Price {
  readonly perHour: number;
  readonly currency: string;
}

export type PriceResult = { readonly ok: true; readonly value: Price } | { readonly ok: false; readonly says: string };

export function parsePrice(text: string): PriceResult {
  const match = /^\s*(\d*\.?\d+)\s*([A-Z]{3})\s*\/\s*(hour|h|month|mo)\s*$/.exec(text);
  if (!match) {
    return {
      ok: false,
      says: `\`${clip(text)}\` is not a price; write amount, currency and period, for example \`0.12 EUR/hour\` or \`89 EUR/month\``,
    };
  }
  const [, amount = '', currency = '', period = ''] = match;
  const perHour = Number(amount) / (period.startsWith('h') ? 1 : hoursPerMonth);
  return { ok: true, value: { perHour, currency } };
}

/** `1m` is left out on purpose: minutes or months? */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 60 * second) return `${(ms / second).toFixed(ms < 10 * second ? 1 : 0)} s`;
  if (ms < hour) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / second)} s`;
  if (ms < 48 * hour) return `${Math.floor(ms / hour)} h ${Math.round((ms % hour) / 60_000)} min`;
  return `${Math.round(ms / (24 * hour))} d`;
}

export function formatSize(bytes: number): string {
  const [unit, factor] =
    (['TB', 'GB', 'MB', 'kB'] as const)
      .map((name) => [name, quantityKinds.size.units[name]] as const)
      .find(([, size]) => bytes >= size) ?? (['B', 1] as const);
  const value = bytes / factor;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

export function formatMoney(amount: number, currency: string): string {
  return `${amount.toFixed(amount < 10 ? 3 : 2)} ${currency}`;
}

/** 0.1 * 3 is 0.30000000000000004; nobody wrote that. */
function roundOff(value: number): number {
  return Number(value.toPrecision(12));
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
