/** A machine's own files over the image, and the overlay that joins both. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineSpec } from '../../model/spec.ts';
import { writeFiles } from './files.ts';
import type { MachinePaths } from './names.ts';
import type { FileOfImage } from './recipe.ts';
import { run } from './run.ts';

/** Written before the first boot, so that the machine is known and open to the controller from its first second. */
export function machineFiles(machine: MachineSpec): FileOfImage[] {
  const machineId = createHash('sha256').update(`${machine.platform}/${machine.name}`).digest('hex').slice(0, 32);
  return [
    { path: 'etc/hostname', mode: 0o644, content: `${machine.name}\n` },
    // A bake knows the whole platform already.
    ...(machine.bake === undefined
      ? [{ path: 'etc/hosts', mode: 0o644, content: `127.0.0.1 localhost\n127.0.1.1 ${machine.name}\n` }]
      : []),
    { path: 'etc/machine-id', mode: 0o444, content: `${machineId}\n` },
    { path: 'etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: endWithNewline(machine.hostKey.private) },
    { path: 'etc/ssh/ssh_host_ed25519_key.pub', mode: 0o644, content: endWithNewline(machine.hostKey.public) },
    { path: 'root/.ssh/authorized_keys', mode: 0o600, content: endWithNewline(machine.authorizedKey) },
  ];
}

/** Of these, what no other machine may have. */
export const identityFiles: readonly string[] = [
  'etc/hostname',
  'etc/machine-id',
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssh/ssh_host_ed25519_key.pub',
  'root/.ssh/authorized_keys',
];

/** A folder of the upper layer hides the mode of the image's: these are Debian's. */
const folderModes: Readonly<Record<string, number>> = {
  '': 0o755,
  etc: 0o755,
  'etc/ssh': 0o755,
  root: 0o700,
  'root/.ssh': 0o700,
};

export async function writeDisk(paths: MachinePaths, machine: MachineSpec): Promise<void> {
  await writeFiles(paths.upper, machineFiles(machine));
  for (const [folder, mode] of Object.entries(folderModes)) await chmod(join(paths.upper, folder), mode);
  await mkdir(paths.work);
  await mkdir(paths.rootfs);
}

/** `layers`: what the machine stands on, the uppermost first. */
export async function mountDisk(paths: MachinePaths, layers: readonly string[]): Promise<void> {
  if ((await mountsBelow(paths.rootfs)).length > 0) return;
  const options = `lowerdir=${layers.join(':')},upperdir=${paths.upper},workdir=${paths.work}`;
  await run(['mount', '-t', 'overlay', 'overlay', '-o', options, paths.rootfs]);
}

/** Chosen: the last processes of a killed machine keep the mount busy for some milliseconds. */
const busyTimeoutMs = 3000;

/** Unmounts everything at and below a folder. */
export async function unmountBelow(dir: string): Promise<void> {
  const deadline = performance.now() + busyTimeoutMs;
  for (const mount of await mountsBelow(dir)) {
    while (
      !(await run(['umount', mount]).then(
        () => true,
        () => false,
      ))
    ) {
      if (performance.now() > deadline) {
        await run(['umount', '--lazy', mount]);
        break;
      }
      await sleep(20);
    }
  }
}

/** The innermost first. */
async function mountsBelow(dir: string): Promise<string[]> {
  return mountsBelowIn(await readFile('/proc/self/mountinfo', 'utf8'), dir);
}

/** Of the text of /proc/self/mountinfo, which lists mounts in the order in which they were made. */
export function mountsBelowIn(mountinfo: string, dir: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((point) => point === dir || point.startsWith(`${dir}/`))
    .reverse();
}

function endWithNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
