/**
 * What a request costs the load: CPU time by Node's own client and by ours, in turn, and then a whole load.
 *
 *   node test/rehearse/load/cost.ts [requests per second] [seconds]
 */
import { fork } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type Target } from '../../../src/rehearse/load/client.ts';
import { startLoad } from '../../../src/rehearse/load/start-load.ts';

/** SoFoot's mean answer. */
const answerBytes = 12_000;
const rounds = 5;
const [what = '3000', ...rest] = process.argv.slice(2);

if (what === 'server') serve();
else if (what === 'client') await measureClient(rest);
else await measure(Number(what), Number(rest[0] ?? '10'));

function serve(): void {
  const body = Buffer.alloc(answerBytes, 'x');
  const server = createServer((_, response) => {
    response.setHeader('content-length', body.length);
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

/** Each in a process of its own, for CPU time is counted by process. */
async function measureClient([name = '', port = '', perSecond = '', seconds = '']: readonly string[]): Promise<void> {
  const target: Target = { ip: '127.0.0.1', port: Number(port), host: 'localhost' };
  const send = name === 'ours' ? ours(target) : nodes(target);
  const total = Number(perSecond) * Number(seconds);
  const finished = Promise.withResolvers<unknown>();
  const beganMs = performance.now();
  let sent = 0;
  let done = 0;
  const tick = () => {
    for (; sent < total && beganMs + (sent * 1000) / Number(perSecond) <= performance.now(); sent++) {
      send(() => ++done === total && finished.resolve(undefined));
    }
    if (sent < total) setTimeout(tick, 1);
  };
  const before = process.cpuUsage();
  tick();
  await finished.promise;
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / total);
  process.exit(0);
}

function ours(target: Target): (done: () => void) => void {
  const client = createClient(target);
  return (done) => client.send({ method: 'GET', path: '/', isNewcomer: false }, done);
}

function nodes({ ip, port }: Target): (done: () => void) => void {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' });
  return (done) => {
    request({ host: ip, port, path: '/', agent }, (response) => response.resume().on('end', done)).end();
  };
}

async function measure(perSecond: number, seconds: number): Promise<void> {
  const server = fork(import.meta.filename, ['server']);
  const port = await answerOf(server);
  const costs: Record<string, number[]> = { ours: [], 'node:http': [] };
  for (let round = 0; round < rounds; round++) {
    for (const [name, us] of Object.entries(costs)) {
      us.push(await answerOf(fork(import.meta.filename, ['client', name, String(port), '1500', '4'])));
    }
  }
  for (const [name, us] of Object.entries(costs)) {
    const sorted = us.toSorted((one, other) => one - other).map(Math.round);
    console.log(`${name}: ${sorted[Math.floor(rounds / 2)]} µs a request (${sorted.join(', ')})`);
  }
  const page = { weight: 1, form: {}, draw: {}, paths: ['/'] };
  const total = await startLoad(
    {
      plan: {
        traffic: [{ kind: 'hold', perSecond, forMs: seconds * 1000 }],
        mix: [
          { ...page, what: 'pages', method: 'GET', weight: 98 },
          { ...page, what: 'comments', method: 'POST', weight: 2, form: { body: '{mark}' } },
        ],
        newConnections: 0.1,
        seed: 8,
      },
      target: { ip: '127.0.0.1', port, host: 'localhost' },
      timeoutMs: 10_000,
    },
    {
      argv: [],
      workers: 1,
      onSecond: ({ second, sent, late, lateMsMax, ownCores }) =>
        console.log(
          `${second}: sent ${sent}, late ${late}, at most ${lateMsMax.toFixed(1)} ms, ${ownCores.toFixed(2)} cores`,
        ),
    },
  ).total;
  console.log(JSON.stringify({ ...total, latencies: undefined, writes: undefined }));
  server.kill();
}

function answerOf(child: ReturnType<typeof fork>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (number) => resolve(number as number));
    child.once('error', reject);
  });
}
