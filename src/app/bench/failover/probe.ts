/**
 * A visitor of its own process: asks at fixed times, each time over a new connection, and says how long nobody
 * answered. Each asks no longer than its own short time, so that none waits for a SYN to be sent again.
 *
 * Words: address, host, path, milliseconds between two, milliseconds that one waits. Prints `begun` once it was
 * answered for a while, and a `Probed` when its standard input ends.
 */
import { connect } from 'node:net';

export interface Probed {
  /** The longest time between two answers. */
  readonly longestGapMs: number;
  readonly asked: number;
  readonly answered: number;
}

const [address = '', host = '', path = '/', everyMs = '', waitMs = ''] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
/** Chosen: long enough that the first connections, which find nothing warm, are over. */
const warmUpMs = 500;

let asked = 0;
let answered = 0;
let longestGapMs = 0;
let lastMs: number | undefined;
let nextMs = performance.now();
const warmAtMs = nextMs + warmUpMs;

function ask(): void {
  asked += 1;
  const socket = connect(80, address, () => socket.write(request));
  const timer = setTimeout(() => socket.destroy(), Number(waitMs));
  socket.once('data', () => {
    const nowMs = performance.now();
    answered += 1;
    clearTimeout(timer);
    // Reset, so that no port is left waiting.
    socket.resetAndDestroy();
    if (nowMs < warmAtMs) return;
    if (lastMs === undefined) console.log('begun');
    else longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
    lastMs = nowMs;
  });
  socket.on('error', () => clearTimeout(timer));
}

const asking = setInterval(() => {
  for (; nextMs <= performance.now(); nextMs += Number(everyMs)) ask();
}, 1);

process.stdin.resume().on('end', () => {
  clearInterval(asking);
  if (lastMs !== undefined) longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
  console.log(JSON.stringify({ longestGapMs, asked, answered } satisfies Probed));
  process.exit(0);
});
