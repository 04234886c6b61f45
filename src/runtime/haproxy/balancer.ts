/** One look at a balancer's HAProxy, and the membership that is held there by it. */
import { SpillwayError } from '../../model/errors.ts';
import { readInfo, showInfo, type ProcessInfo } from './info.ts';
import { membershipCommands, type AddedServer, type Membership, type SeenServer } from './membership.ts';
import { readServersState, showServersState } from './servers-state.ts';
import type { HaproxySocket } from './socket.ts';
import { readStat, showStat, type BackendStat } from './stat.ts';

export interface BalancerSight {
  readonly process: ProcessInfo;
  readonly backends: ReadonlyMap<string, BackendStat>;
}

export async function lookAt(socket: HaproxySocket): Promise<BalancerSight> {
  const process = await livingProcess(socket);
  return { process, backends: readStat(await socket.ask(showStat)) };
}

/** A reload leaves a kept connection with the old process, which lives as long as the connection does and serves nobody. */
export async function livingProcess(socket: HaproxySocket): Promise<ProcessInfo> {
  const info = readInfo(await socket.ask(showInfo));
  if (!info.stopping) return info;
  socket.renew();
  return readInfo(await socket.ask(showInfo));
}

export interface HeldBackend {
  readonly backend: string;
  readonly membership: Membership;
  readonly added: AddedServer;
}

export interface Held {
  /** As they were before the commands. */
  readonly seen: readonly SeenServer[];
  readonly commands: readonly string[];
  /** What HAProxy refused; the next look tries again. */
  readonly refused: readonly SpillwayError[];
}

export async function holdMembership(socket: HaproxySocket, wanted: readonly HeldBackend[]): Promise<Held> {
  const { backends } = await lookAt(socket);
  const states = readServersState(await socket.ask(showServersState));
  const seen = states.map((state): SeenServer => {
    const figures = backends.get(state.backend)?.servers.get(state.name);
    return { ...state, sessions: (figures?.sessions ?? 0) + (figures?.queue ?? 0) };
  });
  // A backend that is not there yet comes with the configuration.
  const commands = wanted
    .filter(({ backend }) => backends.has(backend))
    .flatMap(({ backend, membership, added }) => membershipCommands(backend, seen, membership, added));
  if (commands.length > 0) await socket.permit();
  const refused: SpillwayError[] = [];
  for (const command of commands) {
    try {
      await socket.ask(command);
    } catch (error) {
      if (!(error instanceof SpillwayError && error.code === 'haproxy-refused')) throw error;
      refused.push(error);
    }
  }
  return { seen, commands, refused };
}
