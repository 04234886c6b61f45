/** From the words of `spillway simulate --trace` to what is played. */
import type { TrafficToPlay } from '../app/simulate/play-traffic.ts';
import { recordedTraffic } from '../app/simulate/recorded-traffic.ts';
import type { SeedRange } from '../app/simulate/seeds.ts';
import type { TrafficOptions } from '../app/simulate/traffic.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { parsePrice, type Price } from '../model/quantities.ts';
import {
  createGiven,
  instant,
  largestSeed,
  quantityFrom,
  timesBetween,
  wholeBetween,
  type Given,
  type Options,
  type Read,
} from './given.ts';

export interface TrafficCall extends TrafficToPlay {
  /** What is played, as a person wants to read it. */
  readonly name: string;
  /** Nobody said what a machine costs. */
  readonly isPriceChosen: boolean;
}

/** Chosen: what a small cloud machine costs. */
const usualPrice: Price = { perHour: 0.12, per: 'hour', currency: 'EUR' };
/** Chosen: a Monday, for the calendar of who forecasts. */
const usualStartMs = Date.UTC(1970, 0, 5);
/** Chosen: more machines than anybody has behind one balancer. */
const mostMachines = 100_000;
const billedPeriodsMs = { hour: 3_600_000, minute: 60_000, second: 0 } as const;
const longestReadyMs = 86_400_000;

export function givenToSimulate(options: Options): Given {
  return createGiven(options, 'wrong-simulation');
}

export function trafficCall(toolbox: Toolbox, options: Options): TrafficCall {
  const given = givenToSimulate(options);
  const second = quantityFrom('duration', 1000, '1s');
  const anyTime = quantityFrom('duration', 0, '0s');
  const base = given.or('base', wholeBetween(1, mostMachines), 1);
  const most = given.or('most', wholeBetween(1, mostMachines), Math.max(base, 1000));
  if (most < base)
    throw given.wrong(
      `--most ${most} is less than --base ${base}`,
      'say at most as many of the base as there may be in all',
    );
  const readyAfterMs = given.or('ready-after', anyTime, 60_000);
  if (readyAfterMs > longestReadyMs)
    throw given.wrong('--ready-after: no machine takes longer than a day', 'write for example `--ready-after 60s`');
  const growth = growthOf(given);
  const [aheadMs, untilMs] = [given.maybe('forecast', second), untilOf(given)];
  const holdInMs = given.or('hold', anyTime, Math.max(60_000, readyAfterMs));
  const price = given.maybe('price', parsePrice);
  const settings = {
    capacity: given.or('capacity', requestRate, 100),
    ...{ readyAfterMs, holdInMs, base, most },
    spread: given.or('spread', timesBetween(1, 10), 1),
    billedMs: given.or('billed', billedPeriod, billedPeriodsMs.second),
    target: given.or('target', quantityFrom('share', 0.01, '1 %'), 0.7),
    patienceMs: given.or('patience', anyTime, 10_000),
    startMs: given.or('start', instant, usualStartMs),
    ...(aheadMs !== undefined && { aheadMs }),
    ...(growth !== undefined && { growth }),
  };
  const smooth = given.maybe('smooth', second);
  const binMs = given.maybe('bin', second);
  const { name, demand, missingBins } = recordedTraffic(toolbox, given.text('trace') ?? '', {
    ...(binMs !== undefined && { binMs }),
    ...(smooth !== undefined && { smoothSeconds: Math.round(smooth / 1000) }),
  });
  const seconds = untilMs === undefined ? undefined : Math.ceil(untilMs / 1000);
  return {
    name,
    options: { ...settings, demand, ...(seconds !== undefined && { seconds }) },
    price: price ?? usualPrice,
    isPriceChosen: price === undefined,
    missingBins,
  };
}

function growthOf(given: Given): TrafficOptions['growth'] {
  const times = given.maybe('grows', timesBetween(1, 1000));
  const withinMs = given.maybe('within', quantityFrom('duration', 0, '0s'));
  if (times !== undefined && withinMs !== undefined) return { times, withinMs };
  if (times === undefined && withinMs === undefined) return undefined;
  throw given.wrong('a growth has a size and a time', 'give both, for example `--grows 3x --within 20s`');
}

/** As people write it: `100rps` too. */
export function requestRate(text: string): Read<number> {
  return quantityFrom('rate', 0.01, '0.01 requests/s')(text.replace(/\s*(rps|req\/s)\s*$/, ' requests/s'));
}

function billedPeriod(text: string): Read<number> {
  if (Object.hasOwn(billedPeriodsMs, text))
    return { ok: true, value: billedPeriodsMs[text as keyof typeof billedPeriodsMs] };
  return { ok: false, says: `nobody bills by the \`${text}\``, mend: 'write `hour`, `minute` or `second`' };
}

/** Chosen: nobody waits for more. */
const mostSeeds = 1_000_000;

export function seedOf(given: Given): number {
  return given.or('seed', wholeBetween(0, largestSeed), 1);
}

/** Of the load. */
export function untilOf(given: Given): number | undefined {
  return given.maybe('until', quantityFrom('duration', 1000, '1s'));
}

export function seedsOf(given: Given): SeedRange | undefined {
  const seeds = given.maybe('seeds', (text): Read<SeedRange> => {
    const [, from = '', to = ''] = /^(\d{1,10})\.\.(\d{1,10})$/.exec(text) ?? [];
    const range = { from: Number(from), to: Number(to) };
    const count = range.to - range.from + 1;
    if (from !== '' && range.to <= largestSeed && count >= 1 && count <= mostSeeds) return { ok: true, value: range };
    const mend = `write the first and the last, for example \`1..1000\`; at most ${mostSeeds}, none above ${largestSeed}`;
    return { ok: false, says: `\`${text}\` are no seeds`, mend };
  });
  if (seeds !== undefined && given.has('seed'))
    throw given.wrong('either one seed or several', 'leave out `--seed` or `--seeds`');
  return seeds;
}
