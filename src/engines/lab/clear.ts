/** Takes a whole platform away, from any state in which it may be. */
import { rm } from 'node:fs/promises';
import type { MachineName, PlatformName } from '../../model/ids.ts';
import { cgroupsWithPrefix } from './cgroups.ts';
import { claimsIn, numbersOf, release } from './claim.ts';
import { unmountBelow } from './disk.ts';
import { removeHostInterface, withFabric } from './fabric.ts';
import { namesIn } from './files.ts';
import { removeMachine } from './machines.ts';
import type { Lab } from './names.ts';
import { cgroupPrefix, fabricNetns, machinesDir, netnsOwner, platformDir, reachesDir, visitorNetns } from './names.ts';
import { netnsNames, removeNetns } from './netns.ts';

export async function clearPlatform(lab: Lab, platform: PlatformName): Promise<void> {
  const machines = await machinesWithTraces(lab, platform);
  await Promise.all(machines.map((machine) => removeMachine(lab, platform, machine)));
  await withFabric(lab, platform, async () => {
    const indices = numbersOf(await claimsIn(lab.claims), platform);
    for (const index of indices) await removeHostInterface(index);
    await removeNetns(visitorNetns(platform));
    await removeNetns(fabricNetns(platform));
    await unmountBelow(platformDir(lab, platform));
    await rm(platformDir(lab, platform), { recursive: true, force: true });
    // The last trace: until here, an interrupted clear is seen and can be repeated.
    await release(lab.claims, platform);
  });
}

/** Names of machines of which anything is left: a folder, finished or not, a namespace, a container, a control group, a claim. */
async function machinesWithTraces(lab: Lab, platform: PlatformName): Promise<MachineName[]> {
  const [folders, netnses, containers, cgroups, reaches] = await Promise.all([
    namesIn(machinesDir(lab, platform)),
    netnsNames(),
    namesIn(lab.runc),
    cgroupsWithPrefix(cgroupPrefix(platform)),
    claimsIn(reachesDir(lab, platform)),
  ]);
  const names = [
    ...folders.map((name) => name.replace(/^\./, '').split('.')[0]),
    ...netnses
      .map(netnsOwner)
      .filter((owner) => owner?.platform === platform)
      .map((owner) => owner?.machine),
    ...containers.filter((name) => name.startsWith(`${platform}.`)).map((name) => name.slice(platform.length + 1)),
    ...cgroups.map((name) => name.slice(cgroupPrefix(platform).length)),
    ...reaches.values(),
  ];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as MachineName[];
}
