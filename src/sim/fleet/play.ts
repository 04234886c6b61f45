/** Plays traffic against a pool, second by second, and measures what came of it. */
import { createService } from '../service/service.ts';
import { createRecorder, quantileUs } from '../../rehearse/load/latencies.ts';
import { streamOf } from '../chance/stream.ts';
import type { Decider } from './decider.ts';
import type { Demand } from './demand.ts';
import { wholeMachines } from '../policies/machines.ts';
import { createElasticity, type Elasticity } from './elasticity.ts';
import { createFleet, type FleetSettings } from './fleet.ts';

export interface PlaySettings extends FleetSettings {
  /** Requests/s of one machine. */
  readonly capacity: number;
  /** Machines that are there at the beginning, and always. */
  readonly base: number;
  /** Machines that are there at the beginning, in all. */
  readonly begins: number;
  /** How long a visitor waits. */
  readonly patienceMs: number;
  /** What is paid for at a time; 0 by the second. */
  readonly billedMs: number;
  /** Milliseconds since 1970 of the first second. */
  readonly startMs: number;
}

export interface Played {
  readonly name: string;
  readonly elasticity: Elasticity;
  readonly requests: { readonly sent: number; readonly lost: number; readonly p50Ms: number; readonly p99Ms: number };
  /** Of all machines, as long as each was paid for. */
  readonly machineHours: number;
  /** Paid for, in full periods. */
  readonly billedHours: number;
  readonly mostMachines: number;
  readonly points: readonly Point[];
}

/** One of a few hundred stretches of the time, for a picture. */
export interface Point {
  readonly second: number;
  /** The most in the stretch, in requests/s. */
  readonly demand: number;
  /** The least in the stretch, in requests/s. */
  readonly supply: number;
}

/** Chosen: as many as a picture has columns. */
const mostPoints = 600;
const hourMs = 3_600_000;

export function play(demand: Demand, decider: Decider, settings: PlaySettings, seed: number): Played {
  const { capacity, base, begins, patienceMs, billedMs, startMs } = settings;
  const arrivals = streamOf(seed, 'arrivals');
  let [paidMs, billed] = [0, 0];
  const pay = (stayMs: number) => {
    paidMs += stayMs;
    billed += billedMs === 0 ? stayMs : Math.max(1, Math.ceil(stayMs / billedMs)) * billedMs;
  };
  const beginning = { base, overflow: Math.max(0, begins - base), startMs };
  const fleet = createFleet(settings, beginning, streamOf(seed, 'machines'), pay);
  const elasticity = createElasticity();
  const latencies = createRecorder();
  const service = createService({
    overheadMs: 0,
    took(ms, requests) {
      latencies.record(1000 * ms, requests);
    },
  });
  const { perSecond, isDrawn } = demand;
  const limits = { most: Infinity, patienceMs };
  const points: { second: number; demand: number; supply: number }[] = [];
  const width = Math.max(1, Math.ceil(perSecond.length / mostPoints));
  let [sent, lost, most] = [0, 0, begins];

  for (let second = 0; second < perSecond.length; second++) {
    const nowMs = startMs + 1000 * (second + 1);
    const expected = perSecond[second] ?? 0;
    const came = isDrawn ? arrivals.poisson(expected) : expected;
    const serving = fleet.serving();
    const served = service.serve(came, 1000, { perSecond: serving * capacity, servers: serving }, limits);
    sent += came;
    lost += served.lost;
    elasticity.second(wholeMachines(expected / capacity), serving);
    const point = points[Math.floor(second / width)];
    if (point === undefined) points.push({ second, demand: expected, supply: serving * capacity });
    else {
      point.demand = Math.max(point.demand, expected);
      point.supply = Math.min(point.supply, serving * capacity);
    }
    fleet.until(nowMs);
    fleet.carryOut(decider.turn(came, fleet.machines(), nowMs), nowMs);
    most = Math.max(most, fleet.machines().length);
  }
  const endMs = startMs + 1000 * perSecond.length;
  for (const { paidSinceMs } of fleet.machines()) pay(endMs - paidSinceMs);
  service.tellCalm();
  const all = latencies.take();
  return {
    name: decider.name,
    elasticity: elasticity.measured(),
    requests: {
      ...{ sent: Math.round(sent), lost: Math.round(lost) },
      ...{ p50Ms: quantileUs(all, 0.5) / 1000, p99Ms: quantileUs(all, 0.99) / 1000 },
    },
    machineHours: paidMs / hourMs,
    billedHours: billed / hourMs,
    mostMachines: most,
    points,
  };
}
