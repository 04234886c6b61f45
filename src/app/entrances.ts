/** Where a platform is reached. */
import type { Platform } from '../blueprint/platform.ts';
import { the } from '../blueprint/records.ts';
import { isPortRoute, isWebRoute } from '../blueprint/routes.ts';
import { wanted, type Actual } from '../plan/make-plan.ts';
import { keptPrimacies } from '../runtime/failover/primacies.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import type { Work } from './work.ts';

export interface Entrance {
  readonly hosts: readonly string[];
  readonly ip: string;
  /** Those whose connections are passed on as they are. */
  readonly ports: readonly number[];
  /** Where a browser on this host reaches it; undefined where there is nothing for browsers. */
  readonly url: string | undefined;
  /** The same over TLS, whose certificate is for the hosts alone; absent where no route has it. */
  readonly secureUrl?: string;
}

export function entrancesOf(
  { addresses, blueprint }: Platform,
  inventories: Actual['inventories'],
): readonly Entrance[] {
  const reachable = [...inventories.values()].flatMap((inventory) => inventory.addresses);
  return addresses.flatMap(({ name, network, ip }): Entrance[] => {
    const own = blueprint.routes.filter(({ address }) => address === name);
    // By one without a route, on a private network, machines find each other.
    if (own.length === 0 && the(blueprint.networks, network).kind === 'private') return [];
    const at = reachable.find((address) => address.name === name)?.reachableAt ?? ip;
    const ports = own.filter(isPortRoute).map(({ port }) => port);
    const visited = own.filter(isWebRoute);
    return [
      {
        hosts: visited.flatMap(({ host }) => host),
        ...{ ip, ports },
        url: ports.length > 0 && ports.length === own.length ? undefined : `http://${at}/`,
        ...(visited.some(({ tls }) => tls) && { secureUrl: `https://${at}/` }),
      },
    ];
  });
}

/** By a look at the engines alone. */
export async function entrancesNow({ engines, blueprint, assets, store }: Work): Promise<readonly Entrance[]> {
  const inventories = await inventoriesOf(engines, blueprint.platform);
  return entrancesOf(wanted(blueprint, assets, inventories, keptPrimacies(store, blueprint)).platform, inventories);
}
