/**
 * A machine's SSH server, in this process: it knows one client key, shows one
 * host key, and hands what it is sent to a shell of this host.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import type { Reach } from '../../src/ports/host.ts';
import type { KeyPair, Vault } from '../../src/ports/vault.ts';
import type { MachineName } from '../../src/model/ids.ts';

export interface Sshd {
  readonly reach: Reach;
  /** The commands that it was asked to run. */
  readonly commands: readonly string[];
  readonly connections: readonly Connection[];
  /** What is done to a script before the shell gets it. */
  rewrite: (script: string) => string;
  close(): Promise<void>;
}

export async function openSshd(vault: Vault, name: string, hostKey: KeyPair): Promise<Sshd> {
  const connections: Connection[] = [];
  const commands: string[] = [];
  const known = ssh2.utils.parseKey(vault.clientKey().public);
  if (known instanceof Error) throw known;
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.push(connection);
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      if (attempt.method !== 'publickey' || !attempt.key.data.equals(known.getPublicSSH()))
        attempt.reject(['publickey']);
      else attempt.accept();
    });
    connection.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      const socket = connect(socketPath);
      socket.on('error', () => reject());
      socket.on('connect', () => {
        const channel = accept();
        channel.pipe(socket).pipe(channel);
        channel.on('close', () => socket.destroy());
        socket.on('close', () => channel.close());
      });
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const socket = connect(destPort, destIP);
      socket.on('error', () => reject());
      socket.on('connect', () => {
        const channel = accept();
        channel.pipe(socket).pipe(channel);
        channel.on('close', () => socket.destroy());
        socket.on('close', () => channel.close());
      });
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptCommand, _reject, { command }) => {
        commands.push(command);
        const stream = acceptCommand();
        let script = '';
        stream.on('data', (chunk: Buffer) => (script += chunk.toString()));
        stream.on('end', () => {
          const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
          stream.on('close', () => shell.kill());
          shell.stdout.on('data', (chunk: Buffer) => stream.write(chunk));
          shell.stderr.on('data', (chunk: Buffer) => stream.stderr.write(chunk));
          shell.on('close', (code, signal) => {
            if (code === null) stream.exit((signal ?? 'SIGTERM').slice(3));
            else stream.exit(code);
            stream.close();
          });
          shell.stdin.on('error', () => undefined);
          shell.stdin.end(sshd.rewrite(script));
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sshd: Sshd = {
    reach: { machine: name as MachineName, host: '127.0.0.1', port },
    commands,
    connections,
    rewrite: (script) => script,
    async close() {
      for (const connection of connections) connection.end();
      server.close();
      await once(server, 'close');
    },
  };
  return sshd;
}
