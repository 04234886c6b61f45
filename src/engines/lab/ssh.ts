/** Does an SSH server answer? */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Chosen: a machine takes 0.6 s alone, some seconds among many, and a minute or two on two cores with a load of 50. */
const readyTimeoutMs = 180_000;
/** Chosen: a twentieth of a boot, so that waiting adds little to it. */
const retryMs = 20;
/** Chosen: a TCP handshake that is lost is repeated after 1 s; it is cheaper to knock again. */
const knockTimeoutMs = 500;

/** True once the server on port 22 greets; false when it does not in time. */
export async function waitForSsh(ip: string, port = 22): Promise<boolean> {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    if (await greets(ip, port, deadline)) return true;
    await sleep(retryMs);
  }
  return false;
}

/** The server begins a process for each connection. On a busy host that takes seconds, and longer for each connection that was given up before. */
function greets(ip: string, port: number, deadline: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, timeout: knockTimeoutMs });
    socket.once('connect', () => socket.setTimeout(Math.max(1, deadline - performance.now())));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('end', () => end(false));
  });
}
