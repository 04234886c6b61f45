/** Who may talk to a machine: what follows from flows, routes, and the roles themselves, and nothing else. */
import { ipOn, networkBetween, type Machine, type Platform } from '../../blueprint/platform.ts';
import { isWebRoute } from '../../blueprint/routes.ts';
import type { NetworkName, PoolName } from '../../model/ids.ts';
import { toNumber } from '../../model/ipv4.ts';
import { doorOf } from '../doors.ts';
import { routedPort, type Service } from '../role.ts';

export interface Admission {
  /** The interface over which it comes. */
  readonly network: NetworkName;
  readonly protocol: 'tcp' | 'vrrp';
  readonly ports: readonly number[];
  readonly sources: 'anyone' | readonly string[];
  /** The address to which it must be directed, if not any of the machine's. */
  readonly to?: string;
  readonly why: string;
}

/** `services` are those of the machine's own roles. */
export type Admit = (machine: Machine, services: readonly Service[]) => readonly Admission[];

/** Whom a pool lets in is worked out once for all of its machines that answer on the same ports. */
export function admitter(platform: Platform): Admit {
  const known = new Map<string, readonly Admission[]>();
  return (machine, services) => {
    const ports = [...new Set(services.flatMap(({ from, port }) => (from === 'flows' ? (port ?? []) : [])))];
    const key = `${machine.pool} ${ports.join(' ')}`;
    const common = known.get(key) ?? fromPools(platform, machine.pool, ports);
    known.set(key, common);
    return [...common, ...services.flatMap((service) => ofItself(platform, machine, service))];
  };
}

/** Flows open what the pool's roles answer on; a route opens only that to which a balancer passes it on. */
function fromPools(platform: Platform, pool: PoolName, standard: readonly number[]): readonly Admission[] {
  return opened(platform, pool).flatMap(({ from, ports }): Admission[] => {
    const network = networkBetween(platform.blueprint, from, pool);
    const sources = network === undefined ? [] : addressesOf(platform, from, network);
    const wanted = ports ?? standard;
    if (network === undefined || sources.length === 0 || wanted.length === 0) return [];
    return [{ network, protocol: 'tcp', ports: wanted, sources, why: `from ${from}` }];
  });
}

/** The pools that flows and routes let in, each once. */
function opened({ blueprint, addresses }: Platform, pool: PoolName) {
  const door = doorOf(blueprint, pool);
  const routes = blueprint.routes
    .filter(({ to }) => to === pool)
    .flatMap((route) => {
      const from = addresses.find(({ name }) => name === route.address)?.pool;
      if (from === undefined) return [];
      if (isWebRoute(route)) return [{ from, ports: [routedPort] }];
      return door === undefined ? [] : [{ from, ports: [door.port, door.health.port] }];
    });
  const flows = blueprint.flows.filter(({ to }) => to === pool).map(({ from, ports }) => ({ from, ports }));
  const all = [...routes, ...flows];
  return all.filter(
    ({ from, ports }, index) =>
      all.findIndex((one) => one.from === from && String(one.ports) === String(ports)) === index,
  );
}

function ofItself(platform: Platform, machine: Machine, { name, protocol, port, from }: Service): readonly Admission[] {
  if (from === 'flows') return [];
  const ports = port === undefined ? [] : [port];
  if (from !== 'pool' && 'network' in from) {
    const { network, sources, to } = from;
    return [{ network, protocol, ports, sources, ...(to !== undefined && { to }), why: name }];
  }
  return (from === 'pool' ? [machine.pool] : from.pools).flatMap((pool): Admission[] => {
    const network = networkBetween(platform.blueprint, machine.pool, pool);
    if (network === undefined) return [];
    const all = addressesOf(platform, pool, network);
    const others = all.filter((ip) => ip !== ipOn(machine, network));
    // All machines of a pool that bakes have one firewall, so that a copy of one needs no other.
    const sources = from === 'pool' ? others : all;
    return others.length === 0 ? [] : [{ network, protocol, ports, sources, why: `${name} from ${pool}` }];
  });
}

/** Whoever of the pool is there, or may come. */
function addressesOf({ pools, slots }: Platform, pool: PoolName, network: NetworkName): readonly string[] {
  const machines = [...(pools.get(pool) ?? []), ...slots.filter((machine) => machine.pool === pool)];
  // In one order, whoever of them is there.
  return machines
    .flatMap((machine) => ipOn(machine, network) ?? [])
    .toSorted((one, other) => toNumber(one) - toNumber(other));
}
