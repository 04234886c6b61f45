/**
 * A load of its own process: keeps so many connections busy for so long and prints
 * what it counted. It writes and reads bytes itself, so that it costs little beside
 * the balancer that it measures.
 *
 * Words: address, port, host, path, connections, milliseconds.
 */
import { connect, type Socket } from 'node:net';

export interface Load {
  readonly requestsPerSecond: number;
  readonly failed: number;
  /** Part of one core that the load itself used: near 1 it would measure itself. */
  readonly ownCpu: number;
}

const [address = '', port = '', host = '', path = '/', connections = '1', forMs = '1000'] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const endOfHead = Buffer.from('\r\n\r\n');
const endOfChunks = Buffer.from('\r\n0\r\n\r\n');

let answered = 0;
let failed = 0;
let isOver = false;
const sockets = new Set<Socket>();

const began = performance.now();
for (let index = 0; index < Number(connections); index++) open();
setTimeout(() => {
  isOver = true;
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage();
  const load: Load = { requestsPerSecond: answered / seconds, failed, ownCpu: (user + system) / 1e6 / seconds };
  console.log(JSON.stringify(load));
  for (const socket of sockets) socket.destroy();
}, Number(forMs));

function open(): void {
  let pending: Buffer[] = [];
  /** Bytes until the answer's end; unknown before its head was read, or when it comes in chunks. */
  let left: number | 'head' | 'chunks' = 'head';
  const socket = connect(Number(port), address, () => socket.write(request));
  sockets.add(socket);
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => {
    if (left === 'head' || left === 'chunks') {
      pending.push(bytes);
      const all = pending.length === 1 ? bytes : Buffer.concat(pending);
      pending = [all];
      if (left === 'head') {
        const head = all.indexOf(endOfHead);
        if (head < 0) return;
        const text = all.toString('latin1', 0, head);
        if (!text.startsWith('HTTP/1.1 200')) failed += 1;
        const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
        left = length === undefined ? 'chunks' : Number(length) - (all.length - head - endOfHead.length);
      }
      if (left === 'chunks' && all.subarray(-endOfChunks.length).equals(endOfChunks)) left = 0;
    } else left -= bytes.length;
    if (left !== 0) return;
    answered += 1;
    left = 'head';
    pending = [];
    if (!isOver) socket.write(request);
  });
  socket.on('error', () => (failed += 1));
  socket.on('close', () => {
    sockets.delete(socket);
    if (!isOver) open();
  });
}
