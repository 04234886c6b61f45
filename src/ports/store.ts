import type { Revisions } from './revisions.ts';

/** Where a platform's journal and secrets are kept. The journal is the truth: it is written before and after each step. */
export interface Store {
  readonly revisions: Revisions;

  /** Appends and returns the entry's number; `atMs` is by the clock's `now`, and written down as the wall's. What was appended survives the end of the process. */
  append(entry: Omit<JournalEntry, 'id'>): number;
  /** Newest first, at most `limit`; only those after the entry numbered `after`, of that kind, about that subject, if given. */
  entries(query: JournalQuery): readonly JournalEntry[];

  getSecret(name: string): string | undefined;
  /** Keeps the first value that anybody puts, and returns it. */
  putSecret(name: string, value: string): string;
  /** Puts another value in the place of `old`, unless somebody did before; returns the one that is kept then. */
  replaceSecret(name: string, old: string, value: string): string;

  /** What was kept last under this name. */
  kept(name: string): string | undefined;
  /** Keeps a text in the place of the one before: for what changes too often for the journal. */
  keep(name: string, value: string): void;

  /** A term that is larger than all before; see `src/model/term.ts`. */
  raiseTerm(nowMs: number): number;
  /** The last one that anybody took; 0 before the first. */
  term(): number;

  /** Takes the platform for one process at a time; or the post of its controller, which works on it now and then. */
  lock(holder: LockHolder, alive: (holder: LockHolder) => boolean, name?: LockName): LockHolder | undefined;
  unlock(holder: LockHolder, name?: LockName): void;
  /** Who took it last and did not give it back, alive or not. */
  holder(name: LockName): LockHolder | undefined;
  close(): void;
}

export type LockName = 'platform' | 'controller';

export interface JournalQuery {
  readonly limit: number;
  readonly after?: number;
  readonly kind?: JournalEntry['kind'];
  readonly subject?: string;
}

export interface JournalEntry {
  readonly id: number;
  /** Milliseconds since 1970, by the wall. */
  readonly atMs: number;
  /** Groups what one command did. */
  readonly run: string;
  readonly kind:
    | 'run-began'
    | 'run-ended'
    | 'step-began'
    | 'step-ended'
    | 'step-failed'
    | 'decision'
    | 'order'
    | 'measured'
    | 'verdict';
  /** The step's id, the command, the pool that a decision or an order is about, or the scenario of a verdict. */
  readonly subject: string;
  readonly reason: string;
  /** What else there is to say, without secrets. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface LockHolder {
  readonly pid: number;
  /** The process' start as the kernel counts it, so that a reused pid is not taken for it. */
  readonly startTicks: string;
  readonly host: string;
  readonly command: string;
  /** Milliseconds since 1970, by the wall. */
  readonly sinceMs: number;
}
