/** Recorded traffic on a platform, as programs read it: once, or as one of many seeds or platforms. */
import { noAssets } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { SpillwayError } from '../../model/errors.ts';
import { perMonth } from '../../model/quantities.ts';
import { scaleOf } from '../../plan/scale-settings.ts';
import { routeOf } from '../../rehearse/scenario/names.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import type { Judged } from '../../rehearse/verdict/objectives.ts';
import { peakOf, type Demand } from '../../sim/fleet/demand.ts';
import type { Toolbox } from '../toolbox.ts';
import { simulatePlatformTraffic, type PlayedTraffic } from './platform-traffic.ts';
import { prepared, type Preparing, type PreparedScenario } from './prepare-scenario.ts';
import type { ScaledSeedLine } from './seeds.ts';
import { toldServed, toldViolations, type Measures, type ToldServed, type ToldViolation } from './summary.ts';

export interface PlatformTraffic {
  readonly prepared: PreparedScenario;
  readonly demand: Demand;
  readonly chaos: boolean;
  readonly untilMs?: number;
}

export interface PlatformSummary extends Measures {
  readonly platform: string;
  readonly seed: number;
  readonly chaos: boolean;
  /** That no invariant was broken, and that the objectives held where they are judged. */
  readonly held: boolean;
  readonly objectives: readonly Judged[];
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  readonly violations: readonly ToldViolation[];
  /** Machines of the overflow that came. */
  readonly came: number;
  /** Machines that failed, or were cut off. */
  readonly faults: number;
  readonly calibratedBySteps: number;
  /** What a rehearsal showed that machines serve, and which share of the blueprint's figure is taken for it. */
  readonly served?: ToldServed;
}

/** Chosen: as the load of rehearsals. */
const patienceMs = 10_000;
/** Chosen: what was paid for by the hour has gone by then. */
const watchMs = 2 * 3_600_000;

/** Its first route is visited, with the holds and the periods that the blueprint has. */
export function preparePlatformTraffic(
  toolbox: Toolbox,
  blueprint: Blueprint,
  traffic: string,
  preparing: Preparing,
): PreparedScenario {
  const route = routeOf(blueprint, undefined);
  if (route === undefined)
    throw new SpillwayError({
      code: 'no-route',
      message: `${blueprint.platform} has no route that could be visited`,
      mend: 'add one to its `routes`',
      exit: 'wrongInput',
    });
  const inMs = scaleOf(blueprint, route.pool)?.settings.hold.inMs;
  const { lostRequests, p99, budget } = blueprint.objectives;
  const scenario: Scenario = {
    ...{ about: `${traffic}, as it was recorded.`, route, traffic: [], mix: [], watchMs },
    visitors: { tls: false, newConnections: 0, timeoutMs: patienceMs },
    ...{ faults: [], schedule: [], paid: 'as in the blueprint', capacity: 'with overflow' },
    hold: { ...(inMs !== undefined && { inMs }) },
    objectives: {
      backAtBase: false,
      ...(lostRequests !== undefined && { lostRequests }),
      ...(p99 !== undefined && { p99Ms: p99 }),
      ...(budget !== undefined && { budget }),
    },
  };
  return { ...prepared(toolbox, blueprint, { name: traffic, scenario }, preparing), assets: noAssets };
}

/** The fullest second gets this rate, and each other its part of it. */
export function scaledTo(demand: Demand, peakPerSecond: number): Demand {
  const most = peakOf(demand);
  return most === 0 ? demand : { ...demand, perSecond: demand.perSecond.map((rate) => (rate * peakPerSecond) / most) };
}

export async function playPlatformTraffic(
  { clock }: Pick<Toolbox, 'clock'>,
  { prepared: scenario, demand, chaos, untilMs }: PlatformTraffic,
  seed: number,
): Promise<{ readonly summary: PlatformSummary; readonly played: PlayedTraffic }> {
  const beganMs = clock.now();
  const played = await simulatePlatformTraffic(
    { ...scenario, seed, chaos, ...(untilMs !== undefined && { untilMs }) },
    demand,
  );
  const { elasticity, machineHours, virtualSeconds, requests, mostMachines, came, faults, cost: amount } = played;
  const violations = toldViolations(played.violations, 0);
  const objectives = judged(scenario.scenario, played);
  const isPromised = !chaos && untilMs === undefined;
  const currency = Object.values(scenario.blueprint.flavours)[0]?.price.currency ?? 'EUR';
  const summary: PlatformSummary = {
    ...{ platform: scenario.platform, seed, chaos, objectives, virtualSeconds },
    held: violations.length === 0 && (!isPromised || objectives.every(({ held }) => held)),
    realSeconds: (clock.now() - beganMs) / 1000,
    ...{ elasticity, requests, machineHours, mostMachines, came, faults, violations },
    cost: { currency, amount, perHour: virtualSeconds === 0 ? 0 : (3600 * amount) / virtualSeconds },
    calibratedBySteps: scenario.calibration.steps,
    ...toldServed(scenario),
  };
  return { summary, played };
}

export async function playPlatformSeed(
  toolbox: Pick<Toolbox, 'clock'>,
  traffic: PlatformTraffic,
  seed: number,
): Promise<ScaledSeedLine> {
  const { held, violations, elasticity, virtualSeconds } = (await playPlatformTraffic(toolbox, traffic, seed)).summary;
  return { seed, held, violations, elasticity, virtualSeconds };
}

/** What the blueprint promises and a record can show. */
function judged({ objectives }: Scenario, { requests, cost, virtualSeconds }: PlayedTraffic): readonly Judged[] {
  const { lostRequests, p99Ms, budget } = objectives;
  const atMost = (name: Judged['name'], unit: Judged['unit'], wanted: number | undefined, measured: number) =>
    wanted === undefined ? [] : [{ name, unit, wanted, measured, held: measured <= wanted }];
  const perHour = virtualSeconds === 0 ? 0 : (3600 * cost) / virtualSeconds;
  return [
    ...atMost('lostRequests', 'share', lostRequests, requests.sent === 0 ? 0 : requests.lost / requests.sent),
    ...atMost('p99', 'ms', p99Ms, requests.p99Ms),
    ...atMost('budget', 'money/month', budget && perMonth(budget.perHour), perMonth(perHour)),
  ];
}
