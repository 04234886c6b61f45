/**
 * Imagined database servers: what they have written and received, who follows whom, what a client is told. A write is
 * a number; a server's log is the list of those that it has, so that two logs of one length may still differ, which a
 * position alone does not show.
 */
import type { DatabaseState, ObservedDatabase } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';

export interface ImaginedServer {
  readonly name: MachineName;
  /** What breaks. `isCut`: from all networks, and its engine does not know it. `isFenced`: by its engine. */
  power: 'on' | 'off';
  isFrozen: boolean;
  isCut: boolean;
  isFenced: boolean;
  /** Whether replication traffic of this machine passes. */
  isLinkCut: boolean;
  isUp: boolean;
  /** When a server that ended starts again by itself. */
  restartsAtMs?: number;

  log: number[];
  isReadOnly: boolean;
  waits: boolean;
  /** It is set to follow whoever has the address. */
  follows: boolean;
  /** What it is after a restart. */
  standing?: { readonly waits: boolean };

  heardAtMs: number;
  told?: ObservedDatabase['told'];
}

export interface ImaginedDatabases {
  readonly servers: ReadonlyMap<MachineName, ImaginedServer>;
  addressOn: MachineName;
  /** Writes that a client was told are done. */
  readonly acknowledged: Set<number>;
  /** Of one that takes writes: those that wait for a replica, by their place in the log. */
  readonly pending: Map<MachineName, { readonly write: number; readonly index: number }[]>;
  nextWrite: number;
}

/** All of them well: the first is the primary, and waits for the others. */
export function imaginedDatabases(names: readonly MachineName[]): ImaginedDatabases {
  const servers = names.map((name, index): ImaginedServer => {
    const isPrimary = index === 0;
    return {
      ...{ name, power: 'on', isFrozen: false, isCut: false, isFenced: false, isLinkCut: false, isUp: true },
      ...{ log: [], isReadOnly: !isPrimary, waits: isPrimary, follows: !isPrimary, heardAtMs: 0 },
      ...(isPrimary && { standing: { waits: true } }),
    };
  });
  const [first] = names;
  if (first === undefined) throw new Error('no servers');
  return {
    servers: new Map(servers.map((server) => [server.name, server])),
    ...{ addressOn: first, acknowledged: new Set(), pending: new Map(), nextWrite: 1 },
  };
}

/** It runs, and its networks are there. */
export const isReached = ({ power, isFrozen, isCut, isFenced }: ImaginedServer): boolean =>
  power === 'on' && !isFrozen && !isCut && !isFenced;

const works = (server: ImaginedServer): boolean => isReached(server) && server.isUp;

/** Who receives from this one now: one whose log begins otherwise is refused by the server. */
function followersOf(world: ImaginedDatabases, primary: ImaginedServer): readonly ImaginedServer[] {
  if (world.addressOn !== primary.name || !works(primary) || primary.isLinkCut) return [];
  return [...world.servers.values()].filter(
    (one) => one !== primary && one.follows && works(one) && !one.isLinkCut && isBeginningOf(one.log, primary.log),
  );
}

function isBeginningOf(one: readonly number[], other: readonly number[]): boolean {
  return one.length <= other.length && one.at(-1) === other[one.length - 1];
}

/** A client that asked this very server now would be told that its write is done. */
export function wouldAcknowledge(world: ImaginedDatabases, server: ImaginedServer): boolean {
  return works(server) && !server.isReadOnly && (!server.waits || followersOf(world, server).length > 0);
}

/** A moment passes: what was written reaches the replicas, clients are told, and write once more at the address. */
export function pass(world: ImaginedDatabases, nowMs: number): void {
  for (const server of world.servers.values()) {
    if (
      server.power === 'on' &&
      !server.isFrozen &&
      server.restartsAtMs !== undefined &&
      nowMs >= server.restartsAtMs
    ) {
      start(server);
    }
  }
  for (const server of world.servers.values()) {
    const followers = followersOf(world, server);
    for (const follower of followers) {
      follower.log = [...server.log];
      follower.heardAtMs = nowMs;
    }
    tellClients(world, server, followers.length > 0);
  }
  const primary = world.servers.get(world.addressOn);
  if (primary === undefined || !works(primary) || primary.isReadOnly) return;
  const write = world.nextWrite++;
  primary.log.push(write);
  const pending = world.pending.get(primary.name) ?? [];
  world.pending.set(primary.name, [...pending, { write, index: primary.log.length - 1 }]);
  if (!primary.waits) tellClients(world, primary, false);
}

/** Whoever waits for a replica is told once one has it; who waits for nobody, at once. */
function tellClients(world: ImaginedDatabases, server: ImaginedServer, isReceived: boolean): void {
  const pending = world.pending.get(server.name) ?? [];
  if (pending.length === 0) return;
  if (!works(server)) {
    // Its clients are gone when it is back. One that is only frozen, or cut off for a while, still has them.
    if (server.power === 'off' || !server.isUp) world.pending.delete(server.name);
    return;
  }
  if (server.waits && !isReceived) return;
  for (const { write } of pending) world.acknowledged.add(write);
  world.pending.delete(server.name);
}

/** A server begins as what it was made to be. */
export function start(server: ImaginedServer): void {
  server.isUp = true;
  server.isReadOnly = server.standing === undefined;
  server.waits = server.standing?.waits ?? false;
  delete server.restartsAtMs;
}

/** What it tells of itself, and keeps as told last. */
export function tell(world: ImaginedDatabases, server: ImaginedServer, nowMs: number): void {
  if (!isReached(server)) return;
  const primary = world.servers.get(world.addressOn);
  const hears = primary !== undefined && followersOf(world, primary).includes(server);
  const state: DatabaseState = {
    isReadOnly: server.isReadOnly,
    written: server.log.length,
    waits: { on: server.waits, replicas: followersOf(world, server).length },
    ...(server.follows && {
      following: {
        ...{ host: 'address', hears, heardAtMs: server.heardAtMs, applies: true },
        ...{ received: server.log.length, applied: server.log.length },
      },
    }),
  };
  server.told = { atMs: nowMs, ...(server.isUp && { server: state }) };
}
