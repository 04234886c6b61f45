/**
 * Bakes: what a machine has over its image, kept as a layer on which others of
 * its pool stand. A bake exists from the moment that its finished folder gets
 * its name; it keeps its name as long as a machine stands on it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SpillwayError } from '../../model/errors.ts';
import type { BakeName, MachineName, PlatformName, PoolName } from '../../model/ids.ts';
import type { BakeSpec } from '../../model/spec.ts';
import { copyDisk } from './bake-copy.ts';
import { bakeName, keptBakes, poolOf, type BakeTags } from './bake-tags.ts';
import { isMissing, namesIn } from './files.ts';
import { lowerLayersIn } from './image-keeping.ts';
import { withLock } from './lock.ts';
import { readTags } from './machine-tags.ts';
import type { Lab } from './names.ts';
import { bakeDir, bakePaths, bakesDir, machineDir, machinePaths, machinesDir } from './names.ts';

/** For who counts on a bake, or on there being nobody who does. */
export function withBakes<T>(lab: Lab, platform: PlatformName, work: () => Promise<T>): Promise<T> {
  return withLock(bakesDir(lab, platform), work);
}

export async function bake(lab: Lab, { platform, pool, from, recipes, transient }: BakeSpec): Promise<void> {
  await withLock(join(bakesDir(lab, platform), pool), async () => {
    const source = await readTags(lab, platform, from);
    if (source === undefined) throw sourceMissing(platform, from);
    if (source.bake !== undefined) throw sourceCopied(from);
    await removeUnfinished(lab, platform, pool);

    const older = (await keptBakes(lab, platform)).filter((one) => one.pool === pool);
    // After the ones before it, even if the clock was put back.
    const madeAtMs = Math.max(Date.now(), ...older.map((one) => one.madeAtMs + 1));
    const name = bakeName(pool, madeAtMs);
    const draft = bakePaths(join(bakesDir(lab, platform), `.${name}.${randomUUID()}`));
    // It holds what the machine's disk holds, and as that, nobody else's eyes should be on it.
    await mkdir(draft.files, { recursive: true, mode: 0o700 });
    const { upper } = machinePaths(machineDir(lab, platform, from));
    const { ino } = await stat(upper);
    await copyDisk(upper, draft.files, transient);
    // What goes while it is read is no failure; the whole machine is.
    if ((await inodeOf(upper)) !== ino) throw sourceMissing(platform, from);

    const tags: BakeTags = { pool, image: source.image, recipes, from, madeAtMs };
    await writeFile(draft.tags, JSON.stringify(tags));
    await rename(draft.dir, bakeDir(lab, platform, name));
    await removeUnneededBakes(lab, platform);
  });
}

export async function removeBake(lab: Lab, platform: PlatformName, name: BakeName): Promise<void> {
  const pool = poolOf(name);
  await withLock(join(bakesDir(lab, platform), pool), async () => {
    await withBakes(lab, platform, async () => {
      const machine = (await standing(lab, platform)).get(name);
      if (machine !== undefined) throw inUse(name, machine);
      await discard(lab, platform, name);
    });
    await removeUnfinished(lab, platform, pool);
  });
}

/** Of each pool the newest stays, and every other as long as a machine stands on it. */
export async function removeUnneededBakes(lab: Lab, platform: PlatformName): Promise<void> {
  if ((await keptBakes(lab, platform)).length < 2) return;
  await withBakes(lab, platform, async () => {
    const bakes = await keptBakes(lab, platform);
    const newest = new Map(bakes.map(({ pool, name }) => [pool, name]));
    const used = await standing(lab, platform);
    for (const { pool, name } of bakes)
      if (newest.get(pool) !== name && !used.has(name)) await discard(lab, platform, name);
  });
}

/** A machine that stands on it, by bake: as the machines say themselves, running or not, and as the kernel does. */
async function standing(lab: Lab, platform: PlatformName): Promise<ReadonlyMap<BakeName, string>> {
  const machines = (await namesIn(machinesDir(lab, platform))) as MachineName[];
  const tags = await Promise.all(machines.map((machine) => readTags(lab, platform, machine)));
  const mounted = lowerLayersIn(await readFile('/proc/self/mountinfo', 'utf8'));
  const bakes = await keptBakes(lab, platform);
  return new Map([
    ...bakes
      .filter(({ name }) => mounted.includes(bakePaths(bakeDir(lab, platform, name)).files))
      .map(({ name }) => [name, 'a machine that runs'] as const),
    ...tags.flatMap((one) => (one?.bake === undefined ? [] : [[one.bake, one.machine as string] as const])),
  ]);
}

/** Renamed first: a bake is there as a whole, or not at all. */
async function discard(lab: Lab, platform: PlatformName, name: BakeName): Promise<void> {
  const drop = join(bakesDir(lab, platform), `.${name}.${randomUUID()}`);
  await rename(bakeDir(lab, platform, name), drop).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await rm(drop, { recursive: true, force: true });
}

/** What an earlier controller left when it was killed. Whoever holds the pool's lock knows that nobody is at work on it. */
async function removeUnfinished(lab: Lab, platform: PlatformName, pool: PoolName): Promise<void> {
  const unfinished = (await namesIn(bakesDir(lab, platform))).filter((name) => name.startsWith(`.${pool}.`));
  await Promise.all(
    unfinished.map((name) => rm(join(bakesDir(lab, platform), name), { recursive: true, force: true })),
  );
}

async function inodeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

function sourceMissing(platform: PlatformName, machine: MachineName): SpillwayError {
  return new SpillwayError({
    code: 'lab-machine-missing',
    message: `The machine ${machine} of ${platform}, which was to be baked, is not there.`,
    mend: 'Run the command again: it takes another one.',
  });
}

function sourceCopied(machine: MachineName): SpillwayError {
  return new SpillwayError({
    code: 'lab-bake-of-a-copy',
    message: `The machine ${machine} stands on a bake itself, so its own files are only a part of its disk.`,
    mend: 'Bake a machine that was made from the image.',
  });
}

function inUse(bake: BakeName, machine: string): SpillwayError {
  return new SpillwayError({
    code: 'lab-bake-in-use',
    message: `The bake ${bake} cannot be removed: ${machine} stands on it.`,
    mend: 'Remove that machine first.',
  });
}
