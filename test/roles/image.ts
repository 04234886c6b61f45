/**
 * The lab's image as a folder to try files in: an overlay that is mounted only
 * in the mount namespace of each command, so that nothing is left but the folder.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Machine } from '../../src/blueprint/platform.ts';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { Recipe } from '../../src/model/recipe.ts';

const images = '/var/lib/spillway/lab/images';

const namespaces = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child'];

export interface Trial {
  /** Lays a machine's files, with their secrets, over the image. */
  lay(recipes: readonly Recipe[], fill: (text: string) => string): void;
  /** Its folder is made; a path that ends in a slash is a folder of the application's. */
  write(path: string, content: string): void;
  /** As if the image did not have it. */
  hide(path: string): void;
  /** Runs it like `run`, until it ends or is killed; what is left of it ends with it. */
  start(script: string): ChildProcessWithoutNullStreams;
  /** Runs it as root in the image, with the machine's interfaces in a network namespace of its own. */
  run(script: string): { readonly code: number | null; readonly says: string };
  close(): void;
}

export async function openTrial(packages: readonly string[], machine: Machine): Promise<Trial> {
  const engine = createLabEngine();
  await engine.ensureImage(packages, () => undefined);
  const folder = mkdtempSync('/var/lib/spillway-trial-');
  const [root, upper, work] = ['root', 'upper', 'work'].map((name) => join(folder, name)) as [string, string, string];
  for (const one of [root, upper, work]) mkdirSync(one, { mode: 0o755 });
  const overlay = `lowerdir=${join(images, engine.imageKey(packages))},upperdir=${upper},workdir=${work}`;
  const links = machine.interfaces.flatMap(({ network, ip, prefixLength }) => [
    `ip link add ${network} type veth peer name ${network}-far`,
    `ip addr add ${ip}/${prefixLength} dev ${network}`,
    `ip link set ${network} up`,
  ]);
  const outside = [
    'set -e',
    `mount -t overlay overlay -o ${overlay} ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `mount -t tmpfs tmpfs ${root}/run`,
    'ip link set lo up',
    ...links,
    `exec chroot ${root} sh -s`,
  ].join('\n');

  const inside = (path: string) => join(upper, path);
  return {
    lay(recipes, fill) {
      for (const { directories, files } of recipes) {
        for (const { path, mode, owner } of directories) {
          mkdirSync(inside(path), { recursive: true });
          own(inside(path), owner, mode);
        }
        for (const { path, content, encoding, mode, owner } of files) {
          mkdirSync(dirname(inside(path)), { recursive: true });
          writeFileSync(inside(path), encoding === 'base64' ? Buffer.from(content, 'base64') : fill(content));
          own(inside(path), owner, mode);
        }
      }
    },
    write(path, content) {
      mkdirSync(path.endsWith('/') ? inside(path) : dirname(inside(path)), { recursive: true });
      if (path.endsWith('/')) own(inside(path), 'www-data', 0o755);
      else writeFileSync(inside(path), content);
    },
    hide(path) {
      mkdirSync(dirname(inside(path)), { recursive: true });
      // A character device 0/0 in the upper layer of an overlay stands for nothing at all.
      spawnSync('mknod', [inside(path), 'c', '0', '0']);
    },
    start(script) {
      // Nothing of it outlives who asks.
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', '-c', outside]);
      child.stdin.end(script);
      return child;
    },
    run(script) {
      const { status, stdout, stderr } = spawnSync('unshare', [...namespaces, 'sh', '-c', outside], {
        input: script,
        encoding: 'utf8',
      });
      return { code: status, says: `${stdout}${stderr}`.trim() };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function own(path: string, owner: string, mode: number): void {
  // www-data is 33 on every Debian.
  const id = owner.startsWith('www-data') ? 33 : 0;
  chownSync(path, id, id);
  chmodSync(path, mode);
}
