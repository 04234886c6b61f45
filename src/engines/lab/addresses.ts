/** Addresses that move, and the front door through which the host reaches them. */
import { rm } from 'node:fs/promises';
import { SpillwayError } from '../../model/errors.ts';
import type { AddressName, PlatformName } from '../../model/ids.ts';
import type { AddressSpec } from '../../model/spec.ts';
import type { Door } from './door.ts';
import { fabricRules } from './door.ts';
import { ensureFabric, withFabric } from './fabric.ts';
import type { KeptAddress } from './kept-addresses.ts';
import { keepAddress, keptAddresses, withAddresses } from './kept-addresses.ts';
import { openDoors } from './live-doors.ts';
import type { Lab } from './names.ts';
import { addressFile, fabricNetns, managementBridge, managementSubnet, netnsDir } from './names.ts';
import { linksIn, netnsExists } from './netns.ts';
import { takeFrom } from './placing.ts';
import type { Links } from './plumbing.ts';
import { networksOf } from './plumbing.ts';
import { ipBatch, run } from './run.ts';
import { nthAddress } from './subnet.ts';

/** An address is there once its door is open; after the host's restart it has to be ensured again. */
export async function openAddresses(lab: Lab, platform: PlatformName, links: Links): Promise<KeptAddress[]> {
  const kept = await keptAddresses(lab, platform);
  const doors = await openDoors(platform, doorsOf(kept));
  return kept.filter(({ name, network, front }) =>
    front === undefined
      ? networksOf(links).some((one) => one.name === network)
      : doors.has(name) && holdsFront(links, front),
  );
}

function holdsFront(links: Links, front: string): boolean {
  return links.get(managementBridge)?.addresses.includes(front) ?? false;
}

export async function ensureAddress(lab: Lab, address: AddressSpec): Promise<void> {
  const { platform } = address;
  await changing(lab, platform, async () => {
    const { index, links } = await ensureFabric(lab, platform);
    const network = networksOf(links).find(({ name }) => name === address.network);
    if (network === undefined) {
      throw new SpillwayError({
        code: 'lab-network-missing',
        message: `The address ${address.name} is on the network ${address.network}, which is not there.`,
        mend: 'Make the network first.',
      });
    }
    const kept = await keptAddresses(lab, platform);
    const before = kept.find(({ name }) => name === address.name);
    const front = network.kind === 'public' ? chooseFront(address.name, kept, index) : undefined;
    const wanted: KeptAddress = {
      ...address,
      ...(front === undefined ? {} : { front }),
      ...placeKept(address, before),
    };
    const open = await openAddresses(lab, platform, links);
    if (open.some((one) => JSON.stringify(one) === JSON.stringify(wanted))) return;
    if (before?.on !== undefined && wanted.on === undefined) await takeFrom(before.holders, before);
    await keepAddress(lab, wanted);
    await applyDoors(lab, platform);
    if (front === undefined) return;
    const { prefixLength } = managementSubnet(index);
    await ipBatch(fabricNetns(platform), [`addr replace ${front}/${prefixLength} dev ${managementBridge}`]);
  });
}

/** It stays where it is placed as long as it is the same one, and that machine may have it. */
function placeKept(address: AddressSpec, before: KeptAddress | undefined): Pick<KeptAddress, 'on' | 'isMoving'> {
  if (before?.on === undefined || !address.placed || !address.holders.includes(before.on)) return {};
  if (before.ip !== address.ip || before.network !== address.network) return {};
  return { on: before.on, ...(before.isMoving && { isMoving: before.isMoving }) };
}

function changing(lab: Lab, platform: PlatformName, work: () => Promise<void>): Promise<void> {
  return withFabric(lab, platform, () => withAddresses(lab, platform, work));
}

export async function removeAddress(lab: Lab, platform: PlatformName, name: AddressName): Promise<void> {
  await changing(lab, platform, async () => {
    const present = (await keptAddresses(lab, platform)).find((address) => address.name === name);
    if (present?.front !== undefined) {
      const links = await linksIn(fabricNetns(platform));
      const prefix = managementSubnet(0).prefixLength;
      if (holdsFront(links, present.front))
        await ipBatch(fabricNetns(platform), [`addr del ${present.front}/${prefix} dev ${managementBridge}`]);
    }
    if (present?.on !== undefined) await takeFrom(present.holders, present);
    await rm(addressFile(lab, platform, name), { force: true });
    if (await netnsExists(fabricNetns(platform))) await applyDoors(lab, platform);
  });
}

async function applyDoors(lab: Lab, platform: PlatformName): Promise<void> {
  const doors = doorsOf(await keptAddresses(lab, platform));
  await run(['nsenter', `--net=${netnsDir}/${fabricNetns(platform)}`, 'nft', '-f', '-'], { input: fabricRules(doors) });
}

function doorsOf(kept: readonly KeptAddress[]): Door[] {
  return kept.flatMap(({ front, ip, name }) => (front === undefined ? [] : [{ front, ip, name }]));
}

/** Machines take the management subnet's addresses from below, doors from above. */
export function chooseFront(name: AddressName, kept: readonly KeptAddress[], index: number): string {
  const own = kept.find((address) => address.name === name)?.front;
  if (own !== undefined) return own;
  const taken = new Set(kept.map(({ front }) => front));
  let n = -1;
  while (taken.has(nthAddress(managementSubnet(index), n))) n -= 1;
  return nthAddress(managementSubnet(index), n);
}
