/** How well Spillway's controller follows demand, beside the policies of others: a steep step, and two recorded days. */
import type { Price } from '../../model/quantities.ts';
import { demandOf, type Demand } from '../../sim/fleet/demand.ts';
import type { Compared } from '../simulate/comparison.ts';
import { playTraffic } from '../simulate/play-traffic.ts';
import { recordedTraffic } from '../simulate/recorded-traffic.ts';
import type { TrafficOptions } from '../simulate/traffic.ts';
import type { Toolbox } from '../toolbox.ts';

export interface ElasticityBench {
  readonly step: readonly {
    readonly readyAfterMs: number;
    readonly policies: readonly Compared[];
  }[];
  readonly worldCup: readonly Compared[];
  readonly virtualSeconds: number;
  readonly realSeconds: number;
}

/** Chosen: what a small cloud machine costs. */
const price: Price = { perHour: 0.12, per: 'hour', currency: 'EUR' };
const growth = { times: 3, withinMs: 20_000 };
const step: Demand = demandOf([
  { kind: 'hold', perSecond: 1000, forMs: 600_000 },
  { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: growth.withinMs },
  { kind: 'hold', perSecond: 3000, forMs: 1_180_000 },
]);
const readyAfterS = [0, 30, 60, 120];
const worldCupPath = 'traces/worldcup98-second-26-27jun.csv';
const worldCupStartMs = Date.UTC(1998, 5, 25, 22, 0, 1);

function optionsOf(demand: Demand, readyAfterMs: number, startMs: number): TrafficOptions {
  return {
    ...{ demand, readyAfterMs, startMs, capacity: 100, spread: 1, base: 1, most: 1000 },
    ...{ holdInMs: Math.max(60_000, readyAfterMs), billedMs: 0, target: 0.7, patienceMs: 10_000 },
  };
}

export function benchElasticity(toolbox: Toolbox, progress: (line: string) => void): Promise<ElasticityBench> {
  let [virtualSeconds, realSeconds] = [0, 0];
  const played = (options: TrafficOptions, hasPeers: boolean): readonly Compared[] => {
    const { summary, policies } = playTraffic(
      toolbox,
      { options, price, missingBins: 0 },
      1,
      hasPeers,
      () => undefined,
    );
    virtualSeconds += summary.virtualSeconds * policies.length;
    realSeconds += summary.realSeconds;
    return policies.map(({ points: _, ...measures }) => measures);
  };
  const both = (options: TrafficOptions) => {
    const told = played({ ...options, growth }, false);
    return [...told.map((one) => ({ ...one, name: 'Spillway, growth stated' })), ...played(options, true)];
  };
  const steps = readyAfterS.map((seconds) => {
    progress(`elasticity: a step, machines ready after ${seconds} s`);
    const readyAfterMs = 1000 * seconds;
    return { readyAfterMs, policies: both(optionsOf(step, readyAfterMs, 0)) };
  });
  progress('elasticity: two days of the World Cup');
  const { demand } = recordedTraffic(toolbox, toolbox.files.resolve(toolbox.files.home, worldCupPath), {});
  const worldCup = both(optionsOf(demand, 60_000, worldCupStartMs));
  return Promise.resolve({ step: steps, worldCup, virtualSeconds, realSeconds });
}
