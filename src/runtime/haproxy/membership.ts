/**
 * What has to be said to HAProxy so that a backend gets the servers that are
 * wanted. It looks at what is there each time: a command that was lost, or a
 * process that began anew, costs one look.
 */
import type { MachineName } from '../../model/ids.ts';
import type { ServerState } from './servers-state.ts';

export interface SeenServer extends ServerState {
  /** Requests that it answers or that wait for it. */
  readonly sessions: number;
}

export interface Membership {
  /** They stand in the configuration: never added, never deleted. Of whom nothing is asked stays as it is. */
  readonly base: ReadonlyMap<MachineName, 'serve' | 'drain' | undefined>;
  /** Machines of the overflow that shall serve, and where. Who is not named leaves. */
  readonly overflow: ReadonlyMap<MachineName, string>;
  /** Of those that leave, whose last requests have had their time. */
  readonly closing?: ReadonlySet<MachineName>;
}

export interface AddedServer {
  readonly port: number;
  /** As in the configuration's `default-server`, which does not count for servers that are added. */
  readonly parameters: string;
}

export function membershipCommands(
  backend: string,
  seen: readonly SeenServer[],
  { base, overflow, closing }: Membership,
  added: AddedServer,
): readonly string[] {
  const here = seen.filter((server) => server.backend === backend);
  const joining = [...overflow].filter(([name]) => !base.has(name) && !here.some((server) => server.name === name));
  return [
    ...joining.flatMap(([name, ip]) => add(`${backend}/${name}`, ip, added)),
    ...here.flatMap((server) => {
      const name = server.name as MachineName;
      if (base.has(name)) return ofBase(server, base.get(name));
      return overflow.get(name) === server.ip && server.port === added.port
        ? admit(server)
        : leave(server, closing?.has(name) === true);
    }),
  ];
}

const idOf = ({ backend, name }: SeenServer) => `${backend}/${name}`;

function add(id: string, ip: string, { port, parameters }: AddedServer): readonly string[] {
  return [`add server ${id} ${ip}:${port} ${parameters}`, `enable health ${id}`, `enable server ${id}`];
}

function ofBase(server: SeenServer, asked: 'serve' | 'drain' | undefined): readonly string[] {
  if (asked === 'serve' && server.ordered !== 'ready') return [`set server ${idOf(server)} state ready`];
  if (asked === 'drain' && server.ordered === 'ready') return [`set server ${idOf(server)} state drain`];
  return [];
}

/** Chosen: HAProxy sends who is about to connect to it elsewhere within half a second, and would lose him before. */
const stuckMs = 1_000;

/**
 * One that was added and no more, because its adder died, is not checked yet. Of one that is down, requests that went
 * over a kept connection wait for an answer that may never come: HAProxy sends them elsewhere once their session ends.
 */
function admit(server: SeenServer): readonly string[] {
  const isStuck = server.sessions > 0 && (server.downMs ?? 0) >= stuckMs;
  return [
    ...(isStuck ? [`shutdown sessions server ${idOf(server)}`] : []),
    ...(server.checked ? [] : [`enable health ${idOf(server)}`]),
    ...(server.ordered === 'ready' ? [] : [`set server ${idOf(server)} state ready`]),
  ];
}

/** It is deleted only in maintenance, and only without a session: each look goes one step. */
function leave(server: SeenServer, isClosing: boolean): readonly string[] {
  if (server.ordered === 'ready') return [`set server ${idOf(server)} state drain`];
  if (server.sessions > 0) return isClosing ? [`shutdown sessions server ${idOf(server)}`] : [];
  const maint = server.ordered === 'maint' ? [] : [`set server ${idOf(server)} state maint`];
  return [...maint, `del server ${idOf(server)}`];
}
