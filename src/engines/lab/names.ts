/**
 * Where the lab keeps what, and what it calls things on the host. Names of
 * platforms and machines hold no dot, so a dot separates them without doubt.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Range } from '../../model/ipv4.ts';
import { rangeOf } from '../../model/ipv4.ts';
import type {
  AddressName,
  BakeName,
  ImageKey,
  MachineName,
  NetworkName,
  PlatformName,
  SiteName,
} from '../../model/ids.ts';
import { nthAddress } from './subnet.ts';

/** The folders of one lab. Engines on the same host share `claims`, for its subnets are the host's. */
export interface Lab {
  readonly images: string;
  readonly claims: string;
  readonly platforms: string;
  /** runc's `--root`. */
  readonly runc: string;
}

export const imageDir = (lab: Lab, key: ImageKey): string => join(lab.images, key);
export const platformDir = (lab: Lab, platform: PlatformName): string => join(lab.platforms, platform);
export const machinesDir = (lab: Lab, platform: PlatformName): string => join(platformDir(lab, platform), 'machines');
export const addressesDir = (lab: Lab, platform: PlatformName): string => join(platformDir(lab, platform), 'addresses');
export const bakesDir = (lab: Lab, platform: PlatformName): string => join(platformDir(lab, platform), 'bakes');
export const bakeDir = (lab: Lab, platform: PlatformName, bake: BakeName): string =>
  join(bakesDir(lab, platform), bake);
/** Symbolic links from a host number of the management subnet to the machine that has it. */
export const reachesDir = (lab: Lab, platform: PlatformName): string => join(platformDir(lab, platform), 'reaches');
export const termFile = (lab: Lab, platform: PlatformName): string => join(platformDir(lab, platform), 'term');
export const addressFile = (lab: Lab, platform: PlatformName, address: AddressName): string =>
  join(addressesDir(lab, platform), `${address}.json`);

/** What one machine consists of on the disk; `dir` is the OCI bundle too. */
export interface MachinePaths {
  readonly dir: string;
  readonly config: string;
  readonly rootfs: string;
  readonly upper: string;
  readonly work: string;
  readonly cpus: string;
  readonly console: string;
  readonly commissioned: string;
}

/** Within a machine's folder: what it sees as the kernel's list of its processors. */
export const cpusFile = 'cpus-online';

export function machinePaths(dir: string): MachinePaths {
  return {
    dir,
    config: join(dir, 'config.json'),
    rootfs: join(dir, 'rootfs'),
    upper: join(dir, 'upper'),
    work: join(dir, 'work'),
    cpus: join(dir, cpusFile),
    console: join(dir, 'console.log'),
    commissioned: join(dir, 'commissioned'),
  };
}

/** What one bake consists of: what its machine had over its image, and what it is. */
export interface BakePaths {
  readonly dir: string;
  readonly files: string;
  readonly tags: string;
}

export const bakePaths = (dir: string): BakePaths => ({
  dir,
  files: join(dir, 'files'),
  tags: join(dir, 'bake.json'),
});

export const machineDir = (lab: Lab, platform: PlatformName, machine: MachineName): string =>
  join(machinesDir(lab, platform), machine);

export const containerId = (platform: PlatformName, machine: MachineName): string => `${platform}.${machine}`;
/** One level at the root of each hierarchy: a shared parent would be made and removed by several processes at once. */
export const cgroupName = (platform: PlatformName, machine: MachineName): string => `spillway.${platform}.${machine}`;
/** Of the machine's SSH server and its sessions, which its quota does not hold back. */
export const sessionsCgroupName = (platform: PlatformName, machine: MachineName): string =>
  `spillway-sessions.${platform}.${machine}`;
export const cgroupPrefix = (platform: PlatformName): string => `spillway.${platform}.`;

export const netnsDir = '/run/netns';
export const fabricNetns = (platform: PlatformName): string => `spw-${platform}`;
export const visitorNetns = (platform: PlatformName): string => `spw-${platform}.visitor`;
export const machineNetns = (platform: PlatformName, machine: MachineName): string => `spw-${platform}.m.${machine}`;

/** The platform and, where it is a machine's, the machine of a network namespace; nothing when it is not the lab's. */
export function netnsOwner(netns: string): { platform: PlatformName; machine?: MachineName } | undefined {
  const match = /^spw-([a-z0-9-]+)(?:\.visitor|\.m\.([a-z0-9-]+))?$/.exec(netns);
  if (!match) return undefined;
  const platform = match[1] as PlatformName;
  return match[2] === undefined ? { platform } : { platform, machine: match[2] as MachineName };
}

/** The machine's interface to the controller, and the controller's side of the platform. */
export const managementInterface = 'mgmt0';
export const managementBridge = 'mgmt';
export const uplink = 'host';
export const hostInterface = (index: number): string => `spw${index}`;

export const coreBridge = (network: NetworkName): string => short('c', network);
export const siteBridge = (network: NetworkName, site: SiteName): string => short('s', `${network}/${site}`);
/** The core's end of the link to a site: set it down to cut the site off, up to mend it. */
export const siteLink = (network: NetworkName, site: SiteName): string => short('l', `${network}/${site}`);
export const siteLinkFarEnd = (network: NetworkName, site: SiteName): string => short('u', `${network}/${site}`);
export const visitorPort = (network: NetworkName): string => short('v', network);
export const machinePort = (machine: MachineName, network: NetworkName): string => short('p', `${machine}/${network}`);
export const managementPortPrefix = 'm';
export const managementPort = (machine: MachineName): string => short(managementPortPrefix, machine);

/** Indices of platforms: 100.64.0.0/10 holds 2^12 subnets of 2^10 addresses. */
export const platformIndexMax = 4095;
/** 100.64.0.0/10 is set aside for carriers (RFC 6598): blueprints and hosts hardly ever use it. */
export function managementSubnet(index: number): Range {
  const address = nthAddress(rangeOf('100.64.0.0/10'), index * 1024);
  return rangeOf(`${address}/22`);
}

/** Linux allows 15 characters; 40 bits of the hash make a clash within one platform as good as impossible. */
function short(prefix: string, name: string): string {
  return prefix + createHash('sha256').update(name).digest('hex').slice(0, 10);
}
