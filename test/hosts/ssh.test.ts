/** Sessions: pinned, kept, lost and opened again; and what comes back of a script. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHosts } from '../../src/hosts/index.ts';
import { stateFolder } from '../../src/hosts/inspect-script.ts';
import type { MachineName } from '../../src/model/ids.ts';
import { mark } from '../../src/model/secrets.ts';
import type { Hosts, Reach } from '../../src/ports/host.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Vault } from '../../src/ports/vault.ts';
import { generateKeyPair } from '../../src/store/ssh-keys.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { emptyRecipe, fileChange, taskChange } from './changes.ts';
import { openSshd, type Sshd } from './sshd.ts';

const machine = 'web-1' as MachineName;
const password = { kind: 'password', name: 'app' } as const;

let folder: string;
let store: Store;
let vault: Vault;
let hosts: Hosts;
let sshd: Sshd;
let reach: Reach;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-ssh-'));
  store = openSqliteStore(join(folder, 'state.sqlite'));
  vault = createVault(store, 'test');
  hosts = createHosts(vault, 'test' as never);
  sshd = await openSshd(vault, machine, vault.hostKey(machine));
  sshd.rewrite = (script) => script.replaceAll(stateFolder, join(folder, 'state'));
  reach = sshd.reach;
});

afterEach(async () => {
  hosts.close();
  await sshd.close();
  store.close();
  rmSync(folder, { recursive: true });
});

test('a script’s output, errors and exit code come back', async () => {
  expect(await hosts.run(reach, 'echo out; echo err >&2; exit 3')).toEqual({
    stdout: 'out\n',
    stderr: 'err\n',
    exitCode: 3,
  });
  expect(await hosts.run(reach, 'kill -KILL $$')).toMatchObject({ exitCode: -1 });
});

test('many runs, one connection', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => hosts.run(reach, `echo ${n}`)));
  expect(all.map(({ stdout }) => stdout.trim())).toEqual(all.map((_, n) => String(n)));
  await hosts.run(reach, 'true');
  expect(sshd.connections).toHaveLength(1);
});

test('nothing of a script stands in the command that runs it', async () => {
  await hosts.run(reach, 'echo secret-word');
  await hosts.apply(reach, 'app', [fileChange(join(folder, 'a'), mark(password))]);
  expect(sshd.commands).toHaveLength(2);
  expect(sshd.commands.join()).not.toMatch(new RegExp(`secret-word|${vault.reveal(password)}`));
});

test('a host key that is not the pinned one is refused, before anything is said', async () => {
  const other = await openSshd(vault, machine, generateKeyPair('other'));
  await expect(hosts.run(other.reach, 'true')).rejects.toMatchObject({ code: 'host-key-changed' });
  expect(await hosts.inspect(other.reach, [])).toMatchObject({
    reachable: false,
    why: expect.stringContaining('host key') as string,
  });
  expect(other.commands).toEqual([]);
  await other.close();
  // It did not spoil the way to the right one.
  expect(await hosts.run(reach, 'echo right')).toMatchObject({ stdout: 'right\n' });
});

test('each machine has a host key of its own', async () => {
  const other = 'web-2' as MachineName;
  await expect(hosts.run({ ...reach, machine: other }, 'true')).rejects.toMatchObject({ code: 'host-key-changed' });
});

test('a machine that does not answer is a fact', async () => {
  await sshd.close();
  expect(await hosts.inspect(reach, [])).toMatchObject({ reachable: false });
  await expect(hosts.run(reach, 'true')).rejects.toMatchObject({ code: 'machine-unreachable' });
  sshd = await openSshd(vault, machine, vault.hostKey(machine));
});

test('an answer that stops in the middle is no observation', async () => {
  sshd.rewrite = (script) => script.replace('echo end', 'echo en');
  expect(await hosts.inspect(reach, [emptyRecipe])).toMatchObject({ reachable: false });
});

test('a session that is lost is told, and the next call opens another', async () => {
  const running = hosts.run(reach, 'echo begun; sleep 60');
  await expect.poll(() => sshd.commands.length).toBe(1);
  sshd.connections[0]!.end();
  await expect(running).rejects.toMatchObject({ code: 'session-lost' });
  expect(await hosts.run(reach, 'echo again')).toMatchObject({ stdout: 'again\n' });
  expect(sshd.connections).toHaveLength(2);
});

test('a session that was lost while nobody used it is not noticed', async () => {
  await hosts.run(reach, 'true');
  sshd.connections[0]!.end();
  // Whether the loss is known yet or not, a call that reads may be made again.
  const again = await hosts.run(reach, 'echo again').catch(() => hosts.run(reach, 'echo again'));
  expect(again.stdout).toBe('again\n');
});

test('a command that takes too long is given up, at once and for good', async () => {
  const began = Date.now();
  await expect(hosts.run(reach, 'sleep 60', 300)).rejects.toMatchObject({
    code: 'no-answer',
    message: expect.stringContaining('0.3 s') as string,
  });
  expect(Date.now() - began).toBeLessThan(5000);
  // In the very next instant the old session must not be met.
  expect(await hosts.run(reach, 'echo again')).toMatchObject({ stdout: 'again\n' });
});

test('a question that is given up does not end what else is under way on its machine', async () => {
  const flag = join(folder, 'flag');
  const working = hosts.run(reach, `until [ -e ${flag} ]; do sleep 0.05; done; echo done`);
  await expect.poll(() => sshd.commands.length).toBe(1);
  await expect(hosts.run(reach, 'sleep 60', 300)).rejects.toMatchObject({ code: 'no-answer' });
  await hosts.run(reach, `touch ${flag}`);
  expect(await working).toMatchObject({ stdout: 'done\n' });
  expect(sshd.connections).toHaveLength(1);
});

test('a forgotten session does not take the new one with it', async () => {
  await hosts.run(reach, 'true');
  hosts.forget(machine);
  await hosts.run(reach, 'true');
  // The old one has closed by now, and its end has been told.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await hosts.run(reach, 'true');
  expect(sshd.connections).toHaveLength(2);
});

test('changes are made one run at a time', async () => {
  await hosts.apply(reach, 'app', [taskChange('t', 'true')]);
  expect(sshd.commands).toEqual([expect.stringMatching(/^exec flock -o -w 600 -E 75 \/run\/spillway\.lock sh -s$/)]);
});

test('a run that waited too long for another one says so', async () => {
  sshd.rewrite = () => 'exit 75';
  await expect(hosts.apply(reach, 'app', [taskChange('t', 'true')])).rejects.toMatchObject({ code: 'machine-busy' });
});

test('secrets are filled in on the way', async () => {
  await hosts.apply(reach, 'app', [fileChange(join(folder, 'a'), `password = ${mark(password)}\n`)]);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe(`password = ${vault.reveal(password)}\n`);
});

test('a change that fails is named, with the last that it said', async () => {
  const changes = [
    taskChange('one', 'true'),
    taskChange('two', 'seq 100 >&2; exit 1'),
    fileChange(join(folder, 'a'), ''),
  ];
  const error = await hosts.apply(reach, 'app', changes).catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({
    code: 'change-failed',
    message: expect.stringMatching(/web-1, role app: task two failed\n89\n/) as string,
  });
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test('an error shows no secret, though the machine repeats one', async () => {
  const file = join(folder, 'a');
  await hosts.apply(reach, 'app', [fileChange(file, mark(password))]);
  const failing = hosts.apply(reach, 'app', [taskChange('tells', `cat ${file} >&2; exit 1`)]);
  const error = await failing.catch((reason: unknown) => reason as Error);
  expect((error as Error).message).toContain(mark(password));
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(vault.reveal(password));
});

test('a socket on the machine is spoken to over the same connection', async () => {
  const path = join(folder, 'echo.sock');
  const server = createServer((socket) => socket.pipe(socket)).listen(path);
  await once(server, 'listening');
  await hosts.run(reach, 'true');
  const socket = await hosts.openSocket(reach, path);
  socket.write('is anybody there?');
  expect(String((await once(socket, 'data'))[0])).toBe('is anybody there?');
  const ended = once(socket, 'close');
  socket.destroy();
  await ended;
  server.close();
  expect(sshd.connections).toHaveLength(1);
});

test('a socket at which nothing listens is refused, and the session is none the worse', async () => {
  await expect(hosts.openSocket(reach, join(folder, 'none.sock'))).rejects.toMatchObject({ code: 'socket-refused' });
  expect(await hosts.run(reach, 'echo still')).toMatchObject({ stdout: 'still\n' });
});

test('a host that the machine knows is spoken to over the same connection', async () => {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await hosts.run(reach, 'true');
  const socket = await hosts.openTcp(reach, 'localhost', port);
  socket.write('is anybody there?');
  expect(String((await once(socket, 'data'))[0])).toBe('is anybody there?');
  const gone = new Promise((resolve) => server.once('close', resolve));
  server.close();
  // Who abandons it does not wait for a farewell.
  socket.destroy();
  await gone;
  expect(sshd.connections).toHaveLength(1);
});

test('a port on which nobody answers is refused, and the session is none the worse', async () => {
  await expect(hosts.openTcp(reach, 'localhost', 1)).rejects.toMatchObject({ code: 'socket-refused' });
  expect(await hosts.run(reach, 'echo still')).toMatchObject({ stdout: 'still\n' });
});

test('a script that goes on hands over its lines as they come, until it is stopped', async () => {
  const lines: string[] = [];
  const streaming = hosts.stream(reach, 'n=0; while echo "line $((n += 1))"; do sleep 0.05; done', (line) =>
    lines.push(line),
  );
  await expect.poll(() => lines.length).toBeGreaterThan(3);
  streaming.stop();
  await streaming.ended;
  const heard = lines.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(lines).toEqual(Array.from({ length: heard }, (_, n) => `line ${n + 1}`));
});

test('a script that is stopped before it began does not begin', async () => {
  const streaming = hosts.stream(reach, 'echo begun', () => expect.unreachable());
  streaming.stop();
  await streaming.ended;
});

test('a script whose session is lost says so', async () => {
  const lines: string[] = [];
  const streaming = hosts.stream(reach, 'while echo x; do sleep 0.05; done', (line) => lines.push(line));
  await expect.poll(() => lines.length).toBeGreaterThan(0);
  sshd.connections[0]!.end();
  await expect(streaming.ended).rejects.toMatchObject({ code: 'session-lost' });
});

test('close ends every session', async () => {
  await hosts.run(reach, 'true');
  const ended = once(sshd.connections[0]!, 'close');
  hosts.close();
  await ended;
});

test('close ends a session to a machine that does not end it as well', async () => {
  // Carries all but the end, as a machine does that was removed; that nobody is there any more shows when it speaks.
  const road = createServer({ allowHalfOpen: true }, (side) => {
    const other = connect(reach.port, reach.host);
    side.on('data', (chunk: Buffer) => other.write(chunk));
    other.on('data', (chunk: Buffer) => side.write(chunk));
    for (const one of [side, other]) one.on('error', () => undefined);
    side.on('end', () => {
      for (const afterMs of [100, 200, 300]) setTimeout(() => side.write('x'), afterMs).unref();
    });
  });
  await new Promise<void>((resolve) => road.listen(0, '127.0.0.1', resolve));
  const closed = new Promise((resolve) => road.once('connection', (side) => side.once('close', resolve)));
  await hosts.run({ ...reach, host: '127.0.0.1', port: (road.address() as AddressInfo).port }, 'true');
  hosts.close();
  await closed;
  road.close();
});
