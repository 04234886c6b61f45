/**
 * An imagined world stands behind the ports in place of the real one: networks,
 * machines, addresses and images are data, and asking for a thing makes it so at
 * once. It has no clock, no chance and no outside of its own, so that whatever
 * happens in it was asked for by its caller, failures included.
 */
import type {
  AddressName,
  BakeName,
  ImageKey,
  MachineName,
  NetworkName,
  PlatformName,
  SiteName,
} from '../model/ids.ts';
import { toIp, toNumber } from '../model/ipv4.ts';
import type { ActualBake, ActualMachine, ActualNetwork } from '../model/inventory.ts';
import type { AddressSpec } from '../model/spec.ts';
import type { ImaginedMachine } from './imagined-machine.ts';

export interface ImaginedWorld {
  readonly images: Set<ImageKey>;
  readonly platforms: Map<PlatformName, ImaginedPlatform>;
  /** The largest terms that engines heard of. */
  readonly terms: Map<PlatformName, number>;
  /** Machines made so far, whose number gives the next one its place. */
  machinesMade: number;
  /** Bakes made so far: there is no clock to tell which is the newest. */
  bakesMade: number;
}

export interface ImaginedPlatform {
  readonly networks: Map<NetworkName, ActualNetwork>;
  readonly machines: Map<MachineName, ImaginedMachine>;
  readonly addresses: Map<AddressName, ImaginedAddress>;
  readonly bakes: Map<BakeName, ImaginedBake>;
  /** Links between sites over which nothing comes, as `linkOf` names them. */
  readonly cutLinks: Set<string>;
  /** How often machines or links were changed: as long as it is the same, so are they. */
  changes: number;
  /** In their order. */
  machineNames(): readonly MachineName[];
}

/** The same name in both directions. */
export const linkOf = (one: SiteName, other: SiteName): string => [one, other].sort().join(' ');

/** Tells whenever something in it is another than before. */
class WatchedMap<Key, Value> extends Map<Key, Value> {
  readonly #changed: () => void;
  /** How often a key came or went. */
  comings = 0;

  constructor(changed: () => void) {
    super();
    this.#changed = changed;
  }

  override set(key: Key, value: Value): this {
    this.#changed();
    if (!this.has(key)) this.comings += 1;
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    this.#changed();
    this.comings += 1;
    return super.delete(key);
  }

  override clear(): void {
    this.#changed();
    this.comings += 1;
    super.clear();
  }
}

export interface ImaginedAddress extends AddressSpec {
  /** Where it was placed; nothing when a move ended halfway. */
  readonly on?: MachineName;
}

export interface ImaginedBake {
  readonly actual: ActualBake;
  /** The machine that it was taken from, as it was then. */
  readonly machine: ImaginedMachine;
}

export const emptyWorld = (): ImaginedWorld => ({
  images: new Set(),
  platforms: new Map(),
  terms: new Map(),
  machinesMade: 0,
  bakesMade: 0,
});

/** The platform's part of the world; made when it is not there yet. */
export function partOf(world: ImaginedWorld, platform: PlatformName): ImaginedPlatform {
  const there = world.platforms.get(platform);
  if (there !== undefined) return there;
  const made = emptyPlatform();
  world.platforms.set(platform, made);
  return made;
}

function emptyPlatform(): ImaginedPlatform {
  const machines = new WatchedMap<MachineName, ImaginedMachine>(() => (made.changes += 1));
  // Machines change often, and which ones there are does not: thousands are not sorted each time.
  let sorted: { readonly names: readonly MachineName[]; readonly comings: number } | undefined;
  const made: ImaginedPlatform = {
    ...{ networks: new Map(), addresses: new Map(), bakes: new Map(), cutLinks: new Set(), changes: 0, machines },
    machineNames() {
      if (sorted?.comings !== machines.comings)
        sorted = { names: [...machines.keys()].sort(), comings: machines.comings };
      return sorted.names;
    },
  };
  return made;
}

/** Another world that is as this one is now: what happens in one does not in the other. */
export function copyOf({ images, platforms, terms, ...counts }: ImaginedWorld): ImaginedWorld {
  const world: ImaginedWorld = {
    ...{ images: new Set(images), platforms: new Map(), terms: new Map(terms) },
    ...counts,
  };
  for (const [name, part] of platforms) {
    const copied = partOf(world, name);
    for (const kind of ['networks', 'machines', 'addresses', 'bakes'] as const) fill(copied[kind], part[kind]);
    for (const link of part.cutLinks) copied.cutLinks.add(link);
  }
  return world;
}

function fill(into: Map<string, unknown>, from: ReadonlyMap<string, unknown>): void {
  for (const [name, thing] of from) into.set(name, thing);
}

const firstReach = toNumber('100.64.0.2');

/** Where the controller reaches a machine that is made now. */
export function nextReach(world: ImaginedWorld): ActualMachine['reach'] {
  return { host: toIp(firstReach + world.machinesMade++), port: 22 };
}

/** What a real engine or host is asked for, as it is asked. */
export interface Call {
  readonly verb:
    | 'build-image'
    | 'make-network'
    | 'remove-network'
    | 'make-machine'
    | 'start-machine'
    | 'cut-power'
    | 'cut-off'
    | 'rejoin'
    | 'remove-machine'
    | 'commission'
    | 'bake'
    | 'remove-bake'
    | 'make-address'
    | 'place-address'
    | 'remove-address'
    | 'apply';
  /** The thing that it is about. */
  readonly subject: string;
  /** Counts all calls of this world's ports, from 1. */
  readonly number: number;
}

/**
 * What becomes of a call: it is carried out (`well`); it fails before anything
 * happened, in the middle, or when all was done and only the answer was lost.
 * Or it is said to be done and was not (`lies`), or what was made never answers
 * (`never-ready`).
 */
export type Fate = 'well' | 'fails-before' | 'fails-midway' | 'fails-after' | 'lies' | 'never-ready';

export type Fates = (call: Call) => Fate;

export const allWell: Fates = () => 'well';

/** The error with which a call of such a fate fails. */
export class ImaginedFailure extends Error {
  readonly call: Call;

  constructor(call: Call) {
    super(`imagined failure of ${call.verb} ${call.subject}`);
    this.call = call;
  }
}

/**
 * Carries calls out as their fates say. `half` is what is done of a call that fails midway, by default nothing; `mute`
 * is done after the whole of one that makes what is never ready.
 */
export function createCaller(
  fates: Fates,
): (verb: Call['verb'], subject: string, whole: () => void, half?: () => void, mute?: () => void) => Promise<void> {
  let number = 0;
  return async (verb, subject, whole, half = () => undefined, mute = () => undefined) => {
    number += 1;
    const call: Call = { verb, subject, number };
    switch (fates(call)) {
      case 'well':
        whole();
        return;
      case 'lies':
        return;
      case 'never-ready':
        whole();
        mute();
        return;
      case 'fails-before':
        throw new ImaginedFailure(call);
      case 'fails-midway':
        half();
        throw new ImaginedFailure(call);
      case 'fails-after':
        whole();
        throw new ImaginedFailure(call);
    }
  };
}

export type Caller = ReturnType<typeof createCaller>;
