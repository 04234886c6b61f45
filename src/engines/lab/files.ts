/** What the lab does with files beyond what Node offers. */
import { access, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileOfImage } from './recipe.ts';

/** Names in a folder; none when there is no such folder. */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The folder, or the first above it that is there. */
export async function nearestExisting(dir: string): Promise<string> {
  const there = await access(dir).then(
    () => true,
    () => false,
  );
  return there ? dir : nearestExisting(dirname(dir));
}

/** Nothing when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Writes so that readers, and whoever comes after a crash, find all of it or nothing. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const draft = join(dirname(path), `.${process.pid}.${Math.random().toString(36).slice(2)}`);
  const file = await open(draft, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

export async function writeFiles(root: string, files: readonly FileOfImage[]): Promise<void> {
  for (const { path, content, mode } of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode, flush: false });
  }
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
