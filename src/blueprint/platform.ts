/**
 * A blueprint laid out: every machine with its name, place and addresses. What
 * exists already keeps what it has, so that a pool which is added in the middle
 * of the file moves nobody.
 */
import type {
  AddressName,
  ContentName,
  DatabaseName,
  EngineName,
  FlavourName,
  MachineName,
  NetworkName,
  PoolName,
  SiteName,
} from '../model/ids.ts';
import { rangeOf, toIp, toNumber } from '../model/ipv4.ts';
import type { Primacy } from '../model/primacy.ts';
import type { Release } from '../model/release.ts';
import type { Hardware, InterfaceSpec, MachinePart } from '../model/spec.ts';
import { entries, the } from './records.ts';
import type { Blueprint, PoolPart, RoleName } from './schema.ts';

export interface Machine {
  readonly name: MachineName;
  readonly pool: PoolName;
  readonly part: MachinePart;
  /** From 1, within its pool and part. */
  readonly ordinal: number;
  readonly site: SiteName;
  readonly engine: EngineName;
  readonly flavour: FlavourName;
  /** What the engine gives it: in the lab a part of its flavour. */
  readonly hardware: Hardware;
  readonly interfaces: readonly InterfaceSpec[];
}

export interface PlatformAddress {
  readonly name: AddressName;
  readonly network: NetworkName;
  readonly pool: PoolName;
  readonly ip: string;
}

/** The files beside the blueprint that it refers to, read. */
export interface Assets {
  /** The version of each content that machines are to show. */
  readonly content: ReadonlyMap<ContentName, ContentAsset>;
  readonly schemas: ReadonlyMap<DatabaseName, string>;
}

export interface ContentAsset {
  readonly release: Release;
  /** Set when somebody went back from this release to an earlier one: when, in milliseconds since 1970. */
  readonly rolledBackAtMs?: number;
  /** What its folder holds and no release can have. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

export const noAssets: Assets = { content: new Map(), schemas: new Map() };

export interface Platform {
  readonly blueprint: Blueprint;
  readonly assets: Assets;
  /** The base, and what of the overflow is there or asked for. */
  readonly machines: readonly Machine[];
  /**
   * The rest of the overflow. Its names and addresses are known to all from the
   * beginning, so that nobody has to be told when one of them comes.
   */
  readonly slots: readonly Machine[];
  readonly pools: ReadonlyMap<PoolName, readonly Machine[]>;
  readonly addresses: readonly PlatformAddress[];
  /** Of pools with one primary, once the controller has decided something of it. */
  readonly primacies: Primacies;
}

export type Primacies = ReadonlyMap<PoolName, Primacy>;

/** As each blueprint says it. */
export const noPrimacies: Primacies = new Map();

/** What must not change hands: the addresses of what exists. */
export interface Taken {
  readonly machines: ReadonlyMap<MachineName, readonly InterfaceSpec[]>;
  readonly addresses: ReadonlyMap<AddressName, string>;
}

/** What the controller has decided and no blueprint says. */
export interface Decided {
  /** Machines of the overflow that are there or asked for. */
  readonly overflow?: ReadonlySet<MachineName>;
  readonly primacies?: Primacies;
}

export const nothingTaken: Taken = { machines: new Map(), addresses: new Map() };

export function layOut(
  blueprint: Blueprint,
  assets: Assets,
  taken: Taken,
  { overflow = new Set(), primacies = new Map() }: Decided = {},
): Platform {
  const pools = entries(blueprint.pools);
  const members = [
    ...pools.flatMap(([pool, { base }]) => membersOf(blueprint, pool, 'base', base, base.count)),
    ...pools.flatMap(([pool, { overflow: part }]) =>
      part === undefined ? [] : membersOf(blueprint, pool, 'overflow', part, part.count),
    ),
  ];
  const declared = new Set(Object.values(blueprint.addresses).flatMap(({ ip }) => (ip === undefined ? [] : [ip])));
  const staying = new Set<string>([...members.map(({ name }) => name), ...Object.keys(blueprint.addresses)]);
  const held = { kept: new Set([...declared].map(toNumber)), leaving: new Set<number>() };
  for (const [name, ips] of everyIp(taken)) {
    for (const ip of ips) (staying.has(name) ? held.kept : held.leaving).add(toNumber(ip));
  }
  const networks = new Map(entries(blueprint.networks).map(([name, { cidr }]) => [name, numbering(cidr, held)]));
  const numbersOf = (network: NetworkName) => networks.get(network) ?? none(network);
  const keep = (ip: string | undefined, network: NetworkName) =>
    // What the blueprint gives to an address by name, whoever has it now must leave.
    ip !== undefined && !declared.has(ip) && numbersOf(network).gives(ip) ? ip : undefined;

  const addresses = entries(blueprint.addresses).map(([name, { network, pool, ip }]) => ({
    name,
    network,
    pool,
    ip: ip ?? keep(taken.addresses.get(name), network) ?? numbersOf(network).fromAbove(),
  }));

  const all = members.map((member): Machine => {
    const had = taken.machines.get(member.name) ?? [];
    const interfaces = the(blueprint.pools, member.pool).networks.map((network): InterfaceSpec => {
      const { prefixLength, fromBelow, fromAbove } = numbersOf(network);
      const kept = keep(had.find((one) => one.network === network)?.ip, network);
      // The base grows from below; what comes and goes keeps its distance.
      return { network, ip: kept ?? (member.part === 'base' ? fromBelow() : fromAbove()), prefixLength };
    });
    return { ...member, interfaces };
  });
  const isThere = ({ part, name }: Machine) => part === 'base' || overflow.has(name);
  const machines = all.filter(isThere);
  const slots = all.filter((machine) => !isThere(machine));
  const byPool = Map.groupBy(machines, ({ pool }) => pool);
  return { blueprint, assets, machines, slots, pools: byPool, addresses, primacies };
}

function* everyIp({ machines, addresses }: Taken): Iterable<readonly [name: string, ips: readonly string[]]> {
  for (const [name, interfaces] of machines) yield [name, interfaces.map(({ ip }) => ip)];
  for (const [name, ip] of addresses) yield [name, [ip]];
}

/** Base machines are `web-1`, `web-2`; overflow machines `web-x1`, `web-x2`. */
function machineName(pool: PoolName, part: MachinePart, ordinal: number): MachineName {
  return `${pool}-${part === 'base' ? '' : 'x'}${ordinal}` as MachineName;
}

/** Of all machines that there can be. */
export function machineNames({ pools }: Blueprint): readonly MachineName[] {
  return entries(pools).flatMap(([pool, { base, overflow }]) => [
    ...Array.from({ length: base.count }, (_, index) => machineName(pool, 'base', index + 1)),
    ...Array.from({ length: overflow?.count ?? 0 }, (_, index) => machineName(pool, 'overflow', index + 1)),
  ]);
}

/** Of the n-th machine, from 0: the sites are taken in turn. */
export function siteOf({ site }: Pick<PoolPart, 'site'>, index: number): SiteName | undefined {
  return site[index % site.length];
}

function membersOf(blueprint: Blueprint, pool: PoolName, part: MachinePart, wanted: PoolPart, count: number) {
  const engine = wanted.engine ?? onlyEngine(blueprint);
  const flavour = the(blueprint.flavours, wanted.flavour);
  const usual = the(blueprint.engines, engine);
  const { cores = usual.cores, memory = usual.memory } =
    usual.except.find((one) => one.flavour === wanted.flavour) ?? usual;
  const hardware = { cores: flavour.cores * cores, memoryBytes: Math.round(flavour.memory * memory) };
  return Array.from({ length: count }, (_, index) => ({
    name: machineName(pool, part, index + 1),
    pool,
    part,
    ordinal: index + 1,
    site: siteOf(wanted, index) ?? none('site'),
    engine,
    flavour: wanted.flavour,
    hardware,
  }));
}

export function onlyEngine(blueprint: Blueprint): EngineName {
  return entries(blueprint.engines)[0]?.[0] ?? none('engine');
}

/** The lowest network address is the engine's, the highest the lab's visitor; neither is given out. */
export const addressesKept = { below: 2, above: 2 };

/**
 * Gives out a network's addresses. Those of what is leaving come last: whoever
 * gets one of them has to wait until it is free.
 */
function numbering(cidr: string, held: { readonly kept: ReadonlySet<number>; readonly leaving: ReadonlySet<number> }) {
  const { start, size, prefixLength } = rangeOf(cidr);
  const lowest = start + addressesKept.below;
  const highest = start + size - 1 - addressesKept.above;
  const given = new Set<number>();
  let low = lowest;
  let high = highest;
  const isFree = (number: number) => !given.has(number) && !held.kept.has(number);
  const isUntouched = (number: number) => isFree(number) && !held.leaving.has(number);
  const give = (number: number) => {
    given.add(number);
    return toIp(number);
  };
  const fromLeaving = () => {
    const number = [...held.leaving].find((one) => one >= lowest && one <= highest && isFree(one));
    if (number === undefined) throw new Error(`no free address in ${cidr}`);
    return give(number);
  };
  return {
    prefixLength,
    /** Whether it is one that machines and addresses may have. */
    gives: (ip: string) => {
      const number = toNumber(ip);
      return number >= lowest && number <= highest;
    },
    fromBelow: () => {
      while (low <= highest && !isUntouched(low)) low++;
      return low <= highest ? give(low) : fromLeaving();
    },
    fromAbove: () => {
      while (high >= lowest && !isUntouched(high)) high--;
      return high >= lowest ? give(high) : fromLeaving();
    },
  };
}

export function rolesOf(blueprint: Blueprint, pool: PoolName): readonly RoleName[] {
  return entries(the(blueprint.pools, pool).roles).flatMap(([role, settings]) =>
    settings === undefined ? [] : [role],
  );
}

/** Where machine-to-machine talk goes: the first private network that both pools have, else any that both have. */
export function networkBetween(blueprint: Blueprint, one: PoolName, other: PoolName): NetworkName | undefined {
  const shared = the(blueprint.pools, one).networks.filter((network) =>
    the(blueprint.pools, other).networks.includes(network),
  );
  return shared.find((network) => the(blueprint.networks, network).kind === 'private') ?? shared[0];
}

export function ipOn(machine: Machine, network: NetworkName | undefined): string | undefined {
  return machine.interfaces.find((one) => one.network === network)?.ip;
}

/** What the declared machines cost at their base size, and with the whole overflow. */
export function priceOf(blueprint: Blueprint): { basePerHour: number; fullPerHour: number; currency: string } {
  let basePerHour = 0;
  let overflowPerHour = 0;
  for (const { base, overflow } of Object.values(blueprint.pools)) {
    basePerHour += base.count * the(blueprint.flavours, base.flavour).price.perHour;
    if (overflow) overflowPerHour += overflow.count * the(blueprint.flavours, overflow.flavour).price.perHour;
  }
  const currency = Object.values(blueprint.flavours)[0]?.price.currency ?? 'EUR';
  return { basePerHour, fullPerHour: basePerHour + overflowPerHour, currency };
}

function none(name: string): never {
  throw new Error(`the checked blueprint has no ${name}`);
}
