/** The copy of a disk that is in use, and what of it is nobody's but the machine's own. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityFiles } from './disk.ts';
import { run } from './run.ts';

/** Beside what the engine gives each machine anew: what lets it be told from others, and what people left behind. */
const ownFiles: readonly string[] = [
  ...identityFiles,
  'root/.bash_history',
  'var/lib/dbus/machine-id',
  'var/lib/systemd/random-seed',
];

/** Logs, caches and what passes: of Debian's, and of no use on another machine. */
const passingFolders: readonly string[] = ['var/cache', 'var/log', 'var/spool', 'var/tmp', 'var/lib/systemd/timers'];

/**
 * Reads what lies over the image, so that the machine does not notice. What goes
 * while it is read is not copied, and no failure; `posix` keeps times to the
 * nanosecond, by which content is taken for unchanged. Of the overlay's own marks
 * those travel that hide what the image has; the others speak of the old place.
 */
const copyScript = [
  "marks='--xattrs --xattrs-include=user.* --xattrs-include=security.* --xattrs-include=trusted.overlay.opaque --xattrs-include=trusted.overlay.redirect'",
  '{ tar -C "$1" --create --format=posix --acls $marks --file - . || [ $? = 1 ]; } | tar -C "$2" --extract --preserve-permissions --numeric-owner --acls $marks --file -',
].join('\n');

export async function copyDisk(upper: string, into: string, transient: readonly string[]): Promise<void> {
  // In a PID namespace of their own both die with the first, and so with the controller.
  const sandbox = ['nice', '-n', '19', 'unshare', '--pid', '--fork', '--kill-child'];
  // Its input is a socket, as from rshd, for which Bash would read the user's own ~/.bashrc first.
  await run([...sandbox, 'bash', '--norc', '-o', 'pipefail', '-c', copyScript, 'copy', upper, into]);
  await Promise.all(ownFiles.map((path) => rm(join(into, path), { force: true })));
  const folders = await Promise.all([...passingFolders, ...transient].map((path) => ifThere(join(into, path))));
  if (folders.flat().length > 0) await run(['find', ...folders.flat(), '!', '-type', 'd', '-delete']);
}

async function ifThere(path: string): Promise<readonly string[]> {
  return access(path).then(
    () => [path],
    () => [],
  );
}
