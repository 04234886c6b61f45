/** What is done on machines, all of it over one kept SSH session a machine. */
import type { Duplex } from 'node:stream';
import type { MachineName } from '../model/ids.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { Change } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import type { ReleaseSpec } from '../model/release.ts';

/** Where a machine's SSH port is, and the key by which it is known. */
export interface Reach {
  readonly machine: MachineName;
  readonly host: string;
  readonly port: number;
}

export interface Hosts {
  /** Looks, and changes nothing. Never throws for a machine that does not answer: that is a fact too. */
  inspect(reach: Reach, recipes: readonly Recipe[]): Promise<MachineFacts>;
  /**
   * Tells the machine under which term we work, and changes nothing else there. Throws `stale-controller` if it has
   * heard of a later one; so do `apply`, `change` and `shutDown`, which tell it themselves.
   */
  hear(reach: Reach): Promise<void>;
  /** Makes the changes, in their order, and stops at the first that fails. Throws a SpillwayError that says which. */
  apply(reach: Reach, role: string, changes: readonly Change[]): Promise<void>;
  /**
   * Brings a release to the machine, beside those that it has, and asks its checks if it is to be checked; `apply`
   * switches to it. To lay what was laid costs one exchange. Throws `release-refused` when a check refuses it.
   */
  lay(reach: Reach, spec: ReleaseSpec, isChecked: boolean): Promise<void>;
  /**
   * From now on the machine keeps what changes replace, until it is told to take it back, or that it serves with what
   * it has. In between it is unproven, and `inspect` tells so.
   */
  beginChange(reach: Reach): Promise<void>;
  /** The machine is again as it was when its change began, and its units have read that. */
  takeBack(reach: Reach): Promise<void>;
  /** The machine serves with what it has. */
  proven(reach: Reach): Promise<void>;
  /** Runs shell text with the given input; resolves with what it printed, whatever its exit code. */
  run(reach: Reach, script: string, timeoutMs?: number): Promise<Output>;
  /** The same for a script that changes something: it is refused as changes are. */
  change(reach: Reach, script: string, timeoutMs?: number): Promise<Output>;
  /** A connection to a Unix socket on the machine, through its session: no port is open for it. */
  openSocket(reach: Reach, path: string): Promise<Duplex>;
  /**
   * A TCP connection that the machine makes, to a host as that machine knows it by name or address. How long it takes
   * is for who asks to bound: nobody may answer at all.
   */
  openTcp(reach: Reach, host: string, port: number): Promise<Duplex>;
  /** Runs bash text that goes on until it is stopped, and hands over each line that it prints. */
  stream(reach: Reach, script: string, onLine: (line: string) => void): Streaming;
  /** Asks the machine to end its work in order and to power itself off; returns once it was asked. */
  shutDown(reach: Reach): Promise<void>;
  /** Forgets the session of a machine that is gone or was made anew. */
  forget(machine: MachineName): void;
  close(): void;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** -1 when it ended by a signal. */
  readonly exitCode: number;
}

export interface Streaming {
  /** Settles once the script has ended, by itself or because it was stopped; fails when its session is lost. */
  readonly ended: Promise<void>;
  stop(): void;
}
