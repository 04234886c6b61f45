/** Which images stay on the disk. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MachineTags } from '../../src/engines/lab/bundle.ts';
import { annotationsOf } from '../../src/engines/lab/bundle.ts';
import { imagesToDelete, lowerImagesIn, removeUnneededImages } from '../../src/engines/lab/image-keeping.ts';
import { withLock } from '../../src/engines/lab/lock.ts';
import type { Lab } from '../../src/engines/lab/names.ts';
import { imageDir, machineDir } from '../../src/engines/lab/names.ts';
import type { ImageKey, MachineName, PlatformName } from '../../src/model/ids.ts';

let root = '';
let lab: Lab;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spillway-images-'));
  lab = labWith(join(root, 'images'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const labWith = (images: string): Lab => ({
  images,
  claims: join(root, 'claims'),
  platforms: join(root, 'platforms'),
  runc: join(root, 'runc'),
});
const keys = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'] as ImageKey[];

/** `a1` is the oldest. */
function keepImages(): void {
  keys.forEach((key, at) => {
    mkdirSync(imageDir(lab, key), { recursive: true });
    utimesSync(imageDir(lab, key), at, at);
  });
}

test('the four newest stay, and whatever a machine stands on', () => {
  const images = keys.map((key, at) => ({ key, lastUsedMs: at }));
  expect(imagesToDelete(images, new Set())).toEqual(['b2', 'a1']);
  expect(imagesToDelete(images, new Set(['a1'] as ImageKey[]))).toEqual(['b2']);
  expect(imagesToDelete(images.slice(0, 4), new Set())).toEqual([]);
});

test('an image over which a disk is mounted is in use, whosever lab mounted it', () => {
  const mountinfo = [
    '40 1 0:30 / /x/rootfs rw,relatime - overlay overlay rw,lowerdir=/lab/images/a1,upperdir=/x/upper,workdir=/x/work',
    '41 1 0:31 / /y/rootfs rw - overlay overlay rw,lowerdir=/elsewhere/b2,upperdir=/y/upper,workdir=/y/work',
  ].join('\n');
  expect(lowerImagesIn(mountinfo, '/lab/images')).toEqual(['a1']);
});

test('the image of a machine without power stays', async () => {
  keepImages();
  const dir = machineDir(lab, 'shop' as PlatformName, 'web-1' as MachineName);
  mkdirSync(dir, { recursive: true });
  const tags = {
    ...{ platform: 'shop', machine: 'web-1', pool: 'web', part: 'base', site: 'a', image: 'a1', interfaces: [] },
    ...{ flavour: { name: 'small', cores: 1, memoryBytes: 1 }, management: { ip: '100.64.0.2', prefixLength: 22 } },
  } as unknown as MachineTags;
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ annotations: annotationsOf(tags) }));
  await removeUnneededImages(lab);
  expect(readdirSync(lab.images)).toEqual(['a1', 'c3', 'd4', 'e5', 'f6']);
});

test('a half-built image goes, unless somebody works on it', async () => {
  for (const draft of ['.a1.draft', '.b2.draft']) mkdirSync(join(lab.images, draft, 'etc'), { recursive: true });
  await withLock(imageDir(lab, 'b2' as ImageKey), () => removeUnneededImages(lab));
  expect(readdirSync(lab.images)).toEqual(['.b2.draft']);
});

test('images that are another lab’s are left to it', async () => {
  const borrowed = labWith(join(root, 'other', 'images'));
  for (const key of keys) mkdirSync(imageDir(borrowed, key), { recursive: true });
  await removeUnneededImages(borrowed);
  expect(keys.every((key) => existsSync(imageDir(borrowed, key)))).toBe(true);
});
