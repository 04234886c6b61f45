/** What breaks, drawn from a seed: machines, the provider, and machines that are made and never serve. */
import type { MachineName } from '../model/ids.ts';
import type { Fault } from '../rehearse/scenario/faults.ts';
import { streamOf } from './chance/stream.ts';
import { allWell, type Fates } from './imagined-world.ts';

export interface Chaos {
  readonly faults: readonly Fault[];
  readonly fates: Fates;
  readonly isSick: (name: MachineName) => boolean;
  /** How much of what it should a machine serves, 0 to 1. */
  readonly speedOf: (name: MachineName) => number;
  /** How many times as long as usual a call takes. */
  readonly delay: () => number;
}

export const noChaos: Chaos = { faults: [], fates: allWell, isSick: () => false, speedOf: () => 1, delay: () => 1 };

/** Chosen: enough that several meet within one scenario, and not so many that nothing is left to be saved. */
const chosen = {
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
  /** Of all seeds: the provider answers nothing for a while. */
  outage: { chance: 0.25, calls: 20 },
};

const provider = new Set(['make-machine', 'remove-machine', 'commission', 'apply', 'start-machine']);

export function chaosOf(seed: number, machines: readonly MachineName[], forMs: number): Chaos {
  const chance = streamOf(seed, 'chaos');
  const faults = Array.from({ length: chance.poisson(chosen.meanFaults) }, (): Fault => ({
    kind: chance.uniform() < 0.5 ? 'kill' : 'cut',
    atMs: Math.floor(chance.uniform() * forMs),
    machine: machines[Math.floor(chance.uniform() * machines.length)] ?? ('' as MachineName),
    forMs: Math.round(chance.logNormal(chosen.lastsMs.median, chosen.lastsMs.spread)),
  })).sort((one, other) => one.atMs - other.atMs);

  const [calls, delays] = [streamOf(seed, 'calls'), streamOf(seed, 'delays')];
  const outageFrom = chance.uniform() < chosen.outage.chance ? Math.floor(chance.uniform() * 40) : Infinity;
  let asked = 0;
  const { before, midway, after } = chosen.fails;
  return {
    faults,
    fates({ verb }) {
      if (!provider.has(verb)) return 'well';
      asked += 1;
      if (asked >= outageFrom && asked < outageFrom + chosen.outage.calls) return 'fails-before';
      const drawn = calls.uniform();
      if (drawn < before) return 'fails-before';
      if (drawn < before + midway) return 'fails-midway';
      return drawn < before + midway + after ? 'fails-after' : 'well';
    },
    isSick: drawnOnce((name) => isOverflow(name) && streamOf(seed, `sick ${name}`).uniform() < chosen.sick),
    speedOf: drawnOnce((name) =>
      isOverflow(name) && streamOf(seed, `slow ${name}`).uniform() < chosen.slow.chance ? chosen.slow.speed : 1,
    ),
    delay: () => (delays.uniform() < chosen.late.chance ? chosen.late.times : 1),
  };
}

const isOverflow = (name: MachineName) => /-x\d+$/.test(name);

/** Of a machine it stays what it is: a place at a provider that is bad stays bad. */
function drawnOnce<Value>(draw: (name: MachineName) => Value): (name: MachineName) => Value {
  const known = new Map<MachineName, Value>();
  return (name) => {
    const found = known.get(name) ?? draw(name);
    known.set(name, found);
    return found;
  };
}
