/** The control groups of machines, on hosts with cgroup v1 and v2 alike. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { namesIn, readIfThere } from './files.ts';

/** Where the host has its hierarchies: several with v1, one with v2. */
export async function hierarchies(): Promise<string[]> {
  return hierarchiesIn(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** Of the text of /proc/self/mountinfo. */
export function hierarchiesIn(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
}

/** Names of control groups with this prefix, in any hierarchy. */
export async function cgroupsWithPrefix(prefix: string): Promise<string[]> {
  const names = await Promise.all((await hierarchies()).map(namesIn));
  return [...new Set(names.flat().filter((name) => name.startsWith(prefix)))].sort();
}

/** Chosen: a killed process is gone within milliseconds, unless the host is very busy. */
const emptyTimeoutMs = 10_000;

/** Kills whatever is in a control group, and removes it from every hierarchy. */
export async function removeCgroup(name: string): Promise<void> {
  const dirs = (await Promise.all((await hierarchies()).map((mount) => treeBelow(join(mount, name))))).flat();
  const deadline = Date.now() + emptyTimeoutMs;
  for (const dir of dirs) {
    while (!(await removeEmpty(dir)) && Date.now() < deadline) {
      await killAllIn(dir);
      await sleep(5);
    }
  }
}

async function killAllIn(dir: string): Promise<void> {
  const pids = (await readIfThere(join(dir, 'cgroup.procs')).catch(() => undefined)) ?? '';
  for (const pid of pids.split('\n').filter((line) => line !== '' && line !== '0')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

async function removeEmpty(dir: string): Promise<boolean> {
  try {
    await rmdir(dir);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** The folder and those below it, the deepest first: the order in which they can be removed. */
async function treeBelow(dir: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(dir, { withFileTypes: true }).catch(() => []);
  if (entries.length === 0) return [];
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => treeBelow(join(dir, entry.name))),
  );
  return [...below.flat(), dir];
}
