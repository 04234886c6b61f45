/**
 * A role is what software makes a machine do its job. It is data: from a
 * platform, a machine and settings it renders a recipe, and touches nothing.
 * `docs/how-to-add-a-role.md` shows how to add one.
 */
import type { Machine, Platform } from '../blueprint/platform.ts';
import type { RoleName, RoleSettings } from '../blueprint/schema.ts';
import type { Finding } from '../blueprint/problem.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineName, NetworkName, PoolName } from '../model/ids.ts';
import type { Recipe } from '../model/recipe.ts';

export interface Role<Name extends RoleName> {
  /** Debian packages; where settings ask for more, by the settings. */
  readonly packages: readonly string[] | ((settings: RoleSettings[Name]) => readonly string[]);
  /** Where machines of this role can be spoken to, and by whom. */
  services(on: RoleOn<Name>): readonly Service[];
  /** Unix sockets over which the controller speaks to its software, through its SSH session. */
  readonly sockets?: readonly string[];
  /**
   * TCP ports on which the controller may speak to its software as an application does: from a machine that a flow
   * lets in, through that machine's SSH session.
   */
  readonly spokenPorts?: readonly number[];
  /**
   * Of the one machine of a pool that does what the others do not: the host name by which the platform finds it.
   * It leads to the pool's address, if that is one that the controller places, else to the machine.
   */
  leads?(on: RoleOn<Name>): string | undefined;
  /** How another machine takes its place, where one can. */
  procedures?(on: Omit<RoleOn<Name>, 'machine'>): PrimaryProcedures;
  failover?(blueprint: Blueprint, pool: PoolName, settings: RoleSettings[Name]): FailoverTerms | undefined;
  /** What runs all the time on each of its machines. */
  readonly daemons?: readonly Daemon[];
  /** Its software moves the addresses of its pool by itself. */
  readonly movesAddresses?: true;
  /** Does a machine of this role hold what exists nowhere else? */
  keepsData?(on: RoleOn<Name>): boolean;
  /** From which machines of its pool one that is made anew gets its data. From none: it would begin empty. */
  dataFrom?(on: RoleOn<Name>): readonly MachineName[];
  /** Does it do what the others of its pool do not, so that they do not begin as its copy? */
  isApart?(on: RoleOn<Name>): boolean;
  /**
   * Set when a machine may begin as a copy of another one with this role: its software does nothing by who it is
   * before it is configured, and what is left of the other's work does no harm.
   */
  readonly bakes?: true;
  /** Folders whose files are of use to nobody but the software that runs: no bake has them. */
  readonly transient?: readonly string[];
  recipe(on: RoleOn<Name>): Partial<Omit<Recipe, 'role' | 'packages'>>;
}

/** What software must know of a release of content that it shows; `takes-releases.ts` has those that must. */
export interface TakesReleases {
  /** Shell text, see `ReleaseSpec.checks`. */
  readonly check?: string;
  /** A unit that keeps something of the files, and must read it again. */
  readonly rereads?: string;
}

export interface Daemon {
  /** As the kernel names it: at most 15 characters. */
  readonly process: string;
  /** The unit of systemd that starts it, also again when it crashed. */
  readonly unit: string;
  /** Files in which it says what fails, beside systemd's journal. */
  readonly logs?: readonly string[];
}

/** Where a machine to which a route leads answers. */
export const routedPort = 80;

export interface RoleOn<Name extends RoleName> {
  readonly platform: Platform;
  readonly pool: PoolName;
  /** Who needs no more than its pool should not ask for it: then one recipe serves the whole pool. */
  readonly machine: Machine;
  readonly settings: RoleSettings[Name];
}

export interface Service {
  /** What answers, in a word. */
  readonly name: string;
  readonly protocol: 'tcp' | 'vrrp';
  /** Absent for protocols without ports. */
  readonly port?: number;
  /**
   * `flows`: the pools to which flows open it, or routes if it is on the routed
   * port. `pool`: the other machines of the same pool. `pools`: the machines of these, without a flow. Else whoever
   * comes from these networks, over the named interface, to the named destination if there is one.
   */
  readonly from:
    | 'flows'
    | 'pool'
    | { readonly pools: readonly PoolName[] }
    | { readonly network: NetworkName; readonly sources: 'anyone' | readonly string[]; readonly to?: string };
}

/** On which terms a pool's primary may change. The primary is the one machine that does what the others stand by for. */
export interface FailoverTerms {
  readonly automatic: boolean;
  readonly holdMs: number;
  /**
   * Whether writes wait for a replica: come what may, so that none that was acknowledged is lost; as long as one
   * follows; or not.
   */
  readonly waits: 'strictly' | 'loosely' | 'never';
}

/**
 * What a pool's primary and its replicas are asked to do, as shell text that may be run again and again. All of it is
 * done through the machine's own session, as root.
 */
export interface PrimaryProcedures {
  /** Goes on until it is stopped, and prints several times a second how its server is (`runtime/failover/read-told`). */
  readonly watch: string;
  /** Applies what it has received, and takes writes. `waits`: from the first one on for a replica. */
  readonly promote: (how: { readonly waits: boolean }) => string;
  /** Follows nobody any more. */
  readonly leave: string;
  /** From now on writes wait for a replica, come what may. */
  readonly wait: string;
  /** From now on they wait for nobody. */
  readonly goAlone: string;
  /** Prints what lasts on the primary, so that it could not rest: an id, since how many seconds, and the first words, in columns. */
  readonly lasting?: string;
  /** Ends that. */
  readonly endLasting?: string;
  /** Takes no writes any more; prints `written` and its position. Where that fails it takes them as before. */
  readonly rest: string;
  /** Takes them again. */
  readonly unrest: string;
  /** Ends once it has applied everything up to that position, or fails. */
  readonly catchUp: (written: string) => string;
  /** Follows whoever is the primary, without losing what it has. */
  readonly follow: string;
  /** Run on a machine that uses the primary, which that one reaches at `ip`: prints `greeted` when a server answers there. */
  readonly greets: (ip: string) => string;
}

/** What only holds between a role's settings and the rest of a blueprint. */
export type RoleCheck = (blueprint: Blueprint) => readonly Finding[];
