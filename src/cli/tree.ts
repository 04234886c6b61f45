/**
 * Reads the folder of a content. What cannot be released is left out and said, never dropped in silence: a folder of
 * version control, a device, a link that leads out of the blueprint's folder.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { join, matchesGlob, sep } from 'node:path';
import type { Tree, TreeLimits } from '../app/toolbox.ts';
import { SpillwayError } from '../model/errors.ts';
import type { ReleaseFile } from '../model/release.ts';
import { formatSize } from '../model/quantities.ts';

/** What tools keep of versions; a site's visitors and programs have no use for it. */
const versionControl: ReadonlySet<string> = new Set([
  ...['.git', '.gitignore', '.gitattributes', '.gitmodules', '.github', '.hg', '.hgignore', '.svn', '.bzr', 'CVS'],
]);

/** Chosen: no site has that many folders for its files; links that lead to each other have no end otherwise. */
const entriesAFile = 10;

interface Walk {
  /** How many names may still be met. */
  left: number;
  readonly within: string;
  readonly leaveOut: readonly string[];
  readonly files: { readonly path: string; readonly at: string; readonly stats: Stats }[];
  readonly leftOut: { readonly path: string; readonly why: string }[];
}

/** `within`: links are followed below this folder and nowhere else. */
export function readTree(folder: string, within: string, { mostBytes, mostFiles, leaveOut }: TreeLimits): Tree {
  const root = realpathSync(folder);
  const left = mostFiles * entriesAFile;
  const walk: Walk = { left, within: realpathSync(within), leaveOut, files: [], leftOut: [] };
  refuseOutside(root, walk.within, folder);
  descend(walk, root, '', [root]);
  const bytes = walk.files.reduce((sum, { stats }) => sum + stats.size, 0);
  if (bytes > mostBytes)
    throw tooLarge(folder, `holds ${formatSize(bytes)}; at most ${formatSize(mostBytes)} are released`);
  if (walk.files.length > mostFiles)
    throw tooLarge(folder, `holds ${walk.files.length} files; at most ${mostFiles} are released`);
  const files = walk.files
    .map(({ path, at, stats }) => ({ path, at, file: describe(path, at, stats) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const places = new Map(files.map(({ at, file }) => [file.sha256, at]));
  return {
    files: files.map(({ file }) => file),
    leftOut: walk.leftOut.sort((one, other) => (one.path < other.path ? -1 : 1)),
    read({ sha256, path }) {
      const at = places.get(sha256);
      const found = at === undefined ? undefined : readFileSync(at);
      if (found !== undefined && createHash('sha256').update(found).digest('hex') === sha256) return found;
      throw new SpillwayError({
        code: 'content-changed',
        message: `\`${path}\` was changed while it was read`,
        mend: 'run it again once nobody writes there',
      });
    },
  };
}

/** `above`: the real paths of the folders that lead here, so that a link to one of them has an end. */
function descend(walk: Walk, folder: string, prefix: string, above: readonly string[]): void {
  for (const entry of readdirSync(folder)) {
    const path = prefix === '' ? entry : `${prefix}/${entry}`;
    if (--walk.left < 0)
      throw tooLarge(path, 'is one of too many, for links there lead to the same folders over and over');
    refuseName(path);
    const leave = (why: string) => walk.leftOut.push({ path, why });
    if (versionControl.has(entry)) {
      leave('belongs to version control');
      continue;
    }
    if (walk.leaveOut.some((pattern) => matchesGlob(path, pattern))) continue;
    const at = join(folder, entry);
    const real = lstatSync(at).isSymbolicLink() ? followed(walk, at) : at;
    if (real === undefined) {
      leave('is a link that leads out of the blueprint’s folder, or to nothing');
      continue;
    }
    const stats = statSync(real);
    if (stats.isDirectory()) {
      if (real !== at && above.includes(real)) leave('is a link to a folder that it lies in');
      else descend(walk, real, path, [...above, real]);
    } else if (stats.isFile()) walk.files.push({ path, at: real, stats });
    else leave(`is ${kindOf(stats)}`);
  }
}

function followed({ within }: Walk, at: string): string | undefined {
  try {
    const real = realpathSync(at);
    return isBelow(real, within) ? real : undefined;
  } catch {
    return undefined;
  }
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

export function refuseOutside(real: string, within: string, asked: string): void {
  if (isBelow(real, within)) return;
  throw new SpillwayError({
    code: 'outside',
    message: `\`${asked}\` is a link that leads out of the blueprint’s folder, to \`${real}\``,
    mend: 'put a copy of it beside the blueprint',
    exit: 'wrongInput',
  });
}

/** Such a name could end a line in a list of files, or be shown as another one. */
function refuseName(path: string): void {
  // U+FFFD stands for bytes that are no UTF-8.

  if (!/[\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029\ufffd]/.test(path)) return;
  throw new SpillwayError({
    code: 'file-name',
    message: `the name of the file ${JSON.stringify(path)} holds a line break, another control character, or no UTF-8`,
    mend: 'rename it, or remove it',
    exit: 'wrongInput',
  });
}

function describe(path: string, at: string, stats: Stats): ReleaseFile {
  return {
    path,
    sha256: digestOf(at),
    bytes: stats.size,
    // Set-uid bits and all else of its mode stay where it was.
    isExecutable: (stats.mode & 0o100) !== 0,
    modifiedAtS: Math.floor(stats.mtimeMs / 1000),
  };
}

/** Chosen: a film need not be held in memory to know what it holds. */
const pieceBytes = 1 << 20;

function digestOf(at: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  const file = openSync(at, 'r');
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return 'a FIFO';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

function tooLarge(path: string, says: string): SpillwayError {
  return new SpillwayError({
    code: 'too-large',
    message: `\`${path}\` ${says}`,
    mend: 'is it the right one?',
    exit: 'wrongInput',
  });
}
