/** What breaks, drawn from a seed: machines, links between sites, the provider, and machines that are made and never serve. */
import type { MachineName, SiteName } from '../model/ids.ts';
import type { Fault } from '../rehearse/scenario/faults.ts';
import { streamOf, type Stream } from './chance/stream.ts';
import { allWell, type Fates } from './imagined-world.ts';

export interface Chaos {
  readonly faults: readonly Fault[];
  /** Links between sites that are cut, and heal. */
  readonly cuts: readonly LinkCut[];
  readonly fates: Fates;
  /** Whether the provider's API answers nothing at all, a question for what there is included. */
  readonly isDown: () => boolean;
  readonly isSick: (name: MachineName) => boolean;
  /** How much of what it should a machine serves, 0 to 1. */
  readonly speedOf: (name: MachineName) => number;
  /** How many times as long as usual a call takes. */
  readonly delay: () => number;
}

/** Times are from the start of the load. */
export interface LinkCut {
  readonly atMs: number;
  readonly forMs: number;
  readonly between: Link;
}

export type Link = readonly [SiteName, SiteName];

export const noChaos: Chaos = {
  ...{ faults: [], cuts: [], fates: allWell, isDown: () => false },
  ...{ isSick: () => false, speedOf: () => 1, delay: () => 1 },
};

/** On what it falls. */
export interface Victims {
  readonly machines: readonly MachineName[];
  readonly links: readonly Link[];
  /** How many machines the overflow may have by the blueprint; a provider may give fewer. */
  readonly overflow: number;
  readonly forMs: number;
  /** From the start of the load; before it, less than nothing. */
  readonly nowMs: () => number;
  /** Machines of the overflow that there are. */
  readonly there: () => number;
}

/** Chosen: enough that several meet within one scenario, and not so many that nothing is left to be saved. */
const chosen = {
  /** Of a scenario, and of each day where it lasts for days. */
  meanFaults: 3,
  /** How long a fault lasts. */
  lastsMs: { median: 15_000, spread: 2 },
  /** Of all calls of the provider. */
  fails: { before: 0.06, midway: 0.03, after: 0.03 },
  /** Of all machines that are made. */
  sick: 0.05,
  /** Of all machines of the overflow; they serve half. */
  slow: { chance: 0.08, speed: 0.5 },
  /** Of all calls; they take ten times as long. */
  late: { chance: 0.05, times: 10 },
  /** Of all seeds: the provider refuses whatever it is asked for a while. */
  outage: { chance: 0.25, calls: 20 },
  /** How often the provider's API is down, as faults are counted. */
  meanDowns: 0.3,
  meanCuts: 0.4,
  /** Of all seeds: the provider has fewer machines than the blueprint hopes for. */
  quota: 0.2,
  /** Of all seeds; then of all machines that it says it made or removed. */
  lies: { chance: 0.3, often: 0.08 },
};
const dayMs = 86_400_000;

const provider = new Set(['make-machine', 'remove-machine', 'commission', 'apply', 'start-machine']);

export function chaosOf(seed: number, victims: Victims): Chaos {
  const { machines, links, forMs } = victims;
  const times = Math.max(1, forMs / dayMs);
  const chance = streamOf(seed, 'chaos');
  const faults = occasions(chance, chosen.meanFaults * times, (): Fault => ({
    kind: chance.uniform() < 0.5 ? 'kill' : 'cut',
    atMs: Math.floor(chance.uniform() * forMs),
    target: machines[Math.floor(chance.uniform() * machines.length)] ?? '',
    forMs: Math.round(chance.logNormal(chosen.lastsMs.median, chosen.lastsMs.spread)),
  }));
  const between = streamOf(seed, 'links');
  const cuts = occasions(between, links.length === 0 ? 0 : chosen.meanCuts * times, (): LinkCut => ({
    ...stretch(between, forMs),
    between: links[Math.floor(between.uniform() * links.length)] ?? (['', ''] as unknown as Link),
  }));
  const api = streamOf(seed, 'api');
  const downs = occasions(api, chosen.meanDowns * times, () => stretch(api, forMs));
  const isDown = () => {
    const nowMs = downs.length === 0 ? 0 : victims.nowMs();
    return downs.some((down) => nowMs >= down.atMs && nowMs < down.atMs + down.forMs);
  };

  const delays = streamOf(seed, 'delays');
  return {
    ...{ faults, cuts, isDown },
    fates: fatesOf(seed, chance, victims, isDown),
    isSick: drawnOnce((name) => isOverflow(name) && streamOf(seed, `sick ${name}`).uniform() < chosen.sick),
    speedOf: drawnOnce((name) =>
      isOverflow(name) && streamOf(seed, `slow ${name}`).uniform() < chosen.slow.chance ? chosen.slow.speed : 1,
    ),
    delay: () => (delays.uniform() < chosen.late.chance ? chosen.late.times : 1),
  };
}

/** What becomes of a call of the provider. */
function fatesOf(seed: number, chance: Stream, { overflow, there }: Victims, isDown: () => boolean): Fates {
  const outageFrom = chance.uniform() < chosen.outage.chance ? Math.floor(chance.uniform() * 40) : Infinity;
  const calls = streamOf(seed, 'calls');
  const quotas = streamOf(seed, 'quota');
  const quota = quotas.uniform() < chosen.quota ? Math.floor(quotas.uniform() * overflow) : Infinity;
  const lies = streamOf(seed, 'lies');
  const often = lies.uniform() < chosen.lies.chance ? chosen.lies.often : 0;
  const { before, midway, after } = chosen.fails;
  let asked = 0;
  return ({ verb, subject }) => {
    if (!provider.has(verb)) return 'well';
    asked += 1;
    if (asked >= outageFrom && asked < outageFrom + chosen.outage.calls) return 'fails-before';
    const drawn = calls.uniform();
    if (isDown()) return 'fails-before';
    if (verb === 'make-machine' && isOverflow(subject) && there() >= quota) return 'fails-before';
    if (drawn < before) return 'fails-before';
    if (drawn < before + midway) return 'fails-midway';
    if (drawn < before + midway + after) return 'fails-after';
    const isMade = verb === 'make-machine';
    if ((isMade || verb === 'remove-machine') && lies.uniform() < often)
      return isMade && lies.uniform() < 0.5 ? 'never-ready' : 'lies';
    return 'well';
  };
}

/** Some of them, in the order of time. */
function occasions<One extends { readonly atMs: number }>(
  chance: Stream,
  mean: number,
  draw: () => One,
): readonly One[] {
  return Array.from({ length: chance.poisson(mean) }, draw).sort((one, other) => one.atMs - other.atMs);
}

const stretch = (chance: Stream, forMs: number) => ({
  atMs: Math.floor(chance.uniform() * forMs),
  forMs: Math.round(chance.logNormal(chosen.lastsMs.median, chosen.lastsMs.spread)),
});

const isOverflow = (name: string) => /-x\d+$/.test(name);

/** Of a machine it stays what it is: a place at a provider that is bad stays bad. */
function drawnOnce<Value>(draw: (name: MachineName) => Value): (name: MachineName) => Value {
  const known = new Map<MachineName, Value>();
  return (name) => {
    const found = known.get(name) ?? draw(name);
    known.set(name, found);
    return found;
  };
}
