/** Any recorded traffic in virtual time, against machines of one kind: Spillway's controller, and the policies of others. */
import { headroomFor, type Growth, type Headroom } from '../../control/scale/headroom.ts';
import type { ScaleSettings } from '../../control/scale/decide.ts';
import { following, spillway, type Decider } from '../../sim/fleet/decider.ts';
import { meanOf, peakOf, type Demand } from '../../sim/fleet/demand.ts';
import { play, type Played, type PlaySettings } from '../../sim/fleet/play.ts';
import type { Violation } from '../../sim/invariants/invariant.ts';
import { createWatch } from '../../sim/invariants/index.ts';
import { peers, staticAt } from '../../sim/policies/index.ts';

export interface TrafficOptions {
  readonly demand: Demand;
  /** Requests/s of one machine. */
  readonly capacity: number;
  readonly readyAfterMs: number;
  /** One machine in six takes longer than so many times that. */
  readonly spread: number;
  readonly base: number;
  /** How many machines there may be. */
  readonly most: number;
  /** How long less must have been enough before a machine goes. */
  readonly holdInMs: number;
  /** What is paid for at a time; 0 by the second. */
  readonly billedMs: number;
  /** How far ahead to forecast from the days before, beyond the time that a machine takes; absent: not at all. */
  readonly aheadMs?: number;
  /** What the traffic may do, if anybody says so; room, warm machines and how many there may be follow from it. */
  readonly growth?: Omit<Growth, 'peak'>;
  /** How full a peer's machines shall be. */
  readonly target: number;
  readonly startMs: number;
  readonly patienceMs: number;
  /** Plays only so many seconds of it, as they are when all of it is played; absent: all. */
  readonly seconds?: number;
}

/** Chosen: as others do, until better is learnt. */
const usualFill = 0.75;
/** Chosen: where nobody says how fast demand may grow. */
const usualGrowth = 3;
/** From the demand to the decision about it: a reading a second, and one more to be sure. */
const sightMs = 2_000;
/** Chosen: a machine that waits takes its first request a second after the decision: the next one finds it there. */
const warmMs = 1_000;

export interface Simulated extends Played {
  readonly violations: readonly Violation[];
}

/** The controller that production has, with what it would have from a blueprint that says as much. */
export function simulateTraffic(options: TrafficOptions, seed: number): Simulated {
  const headroom = headroomOf(options);
  const settings = settingsOf(options, headroom);
  const watch = createWatch();
  const played = play(
    playedDemand(options),
    spillway(settings, (turn) => watch.look(turn)),
    playSettings(options, settings.fill),
    seed,
  );
  return { ...played, violations: watch.violations() };
}

/** The same traffic, machines and chance for each of them. `progress` is told who is next. */
export function simulatePeers(
  options: TrafficOptions,
  seed: number,
  progress: (name: string) => void = () => undefined,
): readonly Played[] {
  const { demand, capacity, target, base: least, most } = options;
  const settings = { target, least, most };
  const sizeFor = (rate: number) => Math.min(most, Math.max(least, Math.ceil(rate / (capacity * target))));
  const [peak, mean] = [peakOf(demand), meanOf(demand)];
  const fixed = [
    staticAt('static at peak', 'As many machines as the highest second takes, all the time.', sizeFor(peak)),
    staticAt('static at mean', 'As many machines as the mean takes, all the time.', sizeFor(mean)),
  ];
  const part = playedDemand(options);
  const playedBy = (decider: Decider, begins?: number) => {
    progress(decider.name);
    return play(part, decider, { ...playSettings(options, target), ...(begins !== undefined && { begins }) }, seed);
  };
  return [
    ...peers.map((policy) => playedBy(following(policy, settings, capacity))),
    ...fixed.map((policy, index) =>
      playedBy(following(policy, settings, capacity), sizeFor(index === 0 ? peak : mean)),
    ),
  ];
}

export function headroomOf(options: TrafficOptions): Headroom | undefined {
  const { growth, demand, readyAfterMs } = options;
  // What is nothing cannot grow.
  if (growth === undefined || peakOf(demand) === 0) return undefined;
  return headroomFor({ ...growth, peak: peakOf(demand) }, fleetOf(options), {
    ...{ sightMs, warmMs },
    coldMs: readyAfterMs,
  });
}

function settingsOf(options: TrafficOptions, headroom: Headroom | undefined): ScaleSettings {
  const { readyAfterMs, holdInMs, billedMs, growth, aheadMs } = options;
  return {
    fleet: fleetOf(options),
    rules: {
      target: {},
      burst: { growth: growth?.times ?? usualGrowth },
      ...(aheadMs !== undefined && { forecast: { aheadMs, timeZone: 'Etc/UTC' } }),
    },
    fill: Math.min(usualFill, headroom?.fill ?? usualFill),
    // What is promised leaves no room for what was learnt.
    ...(headroom === undefined && { learnsFill: { most: 1 } }),
    readyMs: readyAfterMs,
    warm: headroom?.warm ?? 0,
    hold: { outMs: 0, inMs: holdInMs },
    billing: { periodMs: billedMs, marginMs: Math.min(180_000, billedMs / 2) },
    drainMs: 60_000,
  };
}

function fleetOf({ base, most, capacity, growth, demand }: TrafficOptions): ScaleSettings['fleet'] {
  const enough = growth === undefined ? most : Math.ceil(peakOf(demand) / (capacity * usualFill));
  const overflow = Math.max(0, Math.min(most, enough) - base);
  return { base: { count: base, serves: capacity }, overflow: { count: overflow, serves: capacity } };
}

/** The settings are always those for all of it: a part that is played again must be what it was. */
function playedDemand({ demand, seconds }: TrafficOptions): Demand {
  return { ...demand, perSecond: demand.perSecond.subarray(0, seconds) };
}

/** Chosen: a minute's traffic says with how many machines to begin. */
const beginningS = 60;
/** Chosen: the last requests of a machine that leaves. */
const leavesAfterMs = 1_000;

function playSettings(options: TrafficOptions, fill: number): PlaySettings {
  const { demand, capacity, base, most, readyAfterMs, spread, patienceMs, billedMs, startMs } = options;
  const first = meanOf({ ...demand, perSecond: demand.perSecond.slice(0, beginningS) });
  const { overflow } = fleetOf(options);
  const begins = Math.min(most, base + overflow.count, Math.max(base, Math.ceil(first / (capacity * fill))));
  return { ...{ capacity, base, begins, patienceMs, billedMs, startMs }, ...{ readyAfterMs, spread, leavesAfterMs } };
}
