/** A platform laid out becomes, for every machine, the recipes of its roles in the order in which they are set up. */
import { rolesOf, type Machine, type Platform } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { Blueprint, RoleName, RoleSettings } from '../blueprint/schema.ts';
import type { AddressName, MachineName, PoolName } from '../model/ids.ts';
import type { Recipe } from '../model/recipe.ts';
import { admitter, type Admission } from './base/admissions.ts';
import { basePackages, baseRecipe, hostsOf, innerIp } from './base/index.ts';
import { roles } from './index.ts';
import { onceAsked } from './once-asked.ts';
import type { Role, RoleOn, Service } from './role.ts';

export interface Compiled {
  readonly recipes: ReadonlyMap<MachineName, readonly Recipe[]>;
  /** The packages of the one image that all machines share. */
  readonly packages: readonly string[];
  /** Machines whose disk holds what exists nowhere else. */
  readonly keepers: ReadonlySet<MachineName>;
  /** Where a machine that keeps data gets it from when it is made anew, for those of which that is known. */
  readonly dataFrom: ReadonlyMap<MachineName, readonly MachineName[]>;
  /** Machines that do what the others of their pool do not. */
  readonly apart: ReadonlySet<MachineName>;
  /** On which machine an address is that the controller places. */
  readonly placements: ReadonlyMap<AddressName, MachineName>;
}

export function compile(platform: Platform): Compiled {
  const shared: Shared = new Map();
  const parts = platform.machines.map((machine) => ({ machine, rolesOn: rolesOn(platform, machine, shared) }));
  const placements = placed(platform, parts);
  const hosts = hostsOf(platform, aliasesOf(platform, parts, placements));
  const admit = admitter(platform);
  return {
    recipes: onceAsked(new Map(parts.map((part) => [part.machine.name, part])), ({ machine, rolesOn }) => {
      const services = rolesOn.flatMap((role) => role.services());
      const sockets = rolesOn.flatMap((role) => role.sockets);
      const ports = spokenFrom(platform.blueprint, machine.pool);
      const base = baseRecipe(platform, machine, { admissions: admit(machine, services), sockets, ports, hosts });
      return [base, ...rolesOn.map((role) => role.recipe())];
    }),
    packages: packagesOf(platform),
    keepers: new Set(
      parts.filter(({ rolesOn }) => rolesOn.some((role) => role.keepsData())).map(({ machine }) => machine.name),
    ),
    dataFrom: new Map(
      parts.flatMap(({ machine, rolesOn }) => {
        const from = rolesOn.flatMap((role) => role.dataFrom() ?? []);
        return rolesOn.some((role) => role.dataFrom() !== undefined) ? [[machine.name, from] as const] : [];
      }),
    ),
    apart: new Set(
      parts.filter(({ rolesOn }) => rolesOn.some((role) => role.isApart())).map(({ machine }) => machine.name),
    ),
    placements,
  };
}

type Parts = readonly { readonly machine: Machine; readonly rolesOn: readonly Bound[] }[];

/** On which machine each address is that the controller places. */
export function placementsOf(platform: Platform): ReadonlyMap<AddressName, MachineName> {
  const pools = new Set(platform.addresses.map(({ pool }) => pool));
  const shared: Shared = new Map();
  const holders = platform.machines.filter(({ pool }) => pools.has(pool));
  return placed(
    platform,
    holders.map((machine) => ({ machine, rolesOn: rolesOn(platform, machine, shared) })),
  );
}

/** Where nobody leads, the first machine has it. */
function placed({ addresses, blueprint }: Platform, parts: Parts): ReadonlyMap<AddressName, MachineName> {
  return new Map(
    addresses
      .filter(({ pool }) => !movesAddresses(blueprint, pool))
      .flatMap(({ name, pool }) => {
        const members = parts.filter(({ machine }) => machine.pool === pool && machine.part === 'base');
        const holder = members.find(({ rolesOn }) => rolesOn.some((role) => role.leads() !== undefined)) ?? members[0];
        return holder === undefined ? [] : [[name, holder.machine.name] as const];
      }),
  );
}

/** Whether the software of the pool's machines moves its addresses, and not the controller. */
export function movesAddresses(blueprint: Blueprint, pool: PoolName): boolean {
  return rolesOf(blueprint, pool).some((role) => roles[role].movesAddresses === true);
}

/** By IP: further names. */
function aliasesOf(
  platform: Platform,
  parts: Parts,
  placements: Compiled['placements'],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    parts.flatMap(({ machine, rolesOn }) => {
      const names = rolesOn.flatMap((role) => role.leads() ?? []);
      if (names.length === 0) return [];
      const placed = platform.addresses.find(
        ({ name, network }) =>
          placements.get(name) === machine.name && the(platform.blueprint.networks, network).kind === 'private',
      );
      return [[placed?.ip ?? innerIp(platform, machine), names] as const];
    }),
  );
}

/** Who may talk to a machine, as its firewall has it. */
export function admissionsFor(platform: Platform, machine: Machine): readonly Admission[] {
  const services = rolesOn(platform, machine, new Map()).flatMap((role) => role.services());
  return admitter(platform)(machine, services);
}

/** The ports on which the controller may speak to others through machines of a pool: those that flows open to it. */
function spokenFrom(blueprint: Blueprint, pool: PoolName): readonly number[] {
  const ports = blueprint.flows
    .filter(({ from }) => from === pool)
    .flatMap(({ to, ports: opened }) =>
      rolesOf(blueprint, to)
        .flatMap((role): readonly number[] => roles[role].spokenPorts ?? [])
        .filter((port) => opened?.includes(port) ?? true),
    );
  return [...new Set(ports)].sort((one, other) => one - other);
}

/** Every role that the blueprint uses, overflow included, so that one image serves all. */
function packagesOf({ blueprint }: Platform): readonly string[] {
  const used = entries(blueprint.pools).flatMap(([pool]) =>
    rolesOf(blueprint, pool).flatMap((role) => packagesOn(blueprint, pool, role)),
  );
  return [...new Set([...basePackages, ...used])].sort();
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it ties the role to its settings
function packagesOn<Name extends RoleName>(blueprint: Blueprint, pool: PoolName, name: Name): readonly string[] {
  const { packages }: Role<Name> = roles[name];
  return typeof packages === 'function' ? packages(settingsOf(blueprint, pool, name)) : packages;
}

/** A role with its machine and settings filled in: the one place where the union of roles is opened. */
interface Bound {
  readonly sockets: readonly string[];
  leads(): string | undefined;
  services(): readonly Service[];
  keepsData(): boolean;
  dataFrom(): readonly MachineName[] | undefined;
  isApart(): boolean;
  recipe(): Recipe;
}

/**
 * Recipes that serve a whole pool, by pool and role. They are those that were made
 * without a look at the machine, so that thousands of machines cost one rendering.
 */
type Shared = Map<string, Recipe>;

function rolesOn(platform: Platform, machine: Machine, shared: Shared): readonly Bound[] {
  return rolesOf(platform.blueprint, machine.pool).map((name) => bind(platform, machine, name, shared));
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it ties the role to its settings
function bind<Name extends RoleName>(platform: Platform, machine: Machine, name: Name, shared: Shared): Bound {
  const role: Role<Name> = roles[name];
  const { pool } = machine;
  const settings = settingsOf(platform.blueprint, pool, name);
  const on: RoleOn<Name> = { platform, pool, machine, settings };
  return {
    sockets: role.sockets ?? [],
    leads: () => role.leads?.(on),
    services: () => role.services(on),
    keepsData: () => role.keepsData?.(on) ?? false,
    dataFrom: () => role.dataFrom?.(on),
    isApart: () => role.isApart?.(on) ?? false,
    recipe() {
      const key = `${pool}/${name}`;
      const served = shared.get(key);
      if (served !== undefined) return served;
      const seen = { machine: false };
      const observed: RoleOn<Name> = {
        ...{ platform, pool, settings },
        get machine() {
          seen.machine = true;
          return machine;
        },
      };
      const packages = packagesOn(platform.blueprint, pool, name);
      const recipe = { ...nothing, ...role.recipe(observed), role: name, packages };
      if (!seen.machine) shared.set(key, recipe);
      return recipe;
    },
  };
}

const nothing = {
  directories: [],
  files: [],
  releases: [],
  absent: [],
  synced: [],
  units: [],
  tasks: [],
  probes: [],
  after: [],
};

function settingsOf<Name extends RoleName>(blueprint: Blueprint, pool: PoolName, name: Name): RoleSettings[Name] {
  const settings = the(blueprint.pools, pool).roles[name] as RoleSettings[Name] | undefined;
  if (settings === undefined) throw new Error(`the pool ${pool} has no role ${name}`);
  return settings;
}
