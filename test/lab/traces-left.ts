/** Everything on this host that bears a platform's name; `host.ts` and `belongings.ts` find what bears none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { output } from './spillway.ts';

export async function tracesOf(platform: string): Promise<readonly string[]> {
  const named = (text: string) => text.split('\n').filter((line) => line.includes(platform));
  const folders = [
    '/var/lib/spillway/platforms',
    '/var/lib/spillway/lab/platforms',
    '/run/spillway/lab/runc',
    '/run/netns',
  ];
  return [
    ...named(readFileSync('/proc/mounts', 'utf8')),
    ...named(await output('ip', '-details', 'link')),
    ...named(await output('ip', 'route')),
    ...folders.flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder).filter((name) => name.includes(platform)) : [],
    ),
    ...processes().filter((words) => words.includes(platform)),
    ...cgroups().filter((name) => name.includes(platform)),
  ];
}

function processes(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((words) => !words.includes('vitest'));
}

function cgroups(): readonly string[] {
  const root = '/sys/fs/cgroup';
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}
