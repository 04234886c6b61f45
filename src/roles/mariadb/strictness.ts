/** What follows from a blueprint for a pool's primary: whether another one can take its place, and what may be lost then. */
import { the } from '../../blueprint/records.ts';
import type { Platform, PlatformAddress } from '../../blueprint/platform.ts';
import type { Blueprint, RoleSettings } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import type { FailoverTerms } from '../role.ts';

/** The address by which the platform reaches whoever is the primary; absent when the pool has none. */
export function primaryAddress({ addresses, blueprint }: Platform, pool: PoolName): PlatformAddress | undefined {
  return addresses.find((one) => one.pool === pool && the(blueprint.networks, one.network).kind === 'private');
}

/** Another machine can take its place: there is one, and applications find it by an address. */
export function canMove(
  { addresses, networks }: Blueprint,
  pool: PoolName,
  { replicas }: RoleSettings['mariadb'],
): boolean {
  const reached = Object.values(addresses).some(
    (one) => one.pool === pool && the(networks, one.network).kind === 'private',
  );
  return reached && replicas.length > 0;
}

/** Whether a write is acknowledged before a replica has it: never come what may, never while one follows, or at once. */
export function waitsHow(
  blueprint: Blueprint,
  pool: PoolName,
  settings: RoleSettings['mariadb'],
): FailoverTerms['waits'] {
  if (settings.replication === 'asynchronous' || settings.replicas.length === 0) return 'never';
  return blueprint.objectives.rpo === 0 && canMove(blueprint, pool, settings) ? 'strictly' : 'loosely';
}
