/** Images: built once per list of packages, then only read. */
import { access, glob, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { ImageKey } from '../../model/ids.ts';
import { namesIn, writeFiles } from './files.ts';
import { withLock } from './lock.ts';
import type { Lab } from './names.ts';
import { imageDir } from './names.ts';
import {
  debianSources,
  imageFiles,
  imageKeyOf,
  imagePackages,
  imageRemovals,
  maskedUnits,
  mmdebstrapCommand,
} from './recipe.ts';
import { run } from './run.ts';

/** Keys of the images that are complete: a build is renamed to its key when it is. */
export async function keptImages(lab: Lab): Promise<ImageKey[]> {
  const names = await namesIn(lab.images);
  return names.filter((name) => /^[0-9a-f]+$/.test(name)) as ImageKey[];
}

export async function hasImage(lab: Lab, key: ImageKey): Promise<boolean> {
  return access(imageDir(lab, key)).then(
    () => true,
    () => false,
  );
}

export async function ensureImage(
  lab: Lab,
  packages: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  const key = imageKeyOf(packages);
  if (await hasImage(lab, key)) return;
  const waiting = (): void => progress('another process is building this image; waiting for it');
  await withLock(
    imageDir(lab, key),
    async () => {
      if (!(await hasImage(lab, key))) await build(lab, key, packages, progress);
    },
    waiting,
  );
}

async function build(
  lab: Lab,
  key: ImageKey,
  packages: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  await removeDrafts(lab, key);
  await mkdir(lab.images, { recursive: true });
  const draft = join(lab.images, `.${key}.${randomUUID()}`);
  progress(`building an image of ${imagePackages(packages).length} packages and what they need`);
  await debootstrap(packages, draft, progress);
  progress('preparing it for many machines');
  await prepare(draft);
  await rename(draft, imageDir(lab, key));
}

/** Whoever holds the key's lock knows that nobody is at work on these. */
async function removeDrafts(lab: Lab, key: ImageKey): Promise<void> {
  const drafts = (await namesIn(lab.images)).filter((name) => name.startsWith(`.${key}.`));
  await Promise.all(drafts.map((name) => rm(join(lab.images, name), { recursive: true, force: true })));
}

async function debootstrap(
  packages: readonly string[],
  draft: string,
  progress: (line: string) => void,
): Promise<void> {
  const sources = debianSources(await run(['apt-get', 'indextargets', 'Created-By: Packages']));
  // In a PID namespace of its own, apt and dpkg die with mmdebstrap; in a mount namespace, its mounts go too.
  const sandbox = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  await run([...sandbox, ...mmdebstrapCommand(packages, draft, sources)], {
    onErrorLine: (line) => {
      const step = /^I: (?!success|automatically|chroot architecture)(.+?)(?:\.\.\.)?$/.exec(line)?.[1];
      if (step !== undefined) progress(step);
    },
    failure: {
      code: 'lab-image-failed',
      message: `The image with ${packages.join(', ') || 'no further packages'} could not be built.`,
      mend: 'Check that the names of the packages are right and that this host reaches its Debian mirror (apt-get update).',
    },
  });
}

async function prepare(image: string): Promise<void> {
  for await (const path of glob([...imageRemovals], { cwd: image })) {
    await rm(join(image, path), { recursive: true, force: true });
  }
  // A symbolic link here would lead out of the image.
  await rm(join(image, 'etc/resolv.conf'), { force: true });
  await rm(join(image, 'etc/machine-id'), { force: true });
  await writeFiles(image, imageFiles);
  await run(['chroot', image, 'systemctl', 'preset-all', '--preset-mode=full']);
  for (const unit of maskedUnits) {
    const link = join(image, 'etc/systemd/system', unit);
    await rm(link, { force: true });
    await symlink('/dev/null', link);
  }
}
