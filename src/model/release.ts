/**
 * A release is one version of a content's files. It is known by what its files hold: the same files are the same
 * release, whoever reads them and whenever.
 */
import type { ContentName, ReleaseId } from './ids.ts';

/** Chosen: 48 bits in hexadecimal: two releases of one content are never alike by chance, and a person can read one out. */
export const releaseIdLength = 12;

/** Where a release holds what the folders begin with that applications write. */
export const firstFolder = '.spillway-first';

export interface Release {
  readonly id: ReleaseId;
  /** Sorted by path. */
  readonly files: readonly ReleaseFile[];
}

export interface ReleaseFile {
  /** Within the content, with `/` between its parts. Holds no control characters. */
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
  /**
   * Whole seconds since 1970. The same on every machine, for web servers tell by it whether a visitor's copy is current.
   */
  readonly modifiedAtS: number;
}

/** What a machine is asked to show at a content's path. */
export interface ReleaseSpec {
  readonly content: ContentName;
  readonly release: Release;
  /** The path by which applications know it: a symbolic link to the release in use. */
  readonly path: string;
  /** The folder that holds the releases, each in a folder named by its id. */
  readonly folder: string;
  /** Folders of the content that lie outside of its releases: their path within it, and where they are. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /**
   * Shell text that looks at a release before it is used: exits 0, or prints what is wrong. `$1` is the release's
   * folder, `$2` a file that names what is new or changed in it, each path ended by NUL.
   */
  readonly checks: readonly string[];
  /** Whether it is the machine that brings the release first. */
  readonly isOrigin: boolean;
  /** Units that must read again what they keep of the files. */
  readonly rereads: readonly string[];
}

/** One line for each file and link of a release as it lies on a machine: what `find` prints of it (see `listTree`), sorted. */
export function treeText({ release, links }: ReleaseSpec): string {
  const files = release.files.map(
    ({ path, bytes, modifiedAtS, isExecutable }) =>
      `${path}\t${bytes}\t${modifiedAtS}.0000000000\t${isExecutable ? '755' : '644'}\troot:root\n`,
  );
  const linked = links.map(({ path, target }) => `${path}\tlink\t${target}\n`);
  return [...files, ...linked].sort(byCodePoints).join('');
}

/** Shell text: prints the same of the release in the current folder. */
export const listTree =
  "find . -mindepth 1 \\( -type l -printf '%P\\tlink\\t%l\\n' -o ! -type d -printf '%P\\t%s\\t%T@\\t%m\\t%u:%g\\n' \\) | LC_ALL=C sort";

/** As bytes of UTF-8 are sorted; JavaScript's own order differs beyond the first 65,536 characters. */
function byCodePoints(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const at = a.findIndex((char, index) => char !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}

/** The release's text, from which its id is made. Times are no part of it: to touch a file makes no release. */
export function describeRelease(files: readonly ReleaseFile[]): string {
  return files.map(({ path, sha256, isExecutable }) => `${isExecutable ? 'x' : '-'} ${sha256} ${path}\n`).join('');
}

/**
 * The same files with the times that they had when they were first released. A file that did not change keeps its
 * time, so that machines can share it between releases, and visitors need not fetch it again.
 */
export function withKnownTimes(files: readonly ReleaseFile[], earlier: readonly Release[]): readonly ReleaseFile[] {
  const known = new Map<string, number>();
  // Newest first, and the newest time counts.
  for (const release of earlier)
    for (const file of release.files) if (!known.has(keyOf(file))) known.set(keyOf(file), file.modifiedAtS);
  return files.map((file) => ({ ...file, modifiedAtS: known.get(keyOf(file)) ?? file.modifiedAtS }));
}

const keyOf = ({ path, sha256, isExecutable }: ReleaseFile) => `${isExecutable ? 'x' : '-'} ${sha256} ${path}`;

/** What differs between two releases, by path. */
export interface ReleaseDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function differenceOf(from: Release | undefined, to: Release | undefined): ReleaseDifference {
  const before = new Map((from?.files ?? []).map((file) => [file.path, keyOf(file)]));
  const after = new Map((to?.files ?? []).map((file) => [file.path, keyOf(file)]));
  return {
    added: [...after.keys()].filter((path) => !before.has(path)),
    changed: [...after].flatMap(([path, key]) => (before.has(path) && before.get(path) !== key ? [path] : [])),
    removed: [...before.keys()].filter((path) => !after.has(path)),
  };
}
