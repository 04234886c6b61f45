/**
 * A role is what software makes a machine do its job. It is data: from a
 * platform, a machine and settings it renders a recipe, and touches nothing.
 * `docs/how-to-add-a-role.md` shows how to add one.
 */
import type { Machine, Platform } from '../blueprint/platform.ts';
import type { RoleName, RoleSettings } from '../blueprint/schema.ts';
import type { Finding } from '../blueprint/problem.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { NetworkName, PoolName } from '../model/ids.ts';
import type { Recipe } from '../model/recipe.ts';

export interface Role<Name extends RoleName> {
  /** Debian packages. */
  readonly packages: readonly string[];
  /** Where machines of this role can be spoken to, and by whom. */
  services(on: RoleOn<Name>): readonly Service[];
  /** Unix sockets over which the controller speaks to its software, through its SSH session. */
  readonly sockets?: readonly string[];
  /** Further host names of the machine, known to the whole platform. */
  aliases?(on: RoleOn<Name>): readonly string[];
  /** Does a machine of this role hold what exists nowhere else? */
  keepsData?(on: RoleOn<Name>): boolean;
  /**
   * Set when a machine may begin as a copy of another one with this role: its software does nothing by who it is
   * before it is configured, and what is left of the other's work does no harm.
   */
  readonly bakes?: true;
  /** Folders whose files are of use to nobody but the software that runs: no bake has them. */
  readonly transient?: readonly string[];
  recipe(on: RoleOn<Name>): Partial<Omit<Recipe, 'role' | 'packages'>>;
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
   * port. `pool`: the other machines of the same pool. Else whoever comes from these networks, over the
   * named interface, to the named destination if there is one.
   */
  readonly from:
    | 'flows'
    | 'pool'
    | { readonly network: NetworkName; readonly sources: 'anyone' | readonly string[]; readonly to?: string };
}

/** What only holds between a role's settings and the rest of a blueprint. */
export type RoleCheck = (blueprint: Blueprint) => readonly Finding[];
