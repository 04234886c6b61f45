/** What was asked for at this hour a week or a day ago, and how far that was off lately. */
import { sizeFor } from '../../capacity.ts';
import { fresh } from '../../../fresh.ts';
import type { Rule, Sight } from '../../rule.ts';

export interface ForecastSettings {
  /** How far ahead it looks beyond the time that a machine takes. */
  readonly aheadMs: number;
}

export interface ForecastState {
  /** Mean demand of five minutes, by their number since 1970; fifteen days of them. */
  readonly bins: Readonly<Record<number, number>>;
  readonly current?: { readonly bin: number; readonly sum: number; readonly count: number };
  /** How far forecasts were off, as a share of what came, averaged; absent before there was one. */
  readonly error?: number;
}

const binMs = 5 * 60_000;
const dayBins = 288;
const weekBins = 7 * dayBins;
/** Two weeks, so that a week ago is known, and a day more. */
const keptBins = 15 * dayBins;
/** Chosen: the errors of the last two hours count most. */
const memory = 1 / 24;
/** Chosen: a forecast that is off by half is worse than none. */
const worstError = 0.5;
/** Chosen: the day may be busier or quieter than the last one, within reason. */
const [leastRatio, mostRatio] = [0.5, 2];

export const forecast: Rule<ForecastSettings, ForecastState> = {
  begin: () => ({ bins: {} }),
  propose({ aheadMs }, before, sight) {
    const demand = fresh(sight.seen.demand, sight.nowMs);
    const { nowMs, speed } = sight.calendar;
    const bin = Math.floor(nowMs / binMs);
    const state = demand === undefined ? before : learnt(before, bin, demand);
    return {
      state,
      proposal: proposed(state, bin, Math.floor((nowMs + sight.readyMs * speed + aheadMs) / binMs), sight),
    };
  },
  // What came, by the calendar: how far ahead it is asked about changes nothing of it.
  resume: (state) => state,
};

function learnt(state: ForecastState, bin: number, demand: number): ForecastState {
  const { current } = state;
  if (current?.bin === bin) return { ...state, current: { bin, sum: current.sum + demand, count: current.count + 1 } };
  const next = { bin, sum: demand, count: 1 };
  if (current === undefined) return { ...state, current: next };
  const came = current.sum / current.count;
  const told = toldFor(state.bins, current.bin, current.bin);
  const off = told === undefined || came === 0 ? undefined : Math.abs(came - told) / came;
  const error = off === undefined ? state.error : (state.error ?? off) + memory * (off - (state.error ?? off));
  const kept = Object.entries(state.bins).filter(([known]) => Number(known) > current.bin - keptBins);
  const bins = Object.fromEntries([...kept, [current.bin, came]]) as ForecastState['bins'];
  return { bins, current: next, ...(error !== undefined && { error }) };
}

/** What a bin will bring, as far as was known before `known`. */
function toldFor(bins: ForecastState['bins'], bin: number, known: number): number | undefined {
  const season = bins[bin - weekBins] === undefined ? dayBins : weekBins;
  const then = bins[bin - season];
  if (then === undefined) return undefined;
  // Today against that day, by the last quarter of an hour of both.
  const pairs = [1, 2, 3].flatMap((ago) => {
    const [now, past] = [bins[known - ago], bins[known - ago - season]];
    return now === undefined || past === undefined ? [] : [{ now, past }];
  });
  const past = pairs.reduce((sum, pair) => sum + pair.past, 0);
  if (past === 0) return then;
  const ratio = pairs.reduce((sum, pair) => sum + pair.now, 0) / past;
  return then * Math.min(mostRatio, Math.max(leastRatio, ratio));
}

function proposed({ bins, error }: ForecastState, bin: number, until: number, { fleet, fill }: Sight) {
  const rule = 'forecast';
  const told = Array.from({ length: until - bin + 1 }, (_, index) => toldFor(bins, bin + index, bin) ?? 0);
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
