/** The kept connection: serialised, delimited, timed out, and opened again. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { lookAt } from '../../../src/runtime/haproxy/balancer.ts';
import { haproxySocket, type HaproxySocket } from '../../../src/runtime/haproxy/socket.ts';

let folder: string;
let server: Server;
let socket: HaproxySocket;
let connections: Socket[];
let heard: string[];
/** What is answered to a command; nothing at all if undefined. */
let answer: (command: string) => string | undefined;
let nowMs = 0;
let opened = 0;
const greetings = ['prompt', 'set severity-output number', 'set timeout cli 1h'];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-haproxy-'));
  [connections, heard, opened, nowMs] = [[], [], 0, 1_000];
  answer = (command) => (greetings.includes(command) ? '' : `${command}!\n`);
  server = createServer((connection) => {
    connections.push(connection);
    connection
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        for (const command of chunk.toString().trim().split('\n')) {
          heard.push(command);
          const says = answer(command);
          // In two pieces, as a large answer comes.
          if (says !== undefined) setTimeout(() => connection.write(says), 1);
          if (says !== undefined) setTimeout(() => connection.write('\n> '), 3);
        }
      });
  }).listen(join(folder, 'admin.sock'));
  await once(server, 'listening');
  const open = async (): Promise<Duplex> => {
    opened += 1;
    const stream = connect(join(folder, 'admin.sock'));
    await once(stream, 'connect');
    return stream;
  };
  const clock = { now: () => nowMs, wall: () => nowMs, sleep: () => Promise.resolve() };
  socket = haproxySocket({ balancer: 'balancer-1' as MachineName, open, clock, timeoutMs: 100 });
});

afterEach(() => {
  socket.close();
  server.close();
  for (const connection of connections) connection.destroy();
  rmSync(folder, { recursive: true });
});

test('many commands, one connection, one after the other', async () => {
  const answers = await Promise.all(['a', 'b', 'c'].map((command) => socket.ask(command)));
  expect(answers).toEqual(['a!\n', 'b!\n', 'c!\n']);
  expect(heard).toEqual([...greetings, 'a', 'b', 'c']);
  expect(connections).toHaveLength(1);
});

test.each([
  ['[6]: New server registered.\n', 'New server registered.\n'],
  ['[4]: careful\n', 'careful\n'],
  ['', ''],
])('%j is an answer', async (says, is) => {
  answer = (command) => (command === 'ask' ? says : '');
  expect(await socket.ask('ask')).toBe(is);
});

test.each(['[3]: No such server.', '[6]: Unknown command, but maybe one of these:\n  a\n'])(
  '%j is a refusal',
  async (says) => {
    answer = (command) => (command === 'ask' ? says : '');
    const error = await socket.ask('ask').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'haproxy-refused',
      message: expect.stringContaining('refused `ask`: ') as string,
    });
    answer = () => '';
    expect(await socket.ask('next')).toBe('');
    expect(connections).toHaveLength(1);
  },
);

test('an answer that does not come in time ends the connection, and the next command gets a new one', async () => {
  await socket.ask('a');
  answer = (command) => (greetings.includes(command) ? '' : undefined);
  await expect(socket.ask('b')).rejects.toMatchObject({ code: 'haproxy-silent' });
  answer = (command) => `${command}!`;
  expect(await socket.ask('c')).toBe('c!');
  expect(connections).toHaveLength(2);
});

test('a connection that HAProxy ended while nobody spoke is not noticed', async () => {
  await socket.ask('a');
  connections[0]!.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await socket.ask('b')).toBe('b!\n');
});

test('one that ends in the middle of an answer fails that command alone', async () => {
  await socket.ask('a');
  answer = (command) => {
    if (command === 'b') connections.at(-1)!.end();
    return greetings.includes(command) ? '' : command;
  };
  await expect(socket.ask('b')).rejects.toMatchObject({ code: 'haproxy-silent' });
  expect(await socket.ask('c')).toBe('c');
});

test('where nobody answers, it knocks less and less often', async () => {
  server.close();
  const tries: number[] = [];
  for (; nowMs < 11_000; nowMs += 50) {
    const before = opened;
    await expect(socket.ask('a')).rejects.toThrow();
    if (opened > before) tries.push(nowMs - 1_000);
  }
  expect(tries).toEqual([0, 100, 300, 700, 1500, 3100, 5100, 7100, 9100]);
});

test('a process that was replaced is left for the one that answers now', async () => {
  const info = (pid: number, stopping: number) => `Pid: ${pid}\nStopping: ${stopping}\nIdle_pct: 90\n`;
  answer = (command) => (command === 'show info' ? info(connections.length, 0) : '');
  expect((await lookAt(socket)).process.pid).toBe(1);
  answer = (command) => (command === 'show info' ? info(connections.length, connections.length === 1 ? 1 : 0) : '');
  expect((await lookAt(socket)).process).toMatchObject({ pid: 2, stopping: false });
  await expect.poll(() => connections[0]!.closed).toBe(true);
});

test('once closed it stays closed', async () => {
  await socket.ask('a');
  socket.close();
  await expect(socket.ask('b')).rejects.toMatchObject({ code: 'haproxy-silent' });
});
