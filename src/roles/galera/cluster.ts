/** Who belongs to a cluster: the nodes that hold data, and the arbiters that only vote. */
import { ipOn, networkBetween, type Machine, type Platform } from '../../blueprint/platform.ts';
import { entries } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { lines } from '../text.ts';
import { nodesPath } from './program.ts';

/** Galera's own ports: the group's talk, what a node missed, and a copy of everything. */
export const galeraPorts = { group: 4567, missed: 4568, copy: 4444 } as const;

export function arbiterPools({ pools }: Pick<Blueprint, 'pools'>, of: PoolName): readonly PoolName[] {
  return entries(pools).flatMap(([name, { roles }]) => (roles.arbiter?.of === of ? [name] : []));
}

/** Votes of the cluster on that pool, by those that cast them. */
export function votesOf(blueprint: Pick<Blueprint, 'pools'>, pool: PoolName): { data: number; arbiters: number } {
  const count = (name: PoolName) => blueprint.pools[name]?.base.count ?? 0;
  return { data: count(pool), arbiters: arbiterPools(blueprint, pool).reduce((sum, name) => sum + count(name), 0) };
}

/** Where the cluster's nodes speak to one another; its arbiters are there too (`checkGalera`). */
export function clusterNetwork({ blueprint }: Platform, pool: PoolName) {
  return networkBetween(blueprint, pool, pool);
}

export interface Member {
  readonly kind: 'data' | 'arbiter';
  readonly name: string;
  readonly ip: string;
}

export function membersOf(platform: Platform, pool: PoolName): readonly Member[] {
  const network = clusterNetwork(platform, pool);
  const of = (kind: Member['kind'], name: PoolName) =>
    (platform.pools.get(name) ?? []).map((machine: Machine) => ({
      kind,
      name: machine.name,
      ip: ipOn(machine, network) ?? '',
    }));
  return [...of('data', pool), ...arbiterPools(platform.blueprint, pool).flatMap((name) => of('arbiter', name))];
}

/** The other members' addresses: who may speak to this machine. */
export function othersOf(platform: Platform, pool: PoolName, machine: Machine): readonly string[] {
  return membersOf(platform, pool).flatMap(({ name, ip }) => (name === machine.name ? [] : [ip]));
}

export const clusterName = ({ blueprint }: Platform, pool: PoolName): string => `${blueprint.platform}-${pool}`;

export function nodesFile(platform: Platform, pool: PoolName) {
  return {
    path: nodesPath,
    content: lines(membersOf(platform, pool).map(({ kind, name, ip }) => `${kind} ${name} ${ip}`)),
    owner: 'root:root' as const,
    mode: 0o644,
  };
}
