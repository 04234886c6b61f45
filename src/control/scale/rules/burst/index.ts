/** Demand that rises faster than machines come: asks for what it will be when they serve. */
import { sizeFor } from '../../capacity.ts';
import { fresh } from '../../../fresh.ts';
import type { Rule } from '../../rule.ts';

export interface BurstSettings {
  /** How many times the demand before the rise it may become, at most. */
  readonly growth: number;
}

export interface BurstState {
  /** The demands of the last seconds, oldest first. */
  readonly recent: readonly { readonly atMs: number; readonly demand: number }[];
  /** How far a second's demand is from the mean of those before it, squared and averaged. */
  readonly variance: number;
  /** While it rises: what it was before, and when it rose last. */
  readonly rise?: { readonly before: number; readonly atMs: number };
}

/** Chosen: long enough to know the noise of a second, short enough that a rise still stands out from it. */
const recentSeconds = 6;
/** Chosen: in a quiet day of 86,400 seconds, chance alone goes so far a few times; each costs one machine for a while. */
const deviations = 4;
/** Chosen: the noise of the last minute counts most. */
const memory = 1 / 60;
/** Chosen: by a quarter more than it may become, it shows that nobody knew how far it goes; then it may go on as far again. */
const beyond = 1.25;
/** Chosen: from the rise to the reading that shows it, and to the decision. */
const sightMs = 2_000;

export const burst: Rule<BurstSettings, BurstState> = {
  begin: () => ({ recent: [], variance: 0 }),
  propose({ growth }, state, { nowMs, seen, fleet, readyMs, fill }) {
    const demand = fresh(seen.demand, nowMs);
    const atMs = seen.demand?.atMs ?? nowMs;
    if (demand === undefined) {
      return { state: { ...state, recent: [] }, proposal: nothing('nobody knows how much is asked for') };
    }
    const known = state.recent.filter((one) => one.atMs < atMs && atMs - one.atMs <= recentSeconds * 1000);
    const recent = [...known, { atMs, demand }];
    if (known.length < 2) return { state: { ...state, recent }, proposal: nothing('not seen for long enough') };

    const mean = known.reduce((sum, one) => sum + one.demand, 0) / known.length;
    const rise = demand - mean;
    // Arrivals that know nothing of one another vary by their square root; real ones may vary more.
    const variance = Math.max(state.variance, mean) * (1 + 1 / known.length);
    const noise = Math.sqrt(variance);
    const learnt =
      state.variance + memory * (Math.min(rise * rise, deviations * deviations * variance) - state.variance);
    // A rise that pauses for a moment is still the same.
    const lasting = state.rise !== undefined && atMs - state.rise.atMs <= recentSeconds * 1000 ? state.rise : undefined;
    const next = { recent, variance: learnt, ...(lasting !== undefined && { rise: lasting }) };
    const inputs = { demand, mean, noise };
    if (rise <= deviations * noise) return { state: next, proposal: nothing('does not rise beyond its noise', inputs) };

    const { slope, acceleration } = movement(recent);
    const horizonS = (readyMs + sightMs) / 1000;
    const ahead = demand + slope * horizonS + (Math.max(0, acceleration) * horizonS * horizonS) / 2;
    const calm = lasting?.before ?? mean;
    const before = demand > beyond * calm * growth ? calm * growth : calm;
    const expected = Math.max(demand, Math.min(ahead, before * growth));
    const says = `rises by ${Math.round(slope)} requests/s each second, and would be ${Math.round(expected)} once a new machine serves`;
    // By then it is no surprise any more, and the machines may be as full as they can; the fill still holds for now.
    const size = Math.max(sizeFor(fleet, expected), sizeFor(fleet, demand / fill));
    return {
      state: { ...next, rise: { before, atMs } },
      proposal: { rule: 'burst', size, says, inputs: { ...inputs, slope, acceleration, expected } },
    };
  },
  // How the demand varies stays true. How far a rise goes was reckoned with the growth that may be.
  resume({ recent, variance, rise }, { was, is, moved }) {
    return {
      recent: recent.map(({ atMs, demand }) => ({ atMs: moved(atMs), demand })),
      variance,
      ...(rise !== undefined && was.growth === is.growth && { rise: { ...rise, atMs: moved(rise.atMs) } }),
    };
  },
};

function nothing(says: string, inputs: Readonly<Record<string, number>> = {}) {
  return { rule: 'burst', says, inputs };
}

/** Requests/s gained each second, over the last three, and how much more that is than just before. */
function movement(recent: BurstState['recent']): { slope: number; acceleration: number } {
  const last = recent.slice(-3);
  const slope = slopeOf(last);
  const before = recent.slice(-5, -2);
  if (before.length < 2) return { slope, acceleration: 0 };
  const apartS = (middle(last) - middle(before)) / 1000;
  return { slope, acceleration: apartS === 0 ? 0 : (slope - slopeOf(before)) / apartS };
}

function slopeOf(points: BurstState['recent']): number {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first.atMs === last.atMs) return 0;
  return ((last.demand - first.demand) * 1000) / (last.atMs - first.atMs);
}

function middle(points: BurstState['recent']): number {
  return ((points[0]?.atMs ?? 0) + (points.at(-1)?.atMs ?? 0)) / 2;
}
