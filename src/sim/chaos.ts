/** What breaks, drawn from a seed: machines, the provider, and machines that are made and never serve. */
import type { MachineName } from '../model/ids.ts';
import type { Fault } from '../rehearse/scenario/faults.ts';
import { streamOf } from './chance/stream.ts';
import { allWell, type Fates } from './imagined-world.ts';

export interface Chaos {
  readonly faults: readonly Fault[];
  readonly fates: Fates;
  readonly isSick: (name: MachineName) => boolean;
}

export const noChaos: Chaos = { faults: [], fates: allWell, isSick: () => false };

/** Chosen: enough that several meet within one scenario, and not so many that nothing is left to be saved. */
const chosen = {
  meanFaults: 3,
  /** How long a fault lasts. */
  lastsMs: { median: 15_000, spread: 2 },
  /** Of all calls of the provider. */
  fails: { before: 0.06, midway: 0.03, after: 0.03 },
  /** Of all machines that are made. */
  sick: 0.05,
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

  const calls = streamOf(seed, 'calls');
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
    isSick: sickOnes(seed),
  };
}

/** A name that comes again is another machine, and as often as not another one's luck; within one stay it stays the same. */
function sickOnes(seed: number): Chaos['isSick'] {
  const known = new Map<MachineName, boolean>();
  return (name) => {
    const found = known.get(name) ?? (/-x\d+$/.test(name) && streamOf(seed, `sick ${name}`).uniform() < chosen.sick);
    known.set(name, found);
    return found;
  };
}
