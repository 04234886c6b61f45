/** Network namespaces by name, as `ip netns` keeps them. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './files.ts';
import { netnsDir } from './names.ts';
import type { Links } from './plumbing.ts';
import { parseLinks } from './plumbing.ts';
import { run } from './run.ts';

/**
 * A name may be there without a namespace: `ip netns add` was interrupted, or
 * the host was restarted and keeps /run on a disk. A namespace is on a device
 * other than its folder's.
 */
export async function netnsExists(name: string): Promise<boolean> {
  try {
    const [folder, file] = await Promise.all([stat(netnsDir), stat(join(netnsDir, name))]);
    return folder.dev !== file.dev;
  } catch {
    return false;
  }
}

export async function ensureNetns(name: string): Promise<void> {
  if (await netnsExists(name)) return;
  await rm(join(netnsDir, name), { force: true });
  await run(['ip', 'netns', 'add', name]);
}

export async function removeNetns(name: string): Promise<void> {
  if (await netnsExists(name)) await run(['ip', 'netns', 'del', name]);
  else await rm(join(netnsDir, name), { force: true });
}

/** Of all platforms, and names without a namespace too. */
export const netnsNames = (): Promise<string[]> => namesIn(netnsDir);

/** None when there is no such namespace. */
export async function linksIn(netns: string): Promise<Links> {
  if (!(await netnsExists(netns))) return new Map();
  // Without the details, iproute2 6.1 shows no aliases beside addresses.
  return parseLinks(await run(['ip', '-netns', netns, '-details', '-json', 'addr', 'show']));
}
