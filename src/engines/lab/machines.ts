/**
 * Machines, from nothing to running and back. A machine exists from the
 * moment that its finished folder gets its name, and until it loses it;
 * whatever else it needs comes and goes with its power (`power.ts`).
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SpillwayError } from '../../model/errors.ts';
import type { BakeName, ImageKey, MachineName, PlatformName } from '../../model/ids.ts';
import type { MachineSpec } from '../../model/spec.ts';
import { removeUnneededBakes, withBakes } from './bakes.ts';
import { keptBakes } from './bake-tags.ts';
import type { MachineTags } from './bundle.ts';
import { capabilitiesWithin, cpuQuota, cpuShares, cpusOnline, ociConfig } from './bundle.ts';
import { allowBurst, isFrozen, moveService } from './cgroups.ts';
import { claim, release } from './claim.ts';
import { livingInit } from './container.ts';
import { writeDisk } from './disk.ts';
import { ensureFabric, withFabric } from './fabric.ts';
import { isMissing, namesIn, readIfThere } from './files.ts';
import { hasImage, touchImage } from './image.ts';
import { withLock } from './lock.ts';
import { readTags } from './machine-tags.ts';
import type { Lab } from './names.ts';
import {
  cgroupName,
  containerId,
  fabricNetns,
  machineDir,
  machineNetns,
  machinePaths,
  machinesDir,
  netnsDir,
  reachesDir,
  sessionsCgroupName,
} from './names.ts';
import { linksIn } from './netns.ts';
import { machinePortsLines, managementOf } from './plumbing.ts';
import { boot, halt, runningInit } from './power.ts';
import { imageKeyOf } from './recipe.ts';
import { roomFor } from './room.ts';
import { ipBatch, run } from './run.ts';
import { waitForSsh } from './ssh.ts';

function withMachine<T>(lab: Lab, platform: PlatformName, machine: MachineName, work: () => Promise<T>): Promise<T> {
  return withLock(machineDir(lab, platform, machine), work);
}

export async function createMachine(lab: Lab, machine: MachineSpec): Promise<void> {
  const { platform, name } = machine;
  await withMachine(lab, platform, name, async () => {
    const kept = await readTags(lab, platform, name);
    if (kept !== undefined) return ensureRunning(lab, kept);
    const tags = await makeMachine(lab, machine);
    await boot(lab, tags);
    await waitUntilReady(lab, tags);
  });
}

/** Gives the machine a folder with everything that its first boot needs. */
async function makeMachine(lab: Lab, machine: MachineSpec): Promise<MachineTags> {
  const { platform, name } = machine;
  const image = await groundOf(lab, machine);
  if (!(await touchImage(lab, image))) throw imageMissing(name, image);
  await wreck(lab, platform, name);
  const { index } = await withFabric(lab, platform, () => ensureFabric(lab, platform));
  const draft = machinePaths(join(machinesDir(lab, platform), `.${name}.${randomUUID()}`));
  await mkdir(draft.dir, { recursive: true });
  const tags: MachineTags = {
    platform,
    machine: name,
    pool: machine.pool,
    part: machine.part,
    site: machine.site,
    flavour: machine.flavour,
    image,
    ...(machine.bake !== undefined && { bake: machine.bake }),
    interfaces: machine.interfaces,
    management: managementOf(index, await claimReach(lab, platform, name)),
  };
  await writeDisk(draft, machine);
  await writeFile(draft.cpus, cpusOnline(tags.flavour.cores, availableParallelism()));
  await writeFile(
    draft.config,
    JSON.stringify(
      ociConfig({
        tags,
        capabilities: capabilitiesWithin(await boundingSet()),
        cgroup: cgroupName(platform, name),
        netns: join(netnsDir, machineNetns(platform, name)),
      }),
      undefined,
      1,
    ),
  );
  await withBakes(lab, platform, async () => {
    // Looked at again: from now on the machine is seen to stand on it, and until now it was not.
    await groundOf(lab, machine);
    await rename(draft.dir, machineDir(lab, platform, name));
  });
  return tags;
}

/** The image below everything. */
async function groundOf(lab: Lab, { platform, name, bake, packages }: MachineSpec): Promise<ImageKey> {
  if (bake === undefined) return imageKeyOf(packages);
  const found = (await keptBakes(lab, platform)).find((one) => one.name === bake);
  if (found === undefined) throw bakeMissing(name, bake);
  return found.image;
}

/** Number 1 of the management subnet is the controller's; the upper quarter is left to front doors. */
async function claimReach(lab: Lab, platform: PlatformName, machine: MachineName): Promise<number> {
  const number = await claim(reachesDir(lab, platform), machine, { first: 2, last: 767 });
  if (number !== undefined) return number;
  throw new SpillwayError({
    code: 'lab-platform-full',
    message: `The lab has no management address left for ${machine} of ${platform}.`,
    mend: 'Remove machines: a platform may have 766 of them in the lab.',
  });
}

async function boundingSet(): Promise<string> {
  return /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
}

export async function startMachine(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await withMachine(lab, platform, machine, async () => {
    const tags = await tagsOrThrow(lab, platform, machine);
    await ensureRunning(lab, tags);
    if ((await readIfThere(machinePaths(machineDir(lab, platform, machine)).commissioned)) !== undefined)
      await applyQuota(lab, tags);
  });
}

export async function powerOff(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await withMachine(lab, platform, machine, async () => {
    const tags = await tagsOrThrow(lab, platform, machine);
    await halt(lab, platform, machine, tags);
  });
}

/** On the fabric's side of its cables, where the machine has no say. */
export async function cutOff(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await setPorts(lab, platform, machine, 'down');
}

export async function rejoin(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await setPorts(lab, platform, machine, 'up');
}

async function setPorts(lab: Lab, platform: PlatformName, machine: MachineName, to: 'up' | 'down'): Promise<void> {
  await withMachine(lab, platform, machine, async () => {
    const { interfaces } = await tagsOrThrow(lab, platform, machine);
    const fabric = fabricNetns(platform);
    await ipBatch(fabric, machinePortsLines(machine, interfaces, await linksIn(fabric), to));
  });
}

export async function removeMachine(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await withMachine(lab, platform, machine, () => wreck(lab, platform, machine));
  await removeUnneededBakes(lab, platform);
}

export async function commission(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await withMachine(lab, platform, machine, async () => {
    const tags = await tagsOrThrow(lab, platform, machine);
    await applyQuota(lab, tags);
  });
}

/** Limits the machine and then says so: the mark names the boot that was limited, for the next one is not. */
async function applyQuota(lab: Lab, tags: MachineTags): Promise<void> {
  const { platform, machine } = tags;
  const id = containerId(platform, machine);
  const init = await livingInit(lab, id);
  if (init !== undefined) {
    const { period, quota, burst } = cpuQuota(tags.flavour.cores);
    const shares = cpuShares(tags.flavour.cores);
    const limits = ['--cpu-period', String(period), '--cpu-quota', String(quota), '--cpu-share', String(shares)];
    await run(['runc', '--root', lab.runc, 'update', ...limits, id]);
    await allowBurst(cgroupName(platform, machine), burst);
    // A platform is played at a part of its size, and what the controller asks over SSH is not: a look at a tenth of a
    // core took ten seconds, and was taken from what visitors ask for.
    await moveService(cgroupName(platform, machine), 'ssh.service', sessionsCgroupName(platform, machine));
  }
  await writeFile(machinePaths(machineDir(lab, platform, machine)).commissioned, String(init?.startTime ?? ''));
}

/** Commissioned counts for a running machine only if it was this boot that was limited. */
export async function isCommissioned(
  lab: Lab,
  platform: PlatformName,
  machine: MachineName,
  startTime: number | undefined,
): Promise<boolean> {
  const mark = await readIfThere(machinePaths(machineDir(lab, platform, machine)).commissioned);
  return mark !== undefined && (startTime === undefined || mark === String(startTime));
}

async function ensureRunning(lab: Lab, tags: MachineTags): Promise<void> {
  const { platform, machine, image } = tags;
  const init = await runningInit(lab, platform, machine, await linksIn(fabricNetns(platform)));
  // One that hangs may be one whose end was interrupted, for that begins so.
  if (init === undefined || (await isFrozen(cgroupName(platform, machine)))) {
    if (!(await hasImage(lab, image))) throw imageMissing(machine, image);
    await halt(lab, platform, machine, tags);
    await boot(lab, tags);
  }
  await waitUntilReady(lab, tags);
}

/** Takes away everything of a machine, however little of it is left. To be called with its lock. */
async function wreck(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  await halt(lab, platform, machine, await readTags(lab, platform, machine));
  const drop = join(machinesDir(lab, platform), `.${machine}.${randomUUID()}`);
  // Renamed first: a machine is there with its whole disk, or not at all.
  await rename(machineDir(lab, platform, machine), drop).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  const drafts = (await namesIn(machinesDir(lab, platform))).filter((name) => name.startsWith(`.${machine}.`));
  await Promise.all(drafts.map((name) => rm(join(machinesDir(lab, platform), name), { recursive: true, force: true })));
  await release(reachesDir(lab, platform), machine);
}

async function waitUntilReady(lab: Lab, tags: MachineTags): Promise<void> {
  const paths = machinePaths(machineDir(lab, tags.platform, tags.machine));
  const isUp = await waitForSsh(tags.management.ip);
  if (isUp) return;
  // Whose host has run out of something says nothing, or something else.
  const { shortfalls } = await roomFor(lab.platforms, 1, false);
  throw new SpillwayError({
    code: 'lab-ssh-silent',
    message: [
      `The machine ${tags.machine} was booted, but its SSH port does not answer.`,
      ...shortfalls.map(({ what }) => what),
    ].join(' '),
    mend: shortfalls[0]?.mend ?? `See what it says in ${paths.console}; it is kept as it is.`,
  });
}

async function tagsOrThrow(lab: Lab, platform: PlatformName, machine: MachineName): Promise<MachineTags> {
  const tags = await readTags(lab, platform, machine);
  if (tags !== undefined) return tags;
  throw new SpillwayError({
    code: 'lab-machine-missing',
    message: `There is no machine ${machine} in ${platform}.`,
    mend: 'Make it first.',
  });
}

function bakeMissing(machine: MachineName, bake: BakeName): SpillwayError {
  return new SpillwayError({
    code: 'lab-bake-missing',
    message: `The bake ${bake} that ${machine} begins from is not there.`,
    mend: 'Run the command again: it takes a newer one, or the image.',
  });
}

function imageMissing(machine: MachineName, image: ImageKey): SpillwayError {
  return new SpillwayError({
    code: 'lab-image-missing',
    message: `The image ${image} that ${machine} starts from is not there.`,
    mend: 'Build the image first; a machine whose image was deleted has to be made again.',
  });
}
