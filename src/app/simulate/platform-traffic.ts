/** Recorded traffic on a whole platform, for days and months: what came of it is counted, and nothing else is kept. */
import { entries, the } from '../../blueprint/records.ts';
import { priceOf } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ObservedMachine } from '../../model/observation.ts';
import { hoursPerMonth } from '../../model/quantities.ts';
import { createRecorder, quantileUs } from '../../rehearse/load/latencies.ts';
import type { Demand } from '../../sim/fleet/demand.ts';
import type { Played } from '../../sim/fleet/play.ts';
import { playPlatform, type Pace, type PlayedPlatform, type Spectator } from './play-platform.ts';
import type { DrivenPool } from './platform.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export interface PlayedTraffic extends PlayedPlatform, Pick<Played, 'requests' | 'points' | 'mostMachines'> {
  /** Of the base for all of the time, and of the overflow in the periods that it is paid for. */
  readonly cost: number;
  /** Machines of the overflow that came. */
  readonly came: number;
  /** Machines that failed, or were cut off. */
  readonly faults: number;
}

/** A second is the smallest step, and every controller looks once in it. */
const pace: Pace = { turnMs: 1000, stepMs: 1000 };
/** Chosen: as many as a picture has columns. */
const mostPoints = 600;
const hourMs = 3_600_000;

export async function simulatePlatformTraffic(given: ScenarioToSimulate, demand: Demand): Promise<PlayedTraffic> {
  const counting = createCounting(given.blueprint, demand.perSecond.length);
  const played = await playPlatform(given, demand, pace, counting.spectator);
  return { ...played, ...counting.counted(played.virtualSeconds) };
}

function createCounting(blueprint: Blueprint, seconds: number) {
  const latencies = createRecorder();
  const bill = createBill(blueprint);
  const width = Math.max(1, Math.ceil(seconds / mostPoints));
  const points: { second: number; demand: number; supply: number }[] = [];
  const seen = new Map<DrivenPool, readonly ObservedMachine[]>();
  let [sent, lost, most, faults, endMs] = [0, 0, 0, 0, 0];

  const spectator: Spectator = {
    took: (ms, requests) => latencies.record(1000 * ms, requests),
    starts: () => undefined,
    second(played) {
      sent += played.sent;
      lost += played.lost;
      if (!played.isLoad) return;
      const { second, expected, capacity } = played;
      const point = points[Math.floor(second / width)];
      if (point === undefined) points.push({ second, demand: expected, supply: capacity });
      else {
        point.demand = Math.max(point.demand, expected);
        point.supply = Math.min(point.supply, capacity);
      }
    },
    turn(atMs, pool) {
      const machines = pool.driver.machines();
      if (seen.get(pool) === machines) return;
      seen.set(pool, machines);
      bill.look(pool, machines, atMs);
      most = Math.max(
        most,
        [...seen.values()].reduce((sum, all) => sum + all.length, 0),
      );
    },
    relief: () => undefined,
    mark: () => undefined,
    fault({ state }) {
      if (state === 'began') faults += 1;
    },
    ends(atMs) {
      endMs = atMs;
    },
  };
  return {
    spectator,
    counted(virtualSeconds: number): Omit<PlayedTraffic, keyof PlayedPlatform> {
      const all = latencies.take();
      const overflow = bill.total(endMs);
      return {
        requests: {
          ...{ sent: Math.round(sent), lost: Math.round(lost) },
          ...{ p50Ms: quantileUs(all, 0.5) / 1000, p99Ms: quantileUs(all, 0.99) / 1000 },
        },
        ...{ points, faults, mostMachines: most, came: overflow.came },
        cost: (priceOf(blueprint).basePerHour * virtualSeconds) / 3600 + overflow.amount,
      };
    },
  };
}

/** What the overflow costs, machine by machine, in whole periods. */
function createBill(blueprint: Blueprint) {
  const prices = new Map(
    entries(blueprint.pools).flatMap(([pool, { overflow }]) =>
      overflow === undefined ? [] : [[pool, the(blueprint.flavours, overflow.flavour).price] as const],
    ),
  );
  const open = new Map<MachineName, { readonly fromMs: number; readonly pool: DrivenPool }>();
  let [came, amount] = [0, 0];
  const pay = (pool: DrivenPool, stayMs: number) => {
    const price = prices.get(pool.pool);
    if (price === undefined) return;
    const periodHours = price.per === 'hour' ? 1 : hoursPerMonth;
    amount += Math.max(1, Math.ceil(stayMs / (periodHours * hourMs))) * periodHours * price.perHour;
  };
  return {
    look(pool: DrivenPool, machines: readonly ObservedMachine[], nowMs: number): void {
      const there = new Set(machines.map(({ name }) => name));
      for (const { name, part, paidSinceMs } of machines) {
        if (part === 'base' || open.has(name)) continue;
        came += 1;
        open.set(name, { fromMs: paidSinceMs, pool });
      }
      for (const [name, stay] of open) {
        if (stay.pool !== pool || there.has(name)) continue;
        open.delete(name);
        pay(pool, nowMs - stay.fromMs);
      }
    },
    total(nowMs: number): { readonly came: number; readonly amount: number } {
      for (const { pool, fromMs } of open.values()) pay(pool, nowMs - fromMs);
      open.clear();
      return { came, amount };
    },
  };
}
