/** What there is, read from the kernel's and runc's own state. */
import type { FlavourName, ImageKey, MachineName, PlatformName, PoolName, SiteName } from '../../model/ids.ts';
import type { ActualAddress, ActualBake, ActualMachine, Inventory } from '../../model/inventory.ts';
import { openAddresses } from './addresses.ts';
import {
  bakesDir,
  cgroupPrefix,
  cgroupName,
  containerId,
  fabricNetns,
  machineNetns,
  machinesDir,
  netnsOwner,
} from './names.ts';
import type { Lab } from './names.ts';
import { keptBakes } from './bake-tags.ts';
import { cgroupsWithPrefix } from './cgroups.ts';
import { claimsIn } from './claim.ts';
import { namesIn } from './files.ts';
import { keptImages } from './image-keeping.ts';
import type { KeptAddress } from './kept-addresses.ts';
import { readTags } from './machine-tags.ts';
import { isCommissioned } from './machines.ts';
import { placedOn } from './placing.ts';
import { runningInit } from './power.ts';
import { linksIn, netnsNames } from './netns.ts';
import type { Links } from './plumbing.ts';
import { isCutOff, networksOf } from './plumbing.ts';

export async function listPlatform(lab: Lab, platform: PlatformName): Promise<Inventory> {
  const [images, bakes, names, links] = await Promise.all([
    keptImages(lab),
    keptBakes(lab, platform),
    machineNames(lab, platform),
    linksIn(fabricNetns(platform)),
  ]);
  const [machines, addresses] = await Promise.all([
    Promise.all(names.map((name) => actualMachine(lab, platform, name, { images, bakes, links }))).then((all) =>
      all.filter((machine) => machine !== undefined),
    ),
    openAddresses(lab, platform, links).then((open) => Promise.all(open.map((one) => actualAddress(one, names)))),
  ]);
  return {
    images,
    networks: networksOf(links),
    machines,
    bakes,
    addresses,
    leftovers: await leftovers(lab, platform, names),
  };
}

/** Drafts and half-removed machines begin with a dot. */
export async function machineNames(lab: Lab, platform: PlatformName): Promise<MachineName[]> {
  return (await namesIn(machinesDir(lab, platform))).filter((name) => !name.startsWith('.')) as MachineName[];
}

interface Around {
  readonly images: readonly ImageKey[];
  readonly bakes: readonly ActualBake[];
  readonly links: Links;
}

async function actualMachine(
  lab: Lab,
  platform: PlatformName,
  name: MachineName,
  { images, bakes, links }: Around,
): Promise<ActualMachine | undefined> {
  const tags = await readTags(lab, platform, name);
  if (tags === undefined) {
    // One that went between its name and its tags is no broken one.
    return (await machineNames(lab, platform)).includes(name) ? unreadable(name) : undefined;
  }
  const hasGround =
    images.includes(tags.image) && (tags.bake === undefined || bakes.some(({ name: bake }) => bake === tags.bake));
  const init = await runningInit(lab, platform, name, links);
  return {
    name,
    pool: tags.pool,
    part: tags.part,
    site: tags.site,
    flavour: tags.flavour.name,
    hardware: { cores: tags.flavour.cores, memoryBytes: tags.flavour.memoryBytes },
    image: tags.image,
    ...(tags.bake !== undefined && { bake: tags.bake }),
    interfaces: tags.interfaces,
    state: init !== undefined ? 'running' : hasGround ? 'stopped' : 'broken',
    isCutOff: init !== undefined && isCutOff(name, tags.interfaces, links),
    commissioned: await isCommissioned(lab, platform, name, init?.startTime),
    reach: { host: tags.management.ip, port: 22 },
  };
}

async function actualAddress(kept: KeptAddress, machines: readonly MachineName[]): Promise<ActualAddress> {
  const { name, network, ip, holders, placed, front } = kept;
  const on = placed ? await placedOn(kept) : undefined;
  return {
    ...{ name, network, ip, holders, placed, reachableAt: front ?? ip },
    ...(on !== undefined && machines.includes(on) && { on }),
  };
}

/** A machine of which only the folder is left; nothing says any more what it was for. */
function unreadable(name: MachineName): ActualMachine {
  return {
    name,
    pool: '' as PoolName,
    part: 'base',
    site: '' as SiteName,
    flavour: '' as FlavourName,
    image: '' as ImageKey,
    interfaces: [],
    state: 'broken',
    isCutOff: false,
    commissioned: false,
    reach: { host: '', port: 22 },
  };
}

async function leftovers(lab: Lab, platform: PlatformName, machines: readonly MachineName[]): Promise<string[]> {
  const [netnses, containers, cgroups, folders, bakes] = await Promise.all([
    netnsNames(),
    namesIn(lab.runc),
    cgroupsWithPrefix(cgroupPrefix(platform)),
    namesIn(machinesDir(lab, platform)),
    namesIn(bakesDir(lab, platform)),
  ]);
  const own = (kind: (platform: PlatformName, machine: MachineName) => string): Set<string> =>
    new Set(machines.map((name) => kind(platform, name)));
  const [ownNetnses, ownContainers, ownCgroups] = [own(machineNetns), own(containerId), own(cgroupName)];
  return [
    ...netnses
      .filter(
        (name) =>
          netnsOwner(name)?.platform === platform && netnsOwner(name)?.machine !== undefined && !ownNetnses.has(name),
      )
      .map((name) => `network namespace ${name}`),
    ...containers
      .filter((name) => name.startsWith(`${platform}.`) && !ownContainers.has(name))
      .map((name) => `container ${name}`),
    ...cgroups.filter((name) => !ownCgroups.has(name)).map((name) => `control group ${name}`),
    ...[...folders, ...bakes].filter((name) => name.startsWith('.')).map((name) => `unfinished folder ${name}`),
  ];
}

/** Every platform with a folder, a claim, or a network namespace. */
export async function listPlatforms(lab: Lab): Promise<PlatformName[]> {
  const [folders, claims, netnses] = await Promise.all([namesIn(lab.platforms), claimsIn(lab.claims), netnsNames()]);
  const owners = netnses.map((name) => netnsOwner(name)?.platform).filter((name) => name !== undefined);
  return [...new Set([...folders, ...claims.values(), ...owners])].sort() as PlatformName[];
}
