/** Which images are kept: each takes some hundred megabytes, and every change of a list of packages makes a new one. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageKey, MachineName, PlatformName } from '../../model/ids.ts';
import { isMissing, namesIn } from './files.ts';
import { withLockIfFree } from './lock.ts';
import type { Lab } from './names.ts';
import { imageDir, machinesDir } from './names.ts';
import { keptBakes } from './bake-tags.ts';
import { readTags } from './machine-tags.ts';

/** Chosen: two blueprints, each as it was before its last change and after, for changes are taken back. */
const newestKept = 4;

/** A build is renamed to its key when it is complete. */
const isKey = (name: string): boolean => /^[0-9a-f]+$/.test(name);

export async function keptImages(lab: Lab): Promise<ImageKey[]> {
  return (await namesIn(lab.images)).filter(isKey) as ImageKey[];
}

export interface DatedImage {
  readonly key: ImageKey;
  /** When a machine was last made from it, or else when it was built. */
  readonly lastUsedMs: number;
}

/** The images to delete: those that no machine stands on, but for the newest. */
export function imagesToDelete(images: readonly DatedImage[], used: ReadonlySet<ImageKey>): ImageKey[] {
  return images
    .toSorted((a, b) => b.lastUsedMs - a.lastUsedMs)
    .slice(newestKept)
    .map(({ key }) => key)
    .filter((key) => !used.has(key));
}

/** Deletes the images that nobody needs, and half-built ones on which nobody works. */
export async function removeUnneededImages(lab: Lab): Promise<void> {
  // A lab that borrows another one's images does not know whose machines stand on them.
  if (dirname(lab.images) !== dirname(lab.platforms)) return;
  const [keys, used] = await Promise.all([keptImages(lab), usedImages(lab)]);
  const dated = await Promise.all(keys.map((key) => lastUse(lab, key)));
  for (const key of imagesToDelete(dated.flat(), used)) {
    await withLockIfFree(imageDir(lab, key), () => removeImage(lab, key));
  }
  const drafts = (await namesIn(lab.images)).map((name) => /^\.([0-9a-f]+)\./.exec(name)?.[1] as ImageKey | undefined);
  for (const key of new Set(drafts.filter((key) => key !== undefined))) {
    await withLockIfFree(imageDir(lab, key), () => removeDrafts(lab, key));
  }
}

/** Of machines that run, in whatever lab; and of machines of this lab that do not, and of bakes. */
async function usedImages(lab: Lab): Promise<Set<ImageKey>> {
  const mounted = lowerImagesIn(await readFile('/proc/self/mountinfo', 'utf8'), lab.images);
  const platforms = (await namesIn(lab.platforms)) as PlatformName[];
  const tags = await Promise.all(
    platforms.map(async (platform) => {
      const machines = (await namesIn(machinesDir(lab, platform))) as MachineName[];
      const ofMachines = await Promise.all(machines.map((machine) => readTags(lab, platform, machine)));
      return [...ofMachines, ...(await keptBakes(lab, platform))];
    }),
  );
  return new Set([...mounted, ...tags.flat().flatMap((one) => (one === undefined ? [] : [one.image]))]);
}

/** The images over which an overlay is mounted, of the text of /proc/self/mountinfo. */
export function lowerImagesIn(mountinfo: string, images: string): ImageKey[] {
  return lowerLayersIn(mountinfo)
    .filter((layer) => dirname(layer) === images)
    .map((layer) => layer.slice(images.length + 1) as ImageKey);
}

/** Everything over which an overlay is mounted. */
export function lowerLayersIn(mountinfo: string): string[] {
  return [...mountinfo.matchAll(/[ ,]lowerdir\+?=([^, \n]+)/g)].flatMap(([, layers = '']) => layers.split(':'));
}

async function lastUse(lab: Lab, key: ImageKey): Promise<DatedImage[]> {
  try {
    return [{ key, lastUsedMs: (await stat(imageDir(lab, key))).mtimeMs }];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Renamed first: an image is there as a whole, or not at all. */
async function removeImage(lab: Lab, key: ImageKey): Promise<void> {
  await rename(imageDir(lab, key), join(lab.images, `.${key}.${randomUUID()}`));
  await removeDrafts(lab, key);
}

/** Whoever holds the key's lock knows that nobody is at work on these. */
export async function removeDrafts(lab: Lab, key: ImageKey): Promise<void> {
  const drafts = (await namesIn(lab.images)).filter((name) => name.startsWith(`.${key}.`));
  await Promise.all(drafts.map((name) => rm(join(lab.images, name), { recursive: true, force: true })));
}
