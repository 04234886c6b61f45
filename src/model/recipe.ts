/**
 * What a role wants to be so on one machine, as data. Everything in a recipe can
 * be looked at before it is done, and is done at most once however often it is
 * asked for. Shell text is POSIX sh, runs as root, and holds no secret.
 */
import type { MachineName } from './ids.ts';
import type { ReleaseSpec } from './release.ts';

export interface Recipe {
  readonly role: string;
  /** Debian packages; they are in the machine's image. */
  readonly packages: readonly string[];
  readonly directories: readonly DirectorySpec[];
  readonly files: readonly FileSpec[];
  /** Versions of contents, each switched to as a whole. */
  readonly releases: readonly ReleaseSpec[];
  /** Paths of files that must not be. */
  readonly absent: readonly string[];
  /** Folders whose files the role brings by its own means: none of them is taken for one that nobody wants any more. */
  readonly synced: readonly string[];
  readonly units: readonly UnitSpec[];
  readonly tasks: readonly TaskSpec[];
  readonly probes: readonly ProbeSpec[];
  /** Roles on other machines that must be set up before this one. */
  readonly after: readonly { readonly machine: MachineName; readonly role: string }[];
}

export interface DirectorySpec {
  readonly path: string;
  readonly owner: Owner;
  readonly mode: number;
}

export interface FileSpec {
  readonly path: string;
  /** May hold secret marks (`secrets.ts`), which are filled in on the way to the machine. */
  readonly content: string;
  /** Set when `content` is base64, for what is no text. */
  readonly encoding?: 'base64';
  readonly owner: Owner;
  readonly mode: number;
}

/** `user:group`. */
export type Owner = `${string}:${string}`;

/** A systemd unit that must be enabled and active. */
export interface UnitSpec {
  readonly name: string;
  /** Files that it reads when it starts; when they change it must read them again. */
  readonly reads: readonly string[];
  /** How it reads them again: without a break where it can. */
  readonly rereads: 'reload' | 'restart';
  /**
   * Shell text that looks at the files before the unit reads them: exits 0, or says what is wrong with them. Then the
   * unit goes on with what it has read before.
   */
  readonly verify?: string;
}

/**
 * Work that is more than a file or a unit. It is done when `check`, if any, exits 0
 * and the files in `inputs`, if any, are those with which it last succeeded. Else `check`
 * may print one line of what differs, without secrets: it becomes the plan's reason.
 * Tasks come after the directories and files, and before or after the units as `when` says.
 */
export interface TaskSpec {
  readonly name: string;
  readonly when: 'before-units' | 'after-units';
  readonly check?: string;
  readonly run: string;
  readonly inputs?: readonly string[];
  /** It makes the machine what it is in its pool, primary or not; the failover controller does that first. */
  readonly isPart?: true;
}

/** A question whose answer says whether the role does its job now: exits 0 if so, else prints why not. */
export interface ProbeSpec {
  readonly name: string;
  readonly run: string;
  /** What is done to this machine is not judged by it: it tells how others are, or of what fills by itself. */
  readonly ofOthers?: true;
}
