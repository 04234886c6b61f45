/** Images: built once per list of packages, then only read. */
import { access, glob, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { ImageKey } from '../../model/ids.ts';
import { writeFiles } from './files.ts';
import { removeDrafts, removeUnneededImages } from './image-keeping.ts';
import { withLock } from './lock.ts';
import type { Lab } from './names.ts';
import { imageDir } from './names.ts';
import {
  debianSources,
  imageFiles,
  imageKeyOf,
  imagePackages,
  imageRemovals,
  maskedGenerators,
  maskedUnits,
  mmdebstrapCommand,
} from './recipe.ts';
import { run } from './run.ts';

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
  await removeUnneededImages(lab);
}

/** Says that a machine is about to be made from it, so that it is not among those that nobody needs. */
export async function touchImage(lab: Lab, key: ImageKey): Promise<boolean> {
  const now = new Date();
  return utimes(imageDir(lab, key), now, now).then(
    () => true,
    () => false,
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
  await touchImage(lab, key);
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
  await mask(join(image, 'etc/systemd/system'), maskedUnits);
  await mask(join(image, 'etc/systemd/system-generators'), maskedGenerators);
}

async function mask(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const link = join(folder, name);
    await rm(link, { force: true });
    await symlink('/dev/null', link);
  }
}
