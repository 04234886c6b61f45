/**
 * An imagined world stands behind the ports in place of the real one: networks,
 * machines, addresses and images are data, and asking for a thing makes it so at
 * once. It has no clock, no chance and no outside of its own, so that whatever
 * happens in it was asked for by its caller, failures included.
 */
import type { AddressName, BakeName, ImageKey, MachineName, NetworkName, PlatformName } from '../model/ids.ts';
import { toIp, toNumber } from '../model/ipv4.ts';
import type { ActualBake, ActualMachine, ActualNetwork } from '../model/inventory.ts';
import type { AddressSpec } from '../model/spec.ts';
import type { ImaginedMachine } from './imagined-machine.ts';

export interface ImaginedWorld {
  readonly images: Set<ImageKey>;
  readonly platforms: Map<PlatformName, ImaginedPlatform>;
  /** Machines made so far, whose number gives the next one its place. */
  machinesMade: number;
  /** Bakes made so far: there is no clock to tell which is the newest. */
  bakesMade: number;
}

export interface ImaginedPlatform {
  readonly networks: Map<NetworkName, ActualNetwork>;
  readonly machines: Map<MachineName, ImaginedMachine>;
  readonly addresses: Map<AddressName, AddressSpec>;
  readonly bakes: Map<BakeName, ImaginedBake>;
}

export interface ImaginedBake {
  readonly actual: ActualBake;
  /** The machine that it was taken from, as it was then. */
  readonly machine: ImaginedMachine;
}

export const emptyWorld = (): ImaginedWorld => ({
  images: new Set(),
  platforms: new Map(),
  machinesMade: 0,
  bakesMade: 0,
});

/** The platform's part of the world; made when it is not there yet. */
export function partOf(world: ImaginedWorld, platform: PlatformName): ImaginedPlatform {
  const there = world.platforms.get(platform);
  if (there !== undefined) return there;
  const made: ImaginedPlatform = { networks: new Map(), machines: new Map(), addresses: new Map(), bakes: new Map() };
  world.platforms.set(platform, made);
  return made;
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
 */
export type Fate = 'well' | 'fails-before' | 'fails-midway' | 'fails-after';

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

/** Carries calls out as their fates say. `half` is what is done of a call that fails midway; by default nothing. */
export function createCaller(
  fates: Fates,
): (verb: Call['verb'], subject: string, whole: () => void, half?: () => void) => Promise<void> {
  let number = 0;
  return async (verb, subject, whole, half = () => undefined) => {
    number += 1;
    const call: Call = { verb, subject, number };
    switch (fates(call)) {
      case 'well':
        whole();
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
