/**
 * How many machines more a host carries. A host that is short of something fails late and says something else, so what
 * it has is counted before anything is made.
 */
import { readdir, readlink, statfs, writeFile } from 'node:fs/promises';
import type { Room, Shortfall } from '../../ports/engine.ts';
import { nearestExisting, readIfThere } from './files.ts';

/** One thing of which a host has so much. */
export interface Supply {
  readonly name: keyof typeof needs;
  readonly most: number;
  readonly used: number;
}

interface Need {
  /** Of each machine. */
  readonly each: number;
  /** Whatever their number: left to the host, or what one of them may take alone. */
  readonly rest: number;
  readonly says: string;
  readonly unit: string;
  /** The kernel's file, where it is a number that may be raised, and how high. */
  readonly raised?: { readonly file: string; readonly atMost: number };
  readonly mend: string;
}

const sysctl = (file: string) => file.replace('/proc/sys/', '').replaceAll('/', '.');
const instances = '/proc/sys/fs/inotify/max_user_instances';
const watches = '/proc/sys/fs/inotify/max_user_watches';
const pids = '/proc/sys/kernel/pid_max';
const files = '/proc/sys/fs/file-max';
const conntrack = '/proc/sys/net/netfilter/nf_conntrack_max';

/**
 * Chosen: a machine that has just booted holds four inotify instances (systemd, its journal, its message bus), and one
 * more is for what it runs; 39 machines were seen to use up 128.
 * A database has some hundred threads, a balancer some thousand connections, each with a file or two.
 */
const needs = {
  inotify: {
    ...{ each: 5, rest: 16, says: 'inotify instances', unit: '', mend: `sysctl -w ${sysctl(instances)}=` },
    raised: { file: instances, atMost: 1_048_576 },
  },
  watches: {
    ...{ each: 200, rest: 1000, says: 'inotify watches', unit: '', mend: `sysctl -w ${sysctl(watches)}=` },
    raised: { file: watches, atMost: 1_048_576 },
  },
  pids: {
    ...{ each: 150, rest: 1000, says: 'process numbers', unit: '', mend: `sysctl -w ${sysctl(pids)}=` },
    raised: { file: pids, atMost: 4_194_304 },
  },
  files: {
    ...{ each: 2000, rest: 20_000, says: 'open files', unit: '', mend: `sysctl -w ${sysctl(files)}=` },
    raised: { file: files, atMost: 9_000_000 },
  },
  // Each network namespace counts for itself against the one limit.
  conntrack: {
    ...{ each: 0, rest: 65_536, says: 'connections that the firewall follows', unit: '' },
    ...{ raised: { file: conntrack, atMost: 1_048_576 }, mend: `sysctl -w ${sysctl(conntrack)}=` },
  },
  memory: {
    ...{ each: 100, rest: 256, says: 'memory', unit: ' MB' },
    mend: 'end what else takes memory, give the host more, or ask for fewer machines; free would have to be, in MB: ',
  },
  disk: {
    ...{ each: 200, rest: 1024, says: 'disk below the lab’s folder', unit: ' MB' },
    mend: 'remove what is not needed any more (`spillway status` lists platforms), or ask for fewer machines; free would have to be, in MB: ',
  },
} as const satisfies Record<string, Need>;

/** What would have to be set so that so many more fit; nothing where they do. */
interface Lack {
  readonly supply: Supply;
  readonly need: Need;
  readonly to: number;
}

export function lacksFor(more: number, supplies: readonly Supply[]): readonly Lack[] {
  return supplies.flatMap((supply) => {
    const need: Need = needs[supply.name];
    const to = supply.used + need.rest + more * need.each;
    return to <= supply.most ? [] : [{ supply, need, to }];
  });
}

/** How many more fit, and what ends first. */
export function mostFor(supplies: readonly Supply[]): { readonly most: number; readonly by: string } {
  const fits: readonly { readonly most: number; readonly by: string }[] = supplies
    .map((supply) => ({ ...supply, need: needs[supply.name] }))
    .filter(({ need }) => need.each > 0)
    .map(({ most, used, need }) => ({
      most: Math.max(0, Math.floor((most - used - need.rest) / need.each)),
      by: need.says,
    }));
  return fits.reduce((least, one) => (one.most < least.most ? one : least), { most: Infinity, by: 'nothing' });
}

/** As if all that may be raised were as high as it may be. */
export function raisedAsFar(supplies: readonly Supply[]): readonly Supply[] {
  return supplies.map((supply) => {
    const { raised }: Need = needs[supply.name];
    return raised === undefined ? supply : { ...supply, most: Math.max(supply.most, raised.atMost) };
  });
}

export function shortfallOf({ supply: { most, used }, need, to }: Lack, more: number): Shortfall {
  const machines = more === 1 ? 'one machine more' : `${more} machines more`;
  const there = need.unit === '' ? `There are too few ${need.says}` : `There is too little ${need.says}`;
  const how = need.unit === '' ? `${most}, of which ${used} are used` : `${most}${need.unit} are free`;
  return { what: `${there} for ${machines}: ${how}.`, mend: `${need.mend}${to}` };
}

/** Twice as much as is needed, so that it is not raised again with the next machine. */
export const raiseTo = ({ need, to }: Lack): number => Math.min(need.raised?.atMost ?? to, 2 * to);

/** Raises what it may when asked to, and says what is short all the same. */
export async function roomFor(dir: string, more: number, raise: boolean): Promise<Room> {
  const raised: string[] = [];
  if (raise) {
    for (const lack of lacksFor(more, await suppliesOf(dir))) {
      const file = lack.need.raised?.file;
      // Not every host lets its guests; what stays short is told below.
      if (file !== undefined && (await written(file, raiseTo(lack))))
        raised.push(`${sysctl(file)} is ${raiseTo(lack)}`);
    }
  }
  const supplies = await suppliesOf(dir);
  const { most, by } = mostFor(raisedAsFar(supplies));
  return { raised, shortfalls: lacksFor(more, supplies).map((lack) => shortfallOf(lack, more)), most, by };
}

async function written(file: string, value: number): Promise<boolean> {
  return writeFile(file, String(value)).then(
    () => true,
    () => false,
  );
}

/** What is not told by this host is not judged. */
async function suppliesOf(dir: string): Promise<readonly Supply[]> {
  const most = async (file: string) => Number((await readIfThere(file).catch(() => undefined)) ?? NaN);
  const [watched, threads] = await watchedAndThreads();
  const [usedFiles = NaN] = ((await readIfThere('/proc/sys/fs/file-nr')) ?? '').split(/\s+/).map(Number);
  const memory = Number(/^MemAvailable:\s+(\d+)/m.exec((await readIfThere('/proc/meminfo')) ?? '')?.[1] ?? NaN);
  const { bavail, bsize } = await statfs(await nearestExisting(dir));
  const supplies: readonly Supply[] = [
    { name: 'inotify', most: await most(instances), used: watched },
    // How many watches others hold, no file says; a watcher holds few.
    { name: 'watches', most: await most(watches), used: 50 * watched },
    { name: 'pids', most: await most(pids), used: threads },
    { name: 'files', most: await most(files), used: usedFiles },
    { name: 'conntrack', most: await most(conntrack), used: 0 },
    { name: 'memory', most: Math.floor(memory / 1024), used: 0 },
    { name: 'disk', most: Math.floor((bavail * bsize) / 1_048_576), used: 0 },
  ];
  return supplies.filter(({ most: one, used }) => Number.isFinite(one) && Number.isFinite(used));
}

/** The inotify instances that are open, as far as this process may look, and all threads. */
async function watchedAndThreads(): Promise<readonly [watched: number, threads: number]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  let [watched, threads] = [0, 0];
  for (const pid of names) {
    threads += (await readdir(`/proc/${pid}/task`).catch(() => [])).length;
    const opened = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(opened.map((one) => readlink(`/proc/${pid}/fd/${one}`).catch(() => '')));
    watched += links.filter((link) => link.endsWith('inotify')).length;
  }
  return [watched, threads];
}
