/**
 * Visitors and machines of a balancer, in its network namespace. Orders come as lines of JSON, and each is answered by
 * one. Machines answer by what they are told to be; nothing is written to a disk.
 */
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Answer, Behaviour, Order, Question, Ran } from './balanced.ts';

interface Machine {
  behaviour: Behaviour;
  /** Visits, in the order in which they came. */
  readonly ran: Ran[];
  /** Held until it is told to go on. */
  held: (() => void)[];
  busy: number;
  readonly waiting: (() => void)[];
}

const machines = new Map<string, Machine>();
const slow: Socket[] = [];

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'machine':
      return begin(order.name, order.ip, order.behaviour);
    case 'behave': {
      const machine = machineOf(order.name);
      machine.behaviour = order.behaviour;
      for (const goOn of machine.held.splice(0)) goOn();
      return undefined;
    }
    case 'ran':
      return machineOf(order.name).ran;
    case 'ask':
      return ask(order.question);
    case 'slowly':
      return slowly(order);
    case 'load':
      return load(order);
  }
}

function machineOf(name: string): Machine {
  const machine = machines.get(name);
  if (machine === undefined) throw new Error(`there is no machine ${name}`);
  return machine;
}

function begin(name: string, ip: string, behaviour: Behaviour): Promise<void> {
  const machine: Machine = { behaviour, ran: [], held: [], busy: 0, waiting: [] };
  machines.set(name, machine);
  return new Promise((resolve) => {
    createServer((asked, answer) => void serve(machine, name, asked, answer)).listen(80, ip, 4096, () => resolve());
  });
}

async function serve(machine: Machine, name: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const path = asked.url ?? '';
  const isCheck = asked.headers['x-spillway-check'] !== undefined && asked.headers['x-forwarded-for'] === undefined;
  if (isCheck) {
    const isAlive = path === '/.spillway/alive';
    if (!isAlive) await held(machine, machine.behaviour.checks);
    const status = isAlive ? 204 : (machine.behaviour.checks ?? 200);
    answer.writeHead(status === 'never' ? 200 : status).end();
    return;
  }
  const ran: Ran = { method: asked.method ?? '', path, left: false };
  machine.ran.push(ran);
  answer.on('close', () => (ran.left = !answer.writableFinished));
  asked.resume();
  await new Promise<void>((resolve) => asked.on('end', resolve));
  await held(machine, machine.behaviour.visits);
  if (machine.behaviour.takesMs !== undefined) await work(machine, machine.behaviour.takesMs);
  const status = machine.behaviour.visits ?? 200;
  answer.writeHead(status === 'never' ? 200 : status, { 'X-Served-By': name }).end(name);
}

/** Until it is told otherwise. */
async function held(machine: Machine, as: Behaviour['visits']): Promise<void> {
  if (as !== 'never') return;
  await new Promise<void>((resolve) => machine.held.push(resolve));
}

/** As one that has so many workers, each of which takes one request after the other. */
async function work(machine: Machine, takesMs: number): Promise<void> {
  if (machine.busy >= (machine.behaviour.workers ?? Infinity))
    await new Promise<void>((resolve) => machine.waiting.push(resolve));
  else machine.busy += 1;
  // A machine that is held stands still, with all that it has begun.
  await new Promise((wake) => setTimeout(wake, takesMs));
  await held(machine, machine.behaviour.visits);
  const next = machine.waiting.shift();
  if (next === undefined) machine.busy -= 1;
  else next();
}

function ask({ to, from, method = 'GET', path, headers = {}, body, leavesAfterMs }: Question): Promise<Answer> {
  const beganMs = performance.now();
  return new Promise((resolve) => {
    const end = (answer: Omit<Answer, 'tookMs'>) => resolve({ ...answer, tookMs: performance.now() - beganMs });
    const sent = request({ host: to, port: 80, localAddress: from, method, path, agent: false, headers });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () =>
        end({
          status: response.complete ? (response.statusCode ?? 0) : 0,
          headers: response.headers as Answer['headers'],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', () => end({ status: 0, headers: {}, body: '' }));
    if (leavesAfterMs !== undefined) setTimeout(() => sent.destroy(), leavesAfterMs);
    sent.end(body);
  });
}

/** Begins requests whose bodies never end; says how many connections are open still. */
async function slowly({ to, from, count }: Extract<Order, { do: 'slowly' }>): Promise<number> {
  for (let one = 0; one < count; one++) {
    const socket = createConnection({ host: to, port: 80, localAddress: from });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('POST /form HTTP/1.1\r\nHost: www.shop.test\r\nContent-Length: 1000\r\n\r\nabc');
    slow.push(socket);
  }
  await new Promise((wake) => setTimeout(wake, 500));
  return slow.filter(({ closed }) => !closed).length;
}

/** So many a second at their times, whatever becomes of those before; each visitor keeps his connection. */
async function load({ to, perSecond, forMs }: Extract<Order, { do: 'load' }>): Promise<readonly (readonly number[])[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 3_000 });
  const answers: Promise<readonly number[]>[] = [];
  const beganMs = performance.now();
  const total = Math.round((perSecond * forMs) / 1_000);
  for (let one = 0; one < total; one++) {
    const dueMs = (one * 1_000) / perSecond;
    const aheadMs = dueMs - (performance.now() - beganMs);
    if (aheadMs > 1) await new Promise((wake) => setTimeout(wake, aheadMs));
    answers.push(
      new Promise((resolve) => {
        const end = (status: number) => resolve([dueMs, status, performance.now() - beganMs - dueMs]);
        const sent = request({ host: to, port: 80, agent, path: '/', headers: { Host: 'www.shop.test' } });
        sent.on('response', (response) => {
          response.resume();
          response.on('end', () => end(response.statusCode ?? 0));
          response.on('error', () => end(0));
        });
        sent.on('error', () => end(0));
        sent.end();
      }),
    );
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, order } = JSON.parse(line) as { id: number; order: Order };
  void obey(order).then((result) => process.stdout.write(`${JSON.stringify({ id, result: result ?? null })}\n`));
});
