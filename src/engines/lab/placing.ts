/**
 * Addresses that the engine places. All of it is done from outside, in the
 * network namespaces of machines, so that a machine that hangs, is cut off, or
 * died has no say in it.
 */
import { SpillwayError } from '../../model/errors.ts';
import type { AddressName, MachineName, PlatformName } from '../../model/ids.ts';
import type { MachineTags } from './bundle.ts';
import type { KeptAddress } from './kept-addresses.ts';
import { keepAddress, keptAddresses, withAddresses } from './kept-addresses.ts';
import { readTags } from './machine-tags.ts';
import type { Lab } from './names.ts';
import { machineNetns, netnsDir } from './names.ts';
import { linksIn } from './netns.ts';
import { ipBatch, run } from './run.ts';
import { hardwareAddress } from './subnet.ts';

export async function placeAddress(
  lab: Lab,
  platform: PlatformName,
  name: AddressName,
  machine: MachineName,
): Promise<void> {
  await withAddresses(lab, platform, async () => {
    const [address, tags] = await Promise.all([
      placeableOrThrow(lab, platform, name, machine),
      readTags(lab, platform, machine),
    ]);
    if (tags === undefined) throw refused('lab-machine-missing', `There is no machine ${machine}.`, 'Make it first.');
    if ((await placedOn(address)) === machine) return;
    const { isMoving: _, ...placed } = { ...address, on: machine };
    await keepAddress(lab, { ...placed, isMoving: true });
    // Taken before it is given: two machines never have it at once.
    await takeFrom(
      address.holders.filter((holder) => holder !== machine),
      address,
    );
    await give(tags, address);
    await keepAddress(lab, placed);
  });
}

/** To be called as a machine is plugged in. One whose move has not ended may still be elsewhere: it is left to whoever ends it. */
export async function givePlaced(lab: Lab, tags: MachineTags): Promise<void> {
  await withAddresses(lab, tags.platform, async () => {
    for (const address of await keptAddresses(lab, tags.platform))
      if (address.on === tags.machine && address.isMoving === undefined) await give(tags, address);
  });
}

/** Takes an address away from machines that have it, whatever their state. */
export async function takeFrom(machines: readonly MachineName[], address: KeptAddress): Promise<void> {
  await Promise.all(
    machines.map(async (machine) => {
      if ((await stateOn(machine, address)) !== 'has') return;
      await ipBatch(machineNetns(address.platform, machine), [
        `addr del ${address.ip}/32 dev ${address.network}`,
      ]).catch(async (error: unknown) => {
        // The machine itself, or a halt, may have been faster.
        if ((await stateOn(machine, address)) === 'has') throw error;
      });
    }),
  );
}

/** Where it was placed, if it is so: on that machine and on no other. A machine that is not plugged in has it when it boots. */
export async function placedOn(address: KeptAddress): Promise<MachineName | undefined> {
  const { on, isMoving, holders } = address;
  if (on === undefined || isMoving === true) return undefined;
  const states = await Promise.all(holders.map(async (holder) => ({ holder, state: await stateOn(holder, address) })));
  return states.every(({ holder, state }) => (holder === on ? state !== 'lacks' : state !== 'has')) ? on : undefined;
}

async function stateOn(
  machine: MachineName,
  { platform, network, ip }: KeptAddress,
): Promise<'has' | 'lacks' | 'unplugged'> {
  const link = (await linksIn(machineNetns(platform, machine))).get(network);
  if (link === undefined) return 'unplugged';
  return link.addresses.includes(ip) ? 'has' : 'lacks';
}

async function give({ platform, machine, interfaces }: MachineTags, address: KeptAddress): Promise<void> {
  const { ip, network } = address;
  const own = interfaces.find((one) => one.network === network);
  if (own === undefined || (await stateOn(machine, address)) === 'unplugged') return;
  const netns = machineNetns(platform, machine);
  const notify = `net.ipv4.conf.${network}.arp_notify=1`;
  await run(['nsenter', `--net=${netnsDir}/${netns}`, '--', 'sysctl', '-q', '-w', notify]);
  await ipBatch(netns, [
    `addr replace ${ip}/32 dev ${network}`,
    // Without an announcement neighbours go on sending to whom they know. With `arp_notify` the kernel announces all
    // addresses of an interface whose hardware address is set, be it the same: at once, where arping takes a second.
    `link set dev ${network} address ${hardwareAddress(own.ip)}`,
  ]);
}

async function placeableOrThrow(
  lab: Lab,
  platform: PlatformName,
  name: AddressName,
  machine: MachineName,
): Promise<KeptAddress> {
  const address = (await keptAddresses(lab, platform)).find((one) => one.name === name);
  if (address === undefined)
    throw refused('lab-address-missing', `There is no address ${name} in ${platform}.`, 'Make it first.');
  if (!address.placed) {
    const why = `${name} is no address that the engine places: its holders take it from one another.`;
    throw refused('lab-address-not-placed', why, 'Make it as a placed one.');
  }
  if (address.holders.includes(machine)) return address;
  const why = `${machine} is not among the holders of ${name}.`;
  throw refused('lab-address-not-held', why, `Choose one of ${address.holders.join(', ')}.`);
}

function refused(code: string, message: string, mend: string): SpillwayError {
  return new SpillwayError({ code, message, mend });
}
