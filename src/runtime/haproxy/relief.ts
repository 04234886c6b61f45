/** What is shed for a pool, held in HAProxy's map: another process begins with the file's entries, and is told again. */
import type { PoolName } from '../../model/ids.ts';
import { readRelief, reliefEntries, reliefMap, type Relief } from '../../roles/balancer/relief.ts';
import type { HaproxySocket } from './socket.ts';

export async function holdRelief(socket: HaproxySocket, pool: PoolName, relief: Relief): Promise<readonly string[]> {
  const seen = readMap(await socket.ask(`show map ${reliefMap}`));
  const commands = [...reliefEntries(pool, relief)]
    .filter(([key, value]) => seen.get(key) !== value)
    .map(([key, value]) => `${seen.has(key) ? 'set' : 'add'} map ${reliefMap} ${key} ${value}`);
  if (commands.length > 0) await socket.permit();
  for (const command of commands) await socket.ask(command);
  return commands;
}

export async function heldRelief(socket: HaproxySocket, pool: PoolName): Promise<Relief | undefined> {
  return readRelief(pool, readMap(await socket.ask(`show map ${reliefMap}`)));
}

/** Each line: an address, the key, the value. */
function readMap(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, key = '', ...value] = line.split(' ');
      return [key, value.join(' ')];
    }),
  );
}
