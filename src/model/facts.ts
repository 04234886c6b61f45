import type { ContentName } from './ids.ts';

/** What was seen on one machine of what a recipe speaks of. */
export type MachineFacts =
  | {
      readonly reachable: true;
      readonly roles: ReadonlyMap<string, RoleFacts>;
      readonly noted: Noted;
      /** Its own file systems. */
      readonly disks?: readonly DiskFact[];
      /** Its last change began, and nobody said yet that the machine serves with it. */
      readonly isUnproven?: boolean;
    }
  | {
      readonly reachable: false;
      /**
       * `silent`: nobody answers at its SSH port. `stranger`: somebody does, who does not take our key or does not
       * have its own. `stuck`: it lets us in, and its inspection does not come to an end.
       */
      readonly because: 'silent' | 'stranger' | 'stuck';
      readonly why: string;
    };

/** What Spillway once wrote or started there, whether it is still wanted or not. */
export interface Noted {
  readonly paths: readonly string[];
  readonly units: readonly string[];
}

export interface RoleFacts {
  readonly missingPackages: readonly string[];
  /** By path; what is not there is absent. Directories and files that must not be are here too. */
  readonly paths: ReadonlyMap<string, PathFact>;
  /** Which release the machine shows; a content that was never released there is absent. */
  readonly releases: ReadonlyMap<ContentName, ReleaseFact>;
  readonly units: ReadonlyMap<string, UnitFact>;
  readonly tasks: ReadonlyMap<string, TaskFact>;
  /** By the probe's name: why it fails, or the empty text. */
  readonly probes: ReadonlyMap<string, string>;
}

export interface DiskFact {
  /** Where it is mounted. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Without what only the system's own user may still take. */
  readonly freeBytes: number;
}

export interface PathFact {
  /** SHA-256 of a file's content in hexadecimal; empty for a directory. */
  readonly digest: string;
  /** `user:group`. */
  readonly owner: string;
  readonly mode: number;
  /** The digest of what Spillway last wrote there. */
  readonly written?: string;
  /** Of a file that holds certificates: when the first of them runs out, in milliseconds since 1970. */
  readonly validUntilMs?: number;
}

export interface ReleaseFact {
  readonly id: string;
  /** A digest of the names, sizes, times, modes and owners of its files as they are. */
  readonly tree: string;
}

export interface UnitFact {
  readonly active: boolean;
  readonly enabled: boolean;
  /** Somebody forbade systemd to start it. */
  readonly masked?: boolean;
  /** Says which files it has read. */
  readonly stamp: string;
}

export interface TaskFact {
  /** Whether its check, if it has one, exited 0. */
  readonly checked: boolean;
  /** What its check printed, in a line. */
  readonly says?: string;
  /** Says with which inputs it last succeeded. */
  readonly stamp: string;
}
