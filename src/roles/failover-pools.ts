/** The pools of a platform of which one machine is the primary, and another can take its place. */
import { ipOn, networkBetween, type Machine, type Platform, type PlatformAddress } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { Blueprint, RoleName } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';
import { firstPrimacy, type Primacy } from '../model/primacy.ts';
import { placementsOf } from './compile.ts';
import { roles } from './index.ts';
import type { FailoverTerms, PrimaryProcedures, Role } from './role.ts';

export interface FailoverPool {
  readonly pool: PoolName;
  readonly terms: FailoverTerms;
  readonly procedures: PrimaryProcedures;
  /** By which applications, and the other machines of the pool, find the primary. */
  readonly address: PlatformAddress;
  /** All that go where the primary goes, that one among them. */
  readonly addresses: readonly PlatformAddress[];
  readonly machines: readonly Machine[];
  /** What is so while the controller has decided nothing. */
  readonly first: Primacy;
  /** Machines that use it and can be asked: those of other pools, or where the applications stand beside it, its own. */
  readonly users: readonly Machine[];
  /** The IP at which one of them reaches a machine of the pool. */
  ipFor(user: Machine, machine: Machine): string;
}

/** Whether there is any; without laying anything out. */
export function failoverTerms(blueprint: Blueprint): ReadonlyMap<PoolName, FailoverTerms> {
  return new Map(
    entries(blueprint.pools).flatMap(([pool]) => {
      const found = roleThatMoves(blueprint, pool);
      return found === undefined ? [] : [[pool, found.terms] as const];
    }),
  );
}

export function failoverPools(platform: Platform): readonly FailoverPool[] {
  const { blueprint } = platform;
  const placements = placementsOf(platform);
  return entries(blueprint.pools).flatMap(([pool]): FailoverPool[] => {
    const found = roleThatMoves(blueprint, pool);
    const machines = platform.pools.get(pool) ?? [];
    const addresses = platform.addresses.filter((one) => one.pool === pool);
    const address = addresses.find(({ network }) => the(blueprint.networks, network).kind === 'private');
    const leader = address && placements.get(address.name);
    if (found === undefined || address === undefined || leader === undefined) return [];
    const { terms, settings, role } = found;
    const procedures = role.procedures?.({ platform, pool, settings });
    if (procedures === undefined) return [];
    const using = blueprint.flows.filter(({ to, from }) => to === pool && from !== pool).map(({ from }) => from);
    return [
      {
        ...{ pool, terms, procedures, address, addresses, machines },
        first: firstPrimacy(leader),
        users: (using.length === 0 ? [pool] : using).flatMap((from) =>
          (platform.pools.get(from) ?? []).filter(({ part }) => part === 'base'),
        ),
        ipFor: (user, machine) => ipOn(machine, networkBetween(blueprint, user.pool, pool)) ?? '',
      },
    ];
  });
}

function roleThatMoves(blueprint: Blueprint, pool: PoolName) {
  const used = entries(the(blueprint.pools, pool).roles).flatMap(([name, settings]) =>
    settings === undefined ? [] : [{ name, settings }],
  );
  for (const { name, settings } of used) {
    const role = roles[name] as Role<RoleName>;
    const terms = role.failover?.(blueprint, pool, settings);
    if (role.procedures !== undefined && terms !== undefined) return { terms, settings, role };
  }
  return undefined;
}
