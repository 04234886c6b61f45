/**
 * A machine's power: what it needs beyond its disk in order to run (mount,
 * namespace, cables, container), made anew by each boot and taken away
 * by each halt.
 */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PlatformName } from '../../model/ids.ts';
import { rangeOf } from '../../model/ipv4.ts';
import type { MachineTags } from './bundle.ts';
import { freeze, killFrozen, removeCgroup } from './cgroups.ts';
import type { Init } from './container.ts';
import { destroyContainer, livingInit } from './container.ts';
import { mountDisk, unmountBelow } from './disk.ts';
import { ensureFabric, withFabric } from './fabric.ts';
import type { Lab } from './names.ts';
import {
  cgroupName,
  containerId,
  fabricNetns,
  bakeDir,
  bakePaths,
  imageDir,
  machineDir,
  machineNetns,
  machinePaths,
  managementPort,
  sessionsCgroupName,
  siteBridge,
} from './names.ts';
import { ensureNetns, linksIn, removeNetns } from './netns.ts';
import { givePlaced } from './placing.ts';
import type { Links, MachineWiring } from './plumbing.ts';
import { machineLines, machinePortLines, machineUnplugLines, networksOf } from './plumbing.ts';
import { ipBatch, run } from './run.ts';
import { nthAddress } from './subnet.ts';

/** The init of a machine that lives and is still plugged in; without its cables it has to be booted again. */
export async function runningInit(
  lab: Lab,
  platform: PlatformName,
  machine: MachineName,
  links: Links,
): Promise<Init | undefined> {
  return links.has(managementPort(machine)) ? livingInit(lab, containerId(platform, machine)) : undefined;
}

/** To be called when nothing is left of an earlier boot. */
export async function boot(lab: Lab, tags: MachineTags): Promise<void> {
  const { platform, machine } = tags;
  const paths = machinePaths(machineDir(lab, platform, machine));
  await plugIn(lab, tags);
  const baked = tags.bake === undefined ? [] : [bakePaths(bakeDir(lab, platform, tags.bake)).files];
  await mountDisk(paths, [...baked, imageDir(lab, tags.image)]);
  await mkdir(lab.runc, { recursive: true });
  const console = await open(paths.console, 'w');
  try {
    await run(
      [
        'runc',
        '--root',
        lab.runc,
        '--log',
        join(paths.dir, 'runc.log'),
        'run',
        '--detach',
        '--bundle',
        paths.dir,
        containerId(platform, machine),
      ],
      {
        output: console.fd,
        failure: {
          code: 'lab-boot-failed',
          message: `The machine ${machine} could not be booted; see ${join(paths.dir, 'runc.log')}.`,
          mend: 'Let `spillway doctor` tell what this host lacks, then try again.',
        },
      },
    );
  } finally {
    await console.close();
  }
}

async function plugIn(lab: Lab, tags: MachineTags): Promise<void> {
  const { platform, machine } = tags;
  const { links } = await withFabric(lab, platform, () => ensureFabric(lab, platform));
  const missing = tags.interfaces.find(({ network }) => !links.has(siteBridge(network, tags.site)));
  if (missing !== undefined) {
    throw new SpillwayError({
      code: 'lab-network-missing',
      message: `The machine ${machine} is to be on the network ${missing.network}, which is not there at the site ${tags.site}.`,
      mend: 'Make the network first.',
    });
  }
  const netns = machineNetns(platform, machine);
  await ensureNetns(netns);
  const wiring: MachineWiring = {
    name: machine,
    site: tags.site,
    netns,
    interfaces: tags.interfaces,
    management: tags.management,
  };
  await ipBatch(fabricNetns(platform), machinePortLines(wiring));
  await ipBatch(netns, machineLines(wiring, gatewayFor(tags, links)));
  await givePlaced(lab, tags);
}

/** The engine's own address on the machine's first public network. */
function gatewayFor(tags: MachineTags, links: Links): string | undefined {
  const network = networksOf(links).find(
    ({ name, kind }) => kind === 'public' && tags.interfaces.some((own) => own.network === name),
  );
  return network === undefined ? undefined : nthAddress(rangeOf(network.cidr), 1);
}

/**
 * Takes away all of a machine but its disk. It is frozen first, then the cables
 * go: a machine without power is silent. It does not reset its peers'
 * connections, and says no last word as its cables go one by one.
 */
export async function halt(
  lab: Lab,
  platform: PlatformName,
  machine: MachineName,
  tags: MachineTags | undefined,
): Promise<void> {
  const links = await linksIn(fabricNetns(platform));
  await freeze(cgroupName(platform, machine));
  await ipBatch(fabricNetns(platform), machineUnplugLines(machine, tags?.interfaces ?? [], links), true);
  await killFrozen(cgroupName(platform, machine));
  await destroyContainer(lab, containerId(platform, machine));
  await removeCgroup(sessionsCgroupName(platform, machine));
  await removeCgroup(cgroupName(platform, machine));
  await removeNetns(machineNetns(platform, machine));
  await unmountBelow(machineDir(lab, platform, machine));
}
