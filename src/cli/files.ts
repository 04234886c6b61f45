/** The files that a person names: read only when they are regular ones of a size that makes sense. */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Files } from '../app/toolbox.ts';
import { SpillwayError } from '../model/errors.ts';
import { formatSize } from '../model/quantities.ts';
import { refuseOutside, readTree } from './tree.ts';

/** Chosen: far more than any text that a person writes, and soon read. */
const largestTextBytes = 20e6;

export function createFiles(home: string): Files {
  return {
    home,
    exists: existsSync,
    isSame: (one, other) => existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other),
    resolve: (...parts) => resolve(...parts),
    blueprints() {
      const folders = [resolve('blueprints'), join(home, 'blueprints')].filter((folder) => existsSync(folder));
      const names = folders.flatMap((folder) =>
        readdirSync(folder).filter((name) => existsSync(join(folder, name, 'blueprint.yaml'))),
      );
      return [...new Set(names)].sort();
    },
    shorten(path) {
      const below = relative(process.cwd(), path);
      return below === '' || below.startsWith('..') ? path : below;
    },
    readText: (path) =>
      attempt(path, () => {
        const found = statSync(path);
        // A FIFO would never end, nor would /dev/zero.
        if (!found.isFile()) throw cannotRead(path, `is ${kindOf(found)} and no file`);
        if (found.size > largestTextBytes) throw tooLarge(path, found.size, largestTextBytes);
        return readFileSync(path, 'utf8');
      }),
    readTextWithin(path, folder) {
      attempt(path, () => {
        refuseOutside(realpathSync(path), realpathSync(folder), path);
      });
      return this.readText(path);
    },
    readTree: (folder, within, limits) =>
      attempt(folder, () => {
        if (!statSync(folder).isDirectory()) throw cannotRead(folder, 'is no folder');
        return readTree(folder, within, limits);
      }),
    hash: (text) => hash('sha256', text, 'hex'),
  };
}

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SpillwayError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why = { ENOENT: 'is not there', EACCES: 'may not be read by you', EPERM: 'may not be read by you' }[code];
    throw cannotRead(path, why ?? `cannot be read (${code})`, cause);
  }
}

function cannotRead(path: string, why: string, cause?: unknown): SpillwayError {
  return new SpillwayError({
    code: 'cannot-read',
    message: `\`${path}\` ${why}`,
    mend: 'check the path and its permissions',
    exit: 'wrongInput',
    cause,
  });
}

function tooLarge(path: string, bytes: number, mostBytes: number): SpillwayError {
  return new SpillwayError({
    code: 'too-large',
    message: `\`${path}\` holds ${formatSize(bytes)}; at most ${formatSize(mostBytes)} are read`,
    mend: 'is it the right one?',
    exit: 'wrongInput',
  });
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a FIFO';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
