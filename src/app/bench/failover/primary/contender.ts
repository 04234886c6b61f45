/** A pair of databases of which one is the primary, and whoever keeps it so: what is compared. */
import type { MachineName } from '../../../../model/ids.ts';
import type { Patience } from '../../../../rehearse/ledger/patience.ts';
import type { SqlSession } from '../../../../rehearse/ledger/session.ts';

export interface Contender {
  readonly name: string;
  /** How a client finds the primary. Each has a client of its own. */
  readonly ways: readonly Way[];
  readonly ids: Ids;
  /** All ids that are there. */
  readonly readSql: string;
  /** What it does happens in steps so far apart: the rounds' kills are spread over them. */
  readonly stepMs: number;
  /** Once one takes writes and waits for the other, by every way: that one. */
  settled(): Promise<MachineName>;
  /** Cuts its power. */
  kill(machine: MachineName): Promise<void>;
  /** Gives it back what it takes to return, unless that comes by itself. */
  restore(machine: MachineName): Promise<void>;
  /** Another one becomes the primary because a person asks for it; returns when the person is told. */
  move(from: MachineName): Promise<void>;
  /** By its journal, how long after that each part of what followed had ended; absent where there is none to ask. */
  readonly journaledSince?: (sinceMs: number) => ReadonlyMap<string, number>;
}

/** Of the whole life of a database: each is given once, and all that were acknowledged are asked for each time. */
export interface Ids {
  given: number;
  readonly acknowledged: number[];
}

export interface Way {
  readonly name: string;
  readonly connect: () => Promise<SqlSession>;
}

/**
 * Chosen: a tenth of the goals, and more than ten times what either takes when all is well. Who writes to a dead
 * machine tries another connection after it, so that both sides are measured too long by half of `connectMs`.
 */
export const clientPatience: Patience = { connectMs: 250, writeMs: 500 };
