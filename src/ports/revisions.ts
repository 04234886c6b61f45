/** What was applied to a platform, and the files that belong to it: each revision can be looked at, and come back. */
import type { ContentName, DatabaseName, ReleaseId } from '../model/ids.ts';
import type { Release, ReleaseFile } from '../model/release.ts';

/** One state of a blueprint that somebody applied, or tried to. */
export interface Revision {
  /** From 1, without a gap. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The user and the host, `ana@ops-1`. */
  readonly who: string;
  readonly cause: 'up' | 'rollback';
  /** The blueprint's file, with its whole path. */
  readonly file: string;
  readonly text: string;
  readonly schemas: Readonly<Record<DatabaseName, string>>;
  readonly releases: Readonly<Record<ContentName, ReleaseId>>;
  /** `begun` is one whose process ended before it was done. */
  readonly state: 'begun' | 'applied' | 'failed';
  /** Why it failed. */
  readonly says?: string;
}

export interface KeptRelease extends Release {
  readonly content: ContentName;
  /** When it was kept first, in milliseconds since 1970. */
  readonly keptAtMs: number;
  /** Set when machines took it back, or a person did. */
  readonly refused?: Refusal;
}

export interface Refusal {
  readonly by: 'machines' | 'person';
  readonly atMs: number;
  readonly says: string;
}

export interface Revisions {
  begin(revision: Omit<Revision, 'number' | 'state' | 'says'>): number;
  end(number: number, state: 'applied' | 'failed', says?: string): void;
  /** The newest first. */
  list(limit: number): readonly Revision[];
  /** The newest one that was applied: what controllers steer by. */
  applied(): Revision | undefined;

  /** Keeps a release and its files, once; of older ones only those that a kept revision names stay. */
  keepRelease(content: ContentName, release: Release, atMs: number, read: (file: ReleaseFile) => Uint8Array): void;
  /** The newest first. */
  releases(content: ContentName): readonly KeptRelease[];
  /** Undefined lifts an earlier refusal. */
  refuseRelease(content: ContentName, id: ReleaseId, refusal: Refusal | undefined): void;
  /** What a kept file holds. */
  read(sha256: string): Uint8Array;
}
