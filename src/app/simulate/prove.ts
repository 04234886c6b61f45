/** Whether a platform would hold what its blueprint promises: its peak, played in virtual time with many seeds. */
import { noAssets } from '../../blueprint/platform.ts';
import { whyNeverGrows } from '../../plan/lint-scaling.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { scaleOf } from '../../plan/scale-settings.ts';
import type { Judged } from '../../rehearse/verdict/objectives.ts';
import type { Scenario } from '../../rehearse/scenario/scenario.ts';
import { imaginedVault } from '../../sim/imagined-vault.ts';
import { usualTimings } from '../../sim/platform/timings.ts';
import type { Toolbox } from '../toolbox.ts';
import { simulateScenario } from './scenario.ts';

export interface Proof {
  readonly seeds: number;
  readonly held: boolean;
  readonly objectives: readonly Proved[];
  /** What invariant was broken in how many seeds. */
  readonly violations: Readonly<Record<string, number>>;
}

/** An objective over all seeds. */
export interface Proved extends Pick<Judged, 'name' | 'unit' | 'wanted'> {
  /** In so many seeds it held. */
  readonly heldIn: number;
  readonly median: number;
  readonly worst: number;
}

/** Chosen: a minute before and after, and two at its height. */
const [calmMs, heightMs] = [60_000, 120_000];
/** Chosen: as slowly as any morning begins, in times that a machine takes; nobody promised a start from nothing. */
const beginsWithin = 20;
/** Chosen: where the objective does not say how fast the peak comes. */
const usual = { growth: 3, withinMs: 60_000 };
/** Chosen: as the load of rehearsals. */
const patienceMs = 10_000;

/** Why nothing can be proved of a blueprint of which `promisedPeak` knows none, and what to write. */
export function whyNotPromised(blueprint: Blueprint): { readonly lacks: string; readonly mend: string } {
  const [route] = webRoutes(blueprint);
  if (blueprint.objectives.peak === undefined)
    return {
      lacks: 'promises no peak',
      mend: 'say what must be served, for example `objectives: { peak: { requests: 3000 requests/s } }`',
    };
  if (route === undefined) return { lacks: 'has no route for visitors', mend: 'add one to `routes`' };
  const pool = `the pool \`${route.to}\` of its first route`;
  const why = whyNeverGrows(blueprint, route.to);
  if (why !== undefined) return { lacks: `cannot grow: ${pool} ${why.lacks}`, mend: why.mend };
  return { lacks: `cannot grow: ${pool} has no overflow`, mend: `add pools.${route.to}.overflow` };
}

/** Undefined when the blueprint promises no peak, or its first route leads to no pool that scales. */
export function promisedPeak(blueprint: Blueprint): Scenario | undefined {
  const { peak, lostRequests, p99, budget } = blueprint.objectives;
  const [route] = webRoutes(blueprint);
  const settings = route && scaleOf(blueprint, route.to)?.settings;
  if (peak === undefined || route === undefined || settings === undefined) return undefined;
  const before = peak.requests / (peak.growth ?? usual.growth);
  const overMs = peak.within ?? usual.withinMs;
  return {
    about: 'The peak that the blueprint promises.',
    route: { address: route.address, host: route.host[0] ?? '', pool: route.to },
    traffic: [
      {
        kind: 'ramp',
        fromPerSecond: 0,
        toPerSecond: before,
        overMs: Math.max(calmMs, beginsWithin * settings.readyMs),
      },
      { kind: 'hold', perSecond: before, forMs: calmMs },
      { kind: 'ramp', fromPerSecond: before, toPerSecond: peak.requests, overMs },
      { kind: 'hold', perSecond: peak.requests, forMs: heightMs },
      { kind: 'ramp', fromPerSecond: peak.requests, toPerSecond: before, overMs },
      { kind: 'hold', perSecond: before, forMs: calmMs },
    ],
    mix: [],
    visitors: { tls: false, newConnections: 0, timeoutMs: patienceMs },
    ...{ faults: [], schedule: [], hold: {}, paid: 'by the second', watchMs: 600_000, capacity: 'with overflow' },
    objectives: {
      peakPerSecond: peak.requests,
      ...(lostRequests !== undefined && { lostRequests }),
      ...(p99 !== undefined && { p99Ms: p99 }),
      ...(budget !== undefined && { budget }),
      backAtBase: true,
    },
  };
}

export async function prove(
  toolbox: Pick<Toolbox, 'digest'>,
  blueprint: Blueprint,
  scenario: Scenario,
  seeds: number,
  progress: (done: number) => void,
): Promise<Proof> {
  const digest = toolbox.digest(imaginedVault());
  const judged = new Map<Judged['name'], Judged[]>();
  const violations: Record<string, number> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    const played = await simulateScenario({
      ...{ blueprint, assets: noAssets, name: 'promised', scenario, seed, chaos: false, digest },
      timings: (_, { readyMs }) => usualTimings(readyMs),
    });
    for (const one of played.verdict.objectives) judged.set(one.name, [...(judged.get(one.name) ?? []), one]);
    for (const name of new Set(played.violations.map(({ invariant }) => invariant)))
      violations[name] = (violations[name] ?? 0) + 1;
    progress(seed);
  }
  const objectives = [...judged.values()].map(provedOf);
  const isSound = Object.keys(violations).length === 0;
  return { seeds, held: isSound && objectives.every(({ heldIn }) => heldIn === seeds), objectives, violations };
}

function provedOf(all: readonly Judged[]): Proved {
  const [{ name, unit, wanted } = { name: 'peak', unit: 'requests/s', wanted: 0 } as const] = all;
  const measured = all.map((one) => one.measured ?? Infinity).sort((one, other) => one - other);
  const at = (index: number) => measured[index] ?? Infinity;
  // Of a peak more is better, of all else less.
  const worst = name === 'peak' ? at(0) : at(measured.length - 1);
  return {
    ...{ name, unit, wanted, worst },
    heldIn: all.filter(({ held }) => held).length,
    median: at(Math.floor(measured.length / 2)),
  };
}
