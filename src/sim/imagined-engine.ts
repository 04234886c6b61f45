/** The port Engine onto an imagined world. It refuses what a real engine refuses. */
import { SpillwayError } from '../model/errors.ts';
import type { AddressName, BakeName, ImageKey, MachineName, PlatformName } from '../model/ids.ts';
import type { ActualMachine, Inventory } from '../model/inventory.ts';
import { staleAt } from '../model/term.ts';
import type { BakeSpec, MachineSpec } from '../model/spec.ts';
import type { Engine } from '../ports/engine.ts';
import {
  booted,
  copied,
  cutOff,
  newMachine,
  rejoined,
  seenOf,
  stateOf,
  unplugged,
  withoutPower,
  type ImaginedMachine,
} from './imagined-machine.ts';
import {
  nextReach,
  partOf,
  type Caller,
  type ImaginedAddress,
  type ImaginedBake,
  type ImaginedPlatform,
  type ImaginedWorld,
} from './imagined-world.ts';

export const imaginedImageKey = (packages: readonly string[]): ImageKey => `image-of-${packages.join('-')}` as ImageKey;

export function imaginedEngine(world: ImaginedWorld, call: Caller): Engine {
  return {
    kind: 'imagined',
    check: async () => [],
    imageKey: imaginedImageKey,
    ensureImage: (packages) =>
      call('build-image', `${packages.length} packages`, () => world.images.add(imaginedImageKey(packages))),
    platforms: async () => [...world.platforms.keys()].sort(),
    async hear(platform, term) {
      const heard = world.terms.get(platform) ?? 0;
      if (term < heard) throw staleAt(`the engine of ${platform}`, term, heard);
      world.terms.set(platform, term);
    },
    list: async (platform) => inventoryOf(world, platform),

    ensureNetwork: ({ platform, name, kind, cidr, sites }) =>
      call('make-network', name, () => {
        const { networks } = partOf(world, platform);
        const there = networks.get(name);
        if (there !== undefined && (there.kind !== kind || there.cidr !== cidr)) {
          throw refused('network-differs', `the network ${name} is ${there.kind} ${there.cidr}`);
        }
        networks.set(name, { name, kind, cidr, sites: [...new Set([...(there?.sites ?? []), ...sites])].sort() });
      }),
    removeNetwork: (platform, name) =>
      call('remove-network', name, () => {
        const { networks, machines } = partOf(world, platform);
        networks.delete(name);
        for (const [at, machine] of machines) machines.set(at, unplugged(machine, name));
      }),

    createMachine: (spec) =>
      call(
        'make-machine',
        spec.name,
        () => {
          const { machines } = partOf(world, spec.platform);
          const there = machines.get(spec.name);
          const machine = there === undefined || there.actual.state === 'broken' ? made(world, spec) : there;
          machines.set(spec.name, plugged(partOf(world, spec.platform), machine));
        },
        () => {
          const { actual, ...rest } = made(world, spec);
          partOf(world, spec.platform).machines.set(spec.name, { ...rest, actual: { ...actual, state: 'broken' } });
        },
        () => {
          const part = partOf(world, spec.platform);
          part.machines.set(spec.name, { ...machineOf(part, spec.name), answers: false });
        },
      ),
    startMachine: (platform, name) =>
      call('start-machine', name, () => {
        const part = partOf(world, platform);
        part.machines.set(name, plugged(part, machineOf(part, name)));
      }),
    powerOff: (platform, name) =>
      call('cut-power', name, () => {
        const part = partOf(world, platform);
        part.machines.set(name, withoutPower(machineOf(part, name)));
      }),
    cutOff: (platform, name) =>
      call('cut-off', name, () => {
        const part = partOf(world, platform);
        part.machines.set(name, cutOff(machineOf(part, name)));
      }),
    rejoin: (platform, name) =>
      call('rejoin', name, () => {
        const part = partOf(world, platform);
        part.machines.set(name, rejoined(machineOf(part, name)));
      }),
    removeMachine: (platform, name) =>
      call('remove-machine', name, () => {
        const part = partOf(world, platform);
        part.machines.delete(name);
        keepNewestBakes(part);
      }),
    commission: (platform, name) =>
      call('commission', name, () => {
        const part = partOf(world, platform);
        const machine = machineOf(part, name);
        part.machines.set(name, { ...machine, actual: { ...machine.actual, commissioned: true } });
      }),

    bake: (spec) =>
      call('bake', spec.pool, () => {
        const part = partOf(world, spec.platform);
        const bake = baked(world, spec, machineOf(part, spec.from));
        part.bakes.set(bake.actual.name, bake);
        keepNewestBakes(part);
      }),
    removeBake: (platform, name) =>
      call('remove-bake', name, () => {
        const part = partOf(world, platform);
        if (bakesInUse(part).has(name)) throw refused('bake-in-use', `a machine stands on ${name}`);
        part.bakes.delete(name);
      }),

    ensureAddress: (address) =>
      call('make-address', address.name, () => {
        const { networks, addresses } = partOf(world, address.platform);
        if (!networks.has(address.network)) throw networkMissing(address.network);
        const { on, ip } = addresses.get(address.name) ?? {};
        const stays = on !== undefined && address.placed && address.holders.includes(on) && ip === address.ip;
        addresses.set(address.name, { ...address, ...(stays && { on }) });
      }),
    placeAddress: (platform, name, machine) =>
      call(
        'place-address',
        `${name} on ${machine}`,
        () => {
          const part = partOf(world, platform);
          part.addresses.set(name, { ...placeable(part, name, machine), on: machine });
        },
        () => {
          const part = partOf(world, platform);
          const { on: _, ...taken } = placeable(part, name, machine);
          part.addresses.set(name, taken);
        },
      ),
    removeAddress: (platform, name) =>
      call('remove-address', name, () => partOf(world, platform).addresses.delete(name)),
    async clear(platform) {
      world.platforms.delete(platform);
      world.terms.delete(platform);
    },
  };
}

function inventoryOf(world: ImaginedWorld, platform: PlatformName): Inventory {
  const part = world.platforms.get(platform);
  return {
    images: [...world.images].sort(),
    networks: inOrder(part?.networks),
    machines: part === undefined ? [] : part.machineNames().map((name) => seenOf(machineOf(part, name))),
    bakes: inOrder(part?.bakes).map(({ actual }) => actual),
    addresses: inOrder(part?.addresses).map(({ name, network, ip, holders, placed, on }) => ({
      ...{ name, network, ip, holders, placed, reachableAt: ip },
      ...(on !== undefined && part?.machines.has(on) && { on }),
    })),
    leftovers: [],
  };
}

function inOrder<Name extends string, Thing>(things: ReadonlyMap<Name, Thing> = new Map<Name, Thing>()): Thing[] {
  return [...things].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, thing]) => thing);
}

function made(world: ImaginedWorld, spec: MachineSpec): ImaginedMachine {
  const { name, pool, part, site, flavour, interfaces, packages } = spec;
  const bake = spec.bake === undefined ? undefined : partOf(world, spec.platform).bakes.get(spec.bake);
  if (spec.bake !== undefined && bake === undefined) throw refused('bake-missing', `there is no bake ${spec.bake}`);
  const image = bake?.actual.image ?? imaginedImageKey(packages);
  if (!world.images.has(image)) throw refused('image-missing', `the image ${image} is not there`);
  const reach = nextReach(world);
  const hardware = { cores: flavour.cores, memoryBytes: flavour.memoryBytes };
  const actual: ActualMachine = {
    ...{ name, pool, part, site, hardware, image, interfaces, reach },
    flavour: flavour.name,
    state: 'stopped',
    isCutOff: false,
    commissioned: false,
    ...(bake !== undefined && { bake: bake.actual.name }),
  };
  return bake === undefined ? newMachine(actual, packages) : copied(bake.machine, actual);
}

/** A bake of the machine as it is now. */
export function baked(
  world: ImaginedWorld,
  { pool, from, recipes }: Pick<BakeSpec, 'pool' | 'from' | 'recipes'>,
  machine: ImaginedMachine,
): ImaginedBake {
  world.bakesMade += 1;
  const name = `${pool}.${world.bakesMade}` as BakeName;
  const { image } = machine.actual;
  return { actual: { ...{ name, pool, image, recipes, from }, madeAtMs: world.bakesMade }, machine };
}

/** Of each pool, and those on which machines stand. */
function keepNewestBakes(part: ImaginedPlatform): void {
  const inUse = bakesInUse(part);
  const newest = new Map([...part.bakes.values()].map(({ actual }) => [actual.pool, actual.name]));
  for (const [name, { actual }] of part.bakes)
    if (newest.get(actual.pool) !== name && !inUse.has(name)) part.bakes.delete(name);
}

function bakesInUse({ machines }: ImaginedPlatform): ReadonlySet<BakeName | undefined> {
  return new Set([...machines.values()].map(({ actual }) => actual.bake));
}

/** Booted with a cable to each of its networks, or as it was if it runs with all of them. */
function plugged({ networks }: ImaginedPlatform, machine: ImaginedMachine): ImaginedMachine {
  if (machine.actual.state === 'broken') throw refused('machine-broken', `${machine.actual.name} has no disk`);
  if (stateOf(machine) === 'running') return machine;
  for (const { network } of machine.actual.interfaces) {
    if (networks.get(network)?.sites.includes(machine.actual.site) !== true) throw networkMissing(network);
  }
  return booted(machine);
}

/** The address, if it may be placed on that machine. */
function placeable(part: ImaginedPlatform, name: AddressName, machine: MachineName): ImaginedAddress {
  const address = part.addresses.get(name);
  if (address === undefined) throw refused('address-missing', `there is no address ${name}`);
  if (!address.placed) throw refused('address-not-placed', `the holders of ${name} take it from one another`);
  if (!address.holders.includes(machine)) throw refused('address-not-held', `${machine} is no holder of ${name}`);
  machineOf(part, machine);
  return address;
}

function machineOf({ machines }: ImaginedPlatform, name: MachineName): ImaginedMachine {
  const machine = machines.get(name);
  if (machine === undefined) throw refused('machine-missing', `there is no machine ${name}`);
  return machine;
}

function networkMissing(network: string): SpillwayError {
  return refused('network-missing', `the network ${network} is not there`);
}

function refused(code: string, message: string): SpillwayError {
  return new SpillwayError({ code: `imagined-${code}`, message, mend: 'this is what a real engine would refuse' });
}
