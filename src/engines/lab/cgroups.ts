/** The control groups of machines, on hosts with cgroup v1 and v2 alike. */
import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
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

/** Milliseconds of a core that each control group with this prefix used, by the rest of its name. */
export async function coresUsedIn(prefix: string): Promise<Readonly<Record<string, number>>> {
  const used: Record<string, number> = {};
  for (const mount of await hierarchies()) {
    for (const name of (await namesIn(mount)).filter((one) => one.startsWith(prefix))) {
      const ms = await coreMsOf(join(mount, name));
      if (ms !== undefined) used[name.slice(prefix.length)] = ms;
    }
  }
  return used;
}

/** v1 counts nanoseconds in a hierarchy of its own, v2 microseconds in each control group. */
async function coreMsOf(dir: string): Promise<number | undefined> {
  const nanos = await readIfThere(join(dir, 'cpuacct.usage')).catch(() => undefined);
  if (nanos !== undefined) return Number(nanos) / 1e6;
  const micros = /^usage_usec (\d+)$/m.exec(
    (await readIfThere(join(dir, 'cpu.stat')).catch(() => undefined)) ?? '',
  )?.[1];
  return micros === undefined ? undefined : Number(micros) / 1000;
}

/** Chosen: a killed process is gone within milliseconds, unless the host is very busy. */
const emptyTimeoutMs = 10_000;

/** Kills whatever is in a control group, and removes it from every hierarchy. */
export async function removeCgroup(name: string): Promise<void> {
  const dirs = (await Promise.all((await hierarchies()).map((mount) => treeBelow(join(mount, name))))).flat();
  const deadline = performance.now() + emptyTimeoutMs;
  for (const dir of dirs) {
    while (!(await removeEmpty(dir)) && performance.now() < deadline) {
      await killAllIn(dir);
      await sleep(5);
    }
  }
}

/** Kills what is frozen, and thaws it to die: with v1 a signal waits for the thaw, after which nothing of it runs. */
export async function killFrozen(name: string): Promise<void> {
  if (!(await isFrozen(name))) return;
  await Promise.all((await freezers(name)).map(({ dir }) => killAllBelow(dir)));
  await thaw(name);
}

export async function isFrozen(name: string): Promise<boolean> {
  const switches = await freezers(name);
  const states = await Promise.all(switches.map(async ({ file }) => (await readIfThere(file))?.trim()));
  return switches.some(({ thawed }, index) => states[index] !== thawed);
}

/** Stops everything in a control group from running, until it is thawed. False where the host cannot. */
export async function freeze(name: string): Promise<boolean> {
  const switches = await freezers(name);
  for (const { file, frozen } of switches) await writeFile(file, frozen);
  return switches.length > 0;
}

export async function thaw(name: string): Promise<void> {
  for (const { file, thawed } of await freezers(name)) await writeFile(file, thawed);
}

/** What runc 1.1 cannot set. In microseconds; kernels before 5.14 have no such file, and are left without. */
export async function allowBurst(name: string, burst: number): Promise<void> {
  const files = (await hierarchies()).flatMap((mount) =>
    ['cpu.cfs_burst_us', 'cpu.max.burst'].map((file) => join(mount, name, file)),
  );
  for (const file of files) {
    if ((await readIfThere(file)) !== undefined) await writeFile(file, String(burst));
  }
}

/**
 * Moves a service of a machine, with all that it has begun, to another control group, where only the share of the
 * processor is another one. With v1 alone: v2 has one hierarchy, which the machine's systemd keeps in order.
 */
export async function moveService(name: string, service: string, to: string): Promise<void> {
  const mounts = await hierarchies();
  const present = await Promise.all(
    mounts.map(async (mount) => (await readIfThere(join(mount, name, 'cpu.cfs_quota_us'))) !== undefined),
  );
  const quotas = mounts.find((_, index) => present[index]);
  if (quotas === undefined) return;
  const lists = await Promise.all(
    mounts.map((mount) => readIfThere(join(mount, name, 'system.slice', service, 'cgroup.procs'))),
  );
  const pids = new Set(lists.flatMap((list) => list?.split('\n').filter((pid) => pid !== '') ?? []));
  await mkdir(join(quotas, to), { recursive: true });
  for (const pid of pids) {
    await writeFile(join(quotas, to, 'cgroup.procs'), pid).catch((error: unknown) => {
      // It ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    });
  }
}

interface Freezer {
  readonly dir: string;
  readonly file: string;
  readonly frozen: string;
  readonly thawed: string;
}

/** v1 has a hierarchy for it, v2 a file in each control group. */
async function freezers(name: string): Promise<Freezer[]> {
  const candidates = (await hierarchies()).flatMap((mount) => {
    const dir = join(mount, name);
    return [
      { dir, file: join(dir, 'freezer.state'), frozen: 'FROZEN', thawed: 'THAWED' },
      { dir, file: join(dir, 'cgroup.freeze'), frozen: '1', thawed: '0' },
    ];
  });
  const present = await Promise.all(candidates.map(async ({ file }) => (await readIfThere(file)) !== undefined));
  return candidates.filter((_, index) => present[index]);
}

async function killAllBelow(dir: string): Promise<void> {
  for (const one of await treeBelow(dir)) await killAllIn(one);
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
