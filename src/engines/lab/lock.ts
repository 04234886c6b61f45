/**
 * One at a time, across processes: whoever listens on an abstract Unix socket
 * holds the lock. The kernel takes it back when the process ends, however it
 * ends, so that there are no stale locks to judge.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Chosen: short beside what is done under a lock, long beside what a try costs (0.1 ms). */
const retryMs = 10;

const queues = new Map<string, Promise<unknown>>();

/** `waiting` is called once when another process has the lock. */
export function withLock<T>(name: string, work: () => Promise<T>, waiting?: () => void): Promise<T> {
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => held(name, work, waiting));
  const settled = turn
    .catch(() => undefined)
    .then(() => {
      if (queues.get(name) === settled) queues.delete(name);
    });
  queues.set(name, settled);
  return turn;
}

/** Does the work now or not at all: nothing is done when somebody has the lock, in this process or another. */
export async function withLockIfFree(name: string, work: () => Promise<void>): Promise<void> {
  const server = await listen(addressOf(name));
  if (server === undefined) return;
  try {
    await work();
  } finally {
    server.close();
  }
}

function addressOf(name: string): string {
  return `\0spillway-lab-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

async function held<T>(name: string, work: () => Promise<T>, waiting?: () => void): Promise<T> {
  const address = addressOf(name);
  let server = await listen(address);
  if (server === undefined) waiting?.();
  while (server === undefined) {
    await sleep(retryMs);
    server = await listen(address);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

/** Nothing when somebody listens there. */
async function listen(address: string) {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen(address);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
