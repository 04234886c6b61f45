/**
 * What was seen of a pool of databases of which one is the primary. Positions are sequence numbers of the one GTID
 * domain. A pool of services that one machine runs is seen in the same words: that one is the primary, whoever stands
 * by follows it, and who is read-only does not run all of them.
 */
import type { MachineName } from './ids.ts';

export interface DatabaseObservation {
  readonly machines: readonly ObservedDatabase[];
  /** IPv4 by which the primary is found, also by its replicas. */
  readonly address: string;
  /** Machines that have it, or another address that goes where the primary goes; of what nobody can tell, none. */
  readonly addressesOn: readonly MachineName[];
  /** What machines that use the primary said of it when they were asked, the newest of each. */
  readonly testimonies: readonly Testimony[];
}

export interface ObservedDatabase {
  readonly name: MachineName;
  /** As its engine says; `unknown` when that does not answer. */
  readonly power: 'on' | 'off' | 'cut off' | 'gone' | 'unknown';
  readonly told?: ToldByDatabase;
}

/** The last that a machine told of its server, and when, in milliseconds since 1970. */
export interface ToldByDatabase {
  readonly atMs: number;
  /** Absent when the server did not answer it. */
  readonly server?: DatabaseState;
}

export interface DatabaseState {
  readonly isReadOnly: boolean;
  /** Of its own binary log: as a primary, what it has committed. */
  readonly written: number;
  /** A primary that waits until a replica has received a write; how many replicas there are that tell it. */
  readonly waits: { readonly on: boolean; readonly replicas: number };
  /** For how long the write that the watch asks for has not ended, though no lock holds it up. Absent when writes end. */
  readonly stuckMs?: number;
  /** Absent when it follows nobody. */
  readonly following?: Following;
}

export interface Following {
  /** IPv4 of whom it follows. */
  readonly host: string;
  /** It is connected, and has heard something, in milliseconds since 1970. */
  readonly hears: boolean;
  readonly heardAtMs: number;
  /** Whether it applies what it receives. */
  readonly applies: boolean;
  readonly received: number;
  /** Of one that does not hear of every write, but fetches all from time to time: when the last fetch began that came to its end. */
  readonly copiedAtMs?: number;
  readonly applied: number;
}

export interface Testimony {
  readonly by: MachineName;
  readonly atMs: number;
  /** Whether the primary's server greeted it. */
  readonly isGreeted: boolean;
}
