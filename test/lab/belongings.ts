/**
 * What the kernel has of a platform, by the kernel's own numbers: a process or
 * a namespace that lost its name is still found.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupPrefix, netnsDir, netnsOwner } from '../../src/engines/lab/names.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { output } from './spillway.ts';

export interface Belongings {
  /** By name: the inodes of its network namespaces. */
  readonly namespaces: ReadonlyMap<string, number>;
  /** As `pid since start`. */
  readonly processes: readonly string[];
  /** The numbers of the host's links that bear its tag. */
  readonly links: readonly number[];
}

export async function belongingsOf(platform: string): Promise<Belongings> {
  const names = existsSync(netnsDir) ? readdirSync(netnsDir) : [];
  const namespaces = new Map(
    names
      .filter((name) => netnsOwner(name)?.platform === platform)
      .map((name) => [name, statSync(join(netnsDir, name)).ino]),
  );
  const links = JSON.parse(await output('ip', '-details', '-json', 'link')) as { ifindex: number; ifalias?: string }[];
  return {
    namespaces,
    processes: processes()
      .filter((one) => isOf(one, platform, namespaces))
      .map(({ id }) => id),
    links: links.filter(({ ifalias }) => ifalias === `spillway:${platform}`).map(({ ifindex }) => ifindex),
  };
}

/** What is still there of what a platform had, and whatever lives where it lived. */
export async function stillThere(platform: string, had: Belongings): Promise<string[]> {
  const now = await belongingsOf(platform);
  const alive = processes();
  const links = JSON.parse(await output('ip', '-json', 'link')) as { ifindex: number; ifname: string }[];
  return [
    ...[...now.namespaces.keys()].map((name) => `namespace ${name}`),
    ...alive
      .filter((one) => had.processes.includes(one.id) || isOf(one, platform, had.namespaces))
      .map(({ id, words }) => `process ${id}: ${words}`),
    ...links.filter(({ ifindex }) => had.links.includes(ifindex)).map(({ ifname }) => `link ${ifname}`),
  ];
}

interface Process {
  /** The kernel gives a number again, but not with the same start. */
  readonly id: string;
  readonly words: string;
  readonly cgroup: string;
  readonly netns: string;
  readonly folders: readonly string[];
}

function isOf(one: Process, platform: string, namespaces: Belongings['namespaces']): boolean {
  if (one.cgroup.includes(`/${cgroupPrefix(platform as PlatformName)}`)) return true;
  if (one.folders.some((folder) => folder.includes(`/platforms/${platform}/`))) return true;
  // The number of a namespace that is gone may be that of another platform's next one.
  const isElsewhere = /\/spillway\./.test(one.cgroup);
  return !isElsewhere && [...namespaces.values()].some((inode) => one.netns === `net:[${inode}]`);
}

/** Those that live; one that ends while we look is left out. */
function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const of = (file: string) => join('/proc', pid, file);
      try {
        const stat = readFileSync(of('stat'), 'utf8');
        // The name, in brackets, may hold spaces. State is the first field after it, the start the twentieth.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (fields[0] === 'Z') return [];
        return [
          {
            id: `${pid} since ${fields[19]}`,
            words: readFileSync(of('cmdline'), 'utf8').replaceAll('\0', ' '),
            cgroup: readFileSync(of('cgroup'), 'utf8'),
            netns: readlinkSync(of('ns/net')),
            folders: [readlinkSync(of('cwd')), readlinkSync(of('root'))],
          },
        ];
      } catch {
        return [];
      }
    });
}
