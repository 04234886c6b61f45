import type { Platform, PlatformAddress } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint, RoleSettings } from '../../blueprint/schema.ts';
import type { NetworkName, PoolName } from '../../model/ids.ts';

export interface Served {
  readonly name: string;
  readonly network: NetworkName;
  readonly ip: string;
  readonly port: number;
}

export function servedBy({ addresses }: Platform, { services }: RoleSettings['standby']): readonly Served[] {
  return entries(services).map(([name, { address, port }]) => {
    const found = addresses.find((one) => one.name === address);
    if (found === undefined) throw new Error(`the checked blueprint has no address ${address}`);
    return { name, network: found.network, ip: found.ip, port };
  });
}

/** By which who stands by finds who runs the services. */
export function innerAddress({ addresses, blueprint }: Platform, pool: PoolName): PlatformAddress {
  const found = addresses.find((one) => one.pool === pool && the(blueprint.networks, one.network).kind === 'private');
  if (found === undefined) throw new Error(`the pool ${pool} has no address on a private network`);
  return found;
}

export function hasInnerAddress({ addresses, networks }: Blueprint, pool: PoolName): boolean {
  return Object.values(addresses).some((one) => one.pool === pool && networks[one.network]?.kind === 'private');
}
