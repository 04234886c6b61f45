/**
 * What was asked for at this hour a week or a day ago, and how far that was off lately. Hours, days and weeks are those
 * that people live by: when the clocks change, the evening is where the clocks say.
 */
import { sizeFor } from '../../capacity.ts';
import { fresh } from '../../../fresh.ts';
import { daysBefore, offsetsBetween, type Offsets } from '../../local-time.ts';
import type { Proposal, Rule, Sight } from '../../rule.ts';

export interface ForecastSettings {
  /** IANA's name, for example `Europe/Paris`. */
  readonly timeZone: string;
  /** How far ahead it looks beyond the time that a machine takes. */
  readonly aheadMs: number;
}

export interface ForecastState {
  /** Mean demand of five minutes, by their number since 1970; fifteen days of them. */
  readonly bins: Readonly<Record<number, number>>;
  readonly current?: { readonly bin: number; readonly sum: number; readonly count: number };
  /** How far forecasts were off, as a share of what came, averaged; absent before there was one. */
  readonly error?: number;
  /** How the clocks go in the weeks around one day, so that a calendar is asked once a day. */
  readonly clocks?: { readonly timeZone: string; readonly day: number; readonly offsets: Offsets };
}

const binMs = 5 * 60_000;
const dayMs = 86_400_000;
const keptDays = 15;
/** Two weeks, so that a week ago is known, and a day more. */
const keptBins = (keptDays * dayMs) / binMs;
/** Chosen: no machine takes longer. */
const aheadDays = 8;
/** Chosen: the errors of the last two hours count most. */
const memory = 1 / 24;
/** Chosen: a forecast that is off by half is worse than none. */
const worstError = 0.5;
/** Chosen: the day may be busier or quieter than the last one, within reason. */
const [leastRatio, mostRatio] = [0.5, 2];

export const forecast: Rule<ForecastSettings, ForecastState> = {
  begin: () => ({ bins: {} }),
  propose({ aheadMs, timeZone }, before, sight) {
    const demand = fresh(sight.seen.demand, sight.nowMs);
    const { nowMs, speed } = sight.calendar;
    const bin = Math.floor(nowMs / binMs);
    const clocks = clocksAround(before.clocks, timeZone, nowMs);
    const seasons = { bins: before.bins, offsets: clocks.offsets };
    const state = { ...(demand === undefined ? before : learnt(before, seasons, bin, demand)), clocks };
    const until = Math.floor((nowMs + sight.readyMs * speed + aheadMs) / binMs);
    return { state, proposal: proposed(state, { ...seasons, bins: state.bins }, bin, until, sight) };
  },
  // What came, by instants: how far ahead it is asked about, and by which clocks, changes nothing of it.
  resume: (state) => state,
};

/** What came, and by which clocks. */
interface Seasons extends Pick<ForecastState, 'bins'> {
  readonly offsets: Offsets;
}

function clocksAround(known: ForecastState['clocks'], timeZone: string, nowMs: number) {
  const day = Math.floor(nowMs / dayMs);
  if (known?.day === day && known.timeZone === timeZone) return known;
  const from = (day - keptDays - aheadDays) * dayMs;
  return { timeZone, day, offsets: offsetsBetween(timeZone, from, (day + aheadDays) * dayMs) };
}

function learnt(state: ForecastState, seasons: Seasons, bin: number, demand: number): ForecastState {
  const { current } = state;
  if (current?.bin === bin) return { ...state, current: { bin, sum: current.sum + demand, count: current.count + 1 } };
  const next = { bin, sum: demand, count: 1 };
  if (current === undefined) return { ...state, current: next };
  const came = current.sum / current.count;
  const told = toldFor(seasons, current.bin, current.bin);
  const off = told === undefined || came === 0 ? undefined : Math.abs(came - told) / came;
  const error = off === undefined ? state.error : (state.error ?? off) + memory * (off - (state.error ?? off));
  const kept = Object.entries(state.bins).filter(([known]) => Number(known) > current.bin - keptBins);
  const bins = Object.fromEntries([...kept, [current.bin, came]]) as ForecastState['bins'];
  return { bins, current: next, ...(error !== undefined && { error }) };
}

/** What a bin will bring, as far as was known before `known`. */
function toldFor({ bins, offsets }: Seasons, bin: number, known: number): number | undefined {
  const binBefore = (one: number, days: number) => Math.floor(daysBefore(offsets, one * binMs, days) / binMs);
  const days = bins[binBefore(bin, 7)] === undefined ? 1 : 7;
  const then = bins[binBefore(bin, days)];
  if (then === undefined) return undefined;
  // Today against that day, by the last quarter of an hour of both.
  const pairs = [1, 2, 3].flatMap((ago) => {
    const [now, past] = [bins[known - ago], bins[binBefore(known - ago, days)]];
    return now === undefined || past === undefined ? [] : [{ now, past }];
  });
  const past = pairs.reduce((sum, pair) => sum + pair.past, 0);
  if (past === 0) return then;
  const ratio = pairs.reduce((sum, pair) => sum + pair.now, 0) / past;
  return then * Math.min(mostRatio, Math.max(leastRatio, ratio));
}

function proposed(
  { error }: ForecastState,
  seasons: Seasons,
  bin: number,
  until: number,
  { fleet, fill }: Sight,
): Proposal {
  const rule = 'forecast';
  const told = Array.from({ length: until - bin + 1 }, (_, index) => toldFor(seasons, bin + index, bin) ?? 0);
  const most = Math.max(...told);
  if (most === 0) return { rule, says: 'knows no day before this one', inputs: {} };
  if (error === undefined)
    return { rule, says: 'has told nothing yet that could be checked', inputs: { forecast: most } };
  const inputs = { forecast: most, error };
  if (error > worstError)
    return { rule, says: `was off by ${Math.round(error * 100)} % lately, and is not believed`, inputs };
  const size = sizeFor(fleet, (most * (1 + error)) / fill);
  return {
    rule,
    size,
    says: `${Math.round(most)} requests/s are to come, give or take ${Math.round(error * 100)} %`,
    inputs,
  };
}
