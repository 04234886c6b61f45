/** Weights that follow a primary, held in HAProxy. Another process begins with those of its configuration, and is told again. */
import { weightsToSet, type Preference, type WeightChange } from '../../control/failover/prefer-primary.ts';
import type { MachineName } from '../../model/ids.ts';
import { livingProcess } from './balancer.ts';
import { readServersState, showServersState } from './servers-state.ts';
import type { HaproxySocket } from './socket.ts';

/** What was set; nothing when all was as it should be. */
export async function holdWeights(
  socket: HaproxySocket,
  backends: readonly string[],
  preference: Preference,
  leader: MachineName,
): Promise<readonly WeightChange[]> {
  await livingProcess(socket);
  const servers = readServersState(await socket.ask(showServersState));
  const changes = backends.flatMap((backend) => {
    const its = servers.filter((server) => server.backend === backend);
    const seen = new Map(its.map(({ name, weight }) => [name as MachineName, weight]));
    return weightsToSet(preference, leader, seen).map((change) => ({ backend, change }));
  });
  if (changes.length > 0) await socket.permit();
  for (const { backend, change } of changes) {
    await socket.ask(`set server ${backend}/${change.machine} weight ${change.weight}`);
  }
  return changes.map(({ change }) => change);
}
