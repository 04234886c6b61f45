/**
 * Machines that only tell of themselves: each has an SSH server of its own in this process, with the words of
 * `machineScript` once a second, and a balancer’s has HAProxy’s answers too. What is behind the words is imagined.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { MachineName } from '../../model/ids.ts';
import type { Vault } from '../../ports/vault.ts';

export interface TellingMachine {
  readonly name: MachineName;
  /** What its script prints in that second. */
  readonly line: (second: number) => string;
  /** What HAProxy answers there; absent where none runs. */
  readonly answer?: (command: string) => string;
}

export interface Telling {
  readonly ports: ReadonlyMap<MachineName, number>;
  /** Lines told and questions answered so far. */
  readonly counts: { readonly lines: number; readonly answers: number };
  close(): Promise<void>;
}

const everyMs = 1_000;

export async function tellingMachines(vault: Vault, machines: readonly TellingMachine[]): Promise<Telling> {
  const counts = { lines: 0, answers: 0 };
  const known = ssh2.utils.parseKey(vault.clientKey().public);
  if (known instanceof Error) throw known;
  const connections = new Set<ssh2.Connection>();
  const servers = await Promise.all(
    machines.map(async (machine) => {
      const server = new ssh2.Server({ hostKeys: [vault.hostKey(machine.name).private] }, (connection) => {
        connections.add(connection);
        // As OpenSSH's server does. ssh2's server has it too, and its types do not say so.
        (connection as ssh2.Connection & Pick<ssh2.Client, 'setNoDelay'>).setNoDelay(true);
        connection.on('close', () => connections.delete(connection));
        // Whoever listens goes when it has heard enough.
        connection.on('error', () => undefined);
        connection.on('authentication', (attempt) => {
          if (attempt.method === 'publickey' && attempt.key.data.equals(known.getPublicSSH())) attempt.accept();
          else attempt.reject(['publickey']);
        });
        connection.on('openssh.streamlocal', (accept, reject) => {
          const { answer } = machine;
          if (answer === undefined) reject();
          else converse(accept(), (command) => (counts.answers++, answer(command)));
        });
        connection.on('session', (accept) => {
          accept().on('exec', (acceptCommand, _, { command }) => {
            const channel = acceptCommand();
            if (command.includes('bash')) tell(channel, machine, () => counts.lines++);
            else agree(channel);
          });
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { name: machine.name, server };
    }),
  );
  return {
    counts,
    ports: new Map(servers.map(({ name, server }) => [name, (server.address() as AddressInfo).port])),
    async close() {
      for (const connection of connections) connection.end();
      await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** The script that is sent is not run: its words are known. */
function tell(channel: Duplex, { line }: TellingMachine, count: () => void): void {
  let second = 0;
  const timer = setInterval(() => {
    channel.write(`${line(second++)}\n`);
    count();
  }, everyMs);
  channel.resume();
  channel.on('close', () => clearInterval(timer));
}

/** To whatever else it is told. */
function agree(channel: ssh2.ServerChannel): void {
  channel.resume();
  channel.exit(0);
  channel.end();
}

function converse(channel: Duplex, answer: (command: string) => string): void {
  let heard = '';
  channel.setEncoding('utf8');
  channel.on('data', (text: string) => {
    const lines = (heard + text).split('\n');
    heard = lines.pop() ?? '';
    for (const command of lines) channel.write(`${answer(command)}\n> `);
  });
}
