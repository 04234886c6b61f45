/** Traffic, played and measured: once with its peers beside it, or as one of many seeds. */
import type { Price } from '../../model/quantities.ts';
import type { Played } from '../../sim/fleet/play.ts';
import type { Toolbox } from '../toolbox.ts';
import type { Compared } from './comparison.ts';
import type { ScaledSeedLine } from './seeds.ts';
import { measuresOf, toldViolations, type Summary } from './summary.ts';
import { simulatePeers, simulateTraffic, type TrafficOptions } from './traffic.ts';

export interface TrafficToPlay {
  readonly options: TrafficOptions;
  /** Of one machine. */
  readonly price: Price;
  readonly missingBins: number;
}

export interface PlayedTraffic {
  readonly summary: Summary;
  /** Spillway first. */
  readonly policies: readonly (Compared & Pick<Played, 'points'>)[];
}

export function playTraffic(
  { clock }: Pick<Toolbox, 'clock'>,
  { options, price, missingBins }: TrafficToPlay,
  seed: number,
  hasPeers: boolean,
  progress: (name: string) => void,
): PlayedTraffic {
  const beganMs = clock.now();
  const virtualSeconds = secondsOf(options);
  progress('Spillway');
  const own = simulateTraffic(options, seed);
  const peers = hasPeers ? simulatePeers(options, seed, progress) : [];
  const violations = toldViolations(own.violations, options.startMs);
  return {
    summary: {
      ...{ seed, held: violations.length === 0, objectives: [], virtualSeconds },
      realSeconds: (clock.now() - beganMs) / 1000,
      ...measuresOf(own, price, virtualSeconds),
      ...{ violations, missingBins },
    },
    policies: [own, ...peers].map((played) => ({
      name: played.name,
      ...measuresOf(played, price, virtualSeconds),
      points: played.points,
    })),
  };
}

export function playSeed({ options }: TrafficToPlay, seed: number): ScaledSeedLine {
  const { violations, elasticity } = simulateTraffic(options, seed);
  const told = toldViolations(violations, options.startMs);
  return { seed, held: told.length === 0, violations: told, elasticity, virtualSeconds: secondsOf(options) };
}

function secondsOf({ demand, seconds = Infinity }: TrafficOptions): number {
  return Math.min(seconds, demand.perSecond.length);
}
