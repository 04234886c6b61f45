/** A platform's bridges, their namespace, and its management subnet. */
import { access } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { SpillwayError } from '../../model/errors.ts';
import type { NetworkName, PlatformName } from '../../model/ids.ts';
import { contains } from '../../model/ipv4.ts';
import type { NetworkSpec } from '../../model/spec.ts';
import { claim } from './claim.ts';
import { fabricRules, fabricSysctls } from './door.ts';
import { withLock } from './lock.ts';
import type { Lab } from './names.ts';
import {
  coreBridge,
  fabricNetns,
  hostInterface,
  managementBridge,
  managementInterface,
  managementSubnet,
  netnsDir,
  platformDir,
  platformIndexMax,
  uplink,
  visitorNetns,
} from './names.ts';
import { ensureNetns, linksIn, netnsExists } from './netns.ts';
import type { Links } from './plumbing.ts';
import {
  hostLines,
  managementAlias,
  managementLines,
  networkAlias,
  networkLines,
  networkRemovalLines,
  networksOf,
  siteRemovalLines,
  sitesIn,
  visitorLines,
  visitorPortLines,
} from './plumbing.ts';
import { ipBatch, run } from './run.ts';

/** One change of a platform's fabric at a time. */
export function withFabric<T>(lab: Lab, platform: PlatformName, work: () => Promise<T>): Promise<T> {
  return withLock(platformDir(lab, platform), work);
}

/** The platform's index, with its fabric there and complete. To be called within `withFabric`. */
export async function ensureFabric(lab: Lab, platform: PlatformName): Promise<{ index: number; links: Links }> {
  const index = await claimIndex(lab, platform);
  const fabric = fabricNetns(platform);
  const links = await linksIn(fabric);
  if (links.get(managementBridge)?.alias === managementAlias(index)) return { index, links };
  await ensureNetns(fabric);
  // The filter comes before forwarding is switched on.
  await run(['nsenter', `--net=${netnsDir}/${fabric}`, 'nft', '-f', '-'], { input: fabricRules([]) });
  await run(['nsenter', `--net=${netnsDir}/${fabric}`, 'sysctl', '-q', '-e', '-w', ...fabricSysctls]);
  if (!links.has(uplink)) await removeHostInterface(index);
  await ipBatch(fabric, managementLines(index, process.pid, links));
  await ipBatch(undefined, hostLines(index, platform));
  await ipBatch(fabric, [`link set dev ${managementBridge} alias ${managementAlias(index)}`]);
  return { index, links: await linksIn(fabric) };
}

async function claimIndex(lab: Lab, platform: PlatformName): Promise<number> {
  const index = await claim(lab.claims, platform, { first: 0, last: platformIndexMax }, freeOnHost());
  if (index !== undefined) return index;
  throw new SpillwayError({
    code: 'lab-full',
    message: `The lab has no management subnet left for ${platform}.`,
    mend: `Remove platforms that are not needed any more: each has one of ${platformIndexMax + 1} subnets.`,
  });
}

/** Which management subnets the host does not use for something else, such as a carrier's or a VPN's address. */
function freeOnHost(): (index: number) => boolean {
  const taken = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  );
  return (index) => !taken.some((ip) => contains(managementSubnet(index), ip));
}

/** What a fabric left behind when only its namespace went; it may vanish by itself at any moment. */
export async function removeHostInterface(index: number): Promise<void> {
  const name = hostInterface(index);
  const isThere = (): Promise<boolean> =>
    access(`/sys/class/net/${name}`).then(
      () => true,
      () => false,
    );
  if (!(await isThere())) return;
  await run(['ip', 'link', 'del', 'dev', name]).catch(async (error: unknown) => {
    if (await isThere()) throw error;
  });
}

export async function ensureNetwork(lab: Lab, network: NetworkSpec): Promise<void> {
  if (network.name === 'lo' || network.name === managementInterface) {
    throw new SpillwayError({
      code: 'lab-network-name',
      message: `A network cannot be called ${network.name}: machines have an interface of that name already.`,
      mend: 'Choose another name for the network.',
      exit: 'wrongInput',
    });
  }
  await withFabric(lab, network.platform, async () => {
    const { links } = await ensureFabric(lab, network.platform);
    const kept = networksOf(links).find(({ name }) => name === network.name);
    if (kept !== undefined && networkAlias({ ...network, ...kept }) !== networkAlias(network)) {
      throw new SpillwayError({
        code: 'lab-network-differs',
        message: `The network ${network.name} is there as ${kept.kind} ${kept.cidr}, not as ${network.kind} ${network.cidr}.`,
        mend: 'Remove the network first; its machines have to be made again.',
      });
    }
    const fabric = fabricNetns(network.platform);
    await ipBatch(fabric, siteRemovalLines(network, links));
    if (kept !== undefined && network.sites.every((site) => kept.sites.includes(site))) return;
    await ipBatch(fabric, networkLines(network, links));
    if (network.kind === 'public') await ensureVisitor(network, links);
    await ipBatch(fabric, [`link set dev ${coreBridge(network.name)} alias ${networkAlias(network)}`]);
  });
}

async function ensureVisitor(network: NetworkSpec, links: Links): Promise<void> {
  const netns = visitorNetns(network.platform);
  await ensureNetns(netns);
  await ipBatch(fabricNetns(network.platform), visitorPortLines(network, netns, links));
  await ipBatch(netns, visitorLines(network));
}

export async function removeNetwork(lab: Lab, platform: PlatformName, name: NetworkName): Promise<void> {
  await withFabric(lab, platform, async () => {
    if (!(await netnsExists(fabricNetns(platform)))) return;
    const links = await linksIn(fabricNetns(platform));
    const lines = networkRemovalLines(name, sitesIn(name, links), links);
    await ipBatch(fabricNetns(platform), lines);
  });
}
