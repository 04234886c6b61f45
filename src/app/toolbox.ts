/** What the use cases need from outside; `main.ts` chooses the real things. */
import type { Blueprint } from '../blueprint/schema.ts';
import type { FileSpec } from '../model/recipe.ts';
import type { ReleaseFile } from '../model/release.ts';
import type { PlatformName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Hosts } from '../ports/host.ts';
import type { LockHolder, Store } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import type { Tenure } from './tenure.ts';

export interface Toolbox {
  readonly clock: Clock;
  readonly engine: (wanted: Blueprint['engines'][keyof Blueprint['engines']]) => Engine;
  /** Somebody on the platform's public network who is none of its machines. Only the lab has one. */
  readonly visitor: (platform: PlatformName) => Promise<Visitor>;
  /** Every kind of engine that this host may use. */
  readonly engines: () => readonly Engine[];
  readonly open: (platform: PlatformName) => PlatformState;
  /** The same for who changes nothing: of a platform of which nothing is kept yet, nothing is kept afterwards. */
  readonly openToLook: (platform: PlatformName) => PlatformState;
  /** Platforms that have a journal here. */
  readonly knownPlatforms: () => readonly PlatformName[];
  /** Somebody else keeps platforms on this host, which whoever runs this may not see. */
  readonly othersKeep: () => boolean;
  /** Removes the platform's journal and secrets. */
  readonly erase: (platform: PlatformName) => void;
  readonly files: Files;
  readonly background: Background;
  /** The user who runs this and the host, `ana@ops-1`; through `sudo`, the person and not root. */
  readonly who: () => string;
  readonly self: () => Omit<LockHolder, 'command' | 'sinceMs'>;
  readonly isAlive: (holder: LockHolder) => boolean;
  /** Ends a process of this host at once, as a crash would. */
  readonly kill: (holder: LockHolder) => void;
  /** SHA-256 in hexadecimal of what a file will hold; the same text costs nothing the second time. */
  readonly digest: (vault: Vault) => (file: Pick<FileSpec, 'content' | 'encoding'>) => string;
}

/** The controllers that run in the background of this host, one a platform. */
export interface Background {
  runs(platform: PlatformName): boolean;
  /** Does nothing where one runs. */
  start(platform: PlatformName): void;
  /** Resolves once it has ended; whether there was one. */
  stop(platform: PlatformName): Promise<boolean>;
  /** To be called in each turn by whoever controls: one that is silent for long is started again. */
  beat(platform: PlatformName): void;
}

export interface Visitor {
  /** To be put before a program's own words, to run it as the visitor. */
  readonly argv: readonly string[];
}

/** What is kept of one platform. */
export interface PlatformState {
  readonly store: Store;
  readonly vault: Vault;
  readonly hosts: Hosts;
  /** What hosts tell machines of. */
  readonly tenure: Tenure;
  /** Paths of the key and the known hosts for OpenSSH's client, written for it. */
  readonly sshFiles: (hosts: readonly { readonly machine: string; readonly publicKey: string }[]) => {
    readonly identity: string;
    readonly knownHosts: string;
  };
  close(): void;
}

export interface TreeLimits {
  readonly mostBytes: number;
  readonly mostFiles: number;
  /** Patterns of paths within the folder, as a shell has them; `**` stands for any number of folders. */
  readonly leaveOut: readonly string[];
}

export interface Tree {
  /** Sorted by path. */
  readonly files: readonly ReleaseFile[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** Throws a SpillwayError when the file is not any more what it was when the tree was read. */
  read(file: Pick<ReleaseFile, 'sha256' | 'path'>): Uint8Array;
}

export interface Files {
  /** Throws a SpillwayError when it cannot be read. */
  readText(path: string): string;
  /** The same for a file that must lie below a folder, wherever links lead. */
  readTextWithin(path: string, folder: string): string;
  /**
   * All that a folder holds and can be released. A link to what lies below `within` is taken for that; what is left
   * out is named. Throws a SpillwayError when it cannot be read, holds too much, or a name that could be misread.
   */
  readTree(path: string, within: string, limits: TreeLimits): Tree;
  /** SHA-256 in hexadecimal. */
  hash(text: string): string;
  exists(path: string): boolean;
  /** Whether both are one file, wherever links lead. */
  isSame(one: string, other: string): boolean;
  /** Folders in `blueprints/`, of the current folder and of Spillway's own, that hold a blueprint. */
  blueprints(): readonly string[];
  resolve(...parts: readonly string[]): string;
  /** As a person wants to read it: relative where it lies below the current folder. */
  shorten(path: string): string;
  /** Spillway's own folder. */
  readonly home: string;
}
