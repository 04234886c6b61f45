/** Channels of a session that stay open: to a socket on the machine, and from a script that goes on. */
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { SpillwayError } from '../model/errors.ts';
import type { MachineName } from '../model/ids.ts';
import type { Streaming } from '../ports/host.ts';
import { sessionLost } from './session-lost.ts';

export function socketThrough(session: Promise<Client>, machine: MachineName, path: string): Promise<Duplex> {
  return channelThrough(session, machine, `at ${path} on ${machine}`, (client, opened) =>
    client.openssh_forwardOutStreamLocal(path, opened),
  );
}

export function tcpThrough(
  session: Promise<Client>,
  machine: MachineName,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Duplex> {
  // The origin is for the machine's log alone.
  return channelThrough(session, machine, `at ${host}:${port} for ${machine}`, (client, opened) =>
    client.forwardOut('127.0.0.1', 0, host, port, opened),
  );
}

async function channelThrough(
  session: Promise<Client>,
  machine: MachineName,
  where: string,
  open: (client: Client, opened: (error: Error | undefined, channel: ClientChannel) => void) => void,
): Promise<Duplex> {
  const client = await session;
  return new Promise((resolve, reject) => {
    const lose = () => reject(sessionLost(machine, 'the connection closed', undefined));
    client.once('close', lose);
    whileOpen(machine, reject, () => {
      open(client, (error, channel) => {
        client.off('close', lose);
        if (error === undefined) resolve(channel);
        else reject(nothingAnswers(where, error));
      });
    });
  });
}

export function streamThrough(
  session: Promise<Client>,
  machine: MachineName,
  script: string,
  onLine: (line: string) => void,
): Streaming {
  let channel: ClientChannel | undefined;
  let stopped = false;
  const follow = (client: Client) =>
    new Promise<void>((resolve, reject) => {
      const lose = () => reject(sessionLost(machine, 'the connection closed', undefined));
      const end = () => {
        client.off('close', lose);
        resolve();
      };
      client.once('close', lose);
      whileOpen(machine, reject, () => {
        client.exec('exec bash -s', (error, opened) => {
          if (error !== undefined) {
            client.off('close', lose);
            reject(sessionLost(machine, error.message, error));
            return;
          }
          channel = opened;
          // What it complains of nobody reads, and unread it would halt the script.
          opened.stderr.resume();
          createInterface({ input: opened }).on('line', onLine);
          opened.on('close', end).end(script);
          if (stopped) opened.close();
        });
      });
    });
  return {
    ended: session.then((client) => (stopped ? undefined : follow(client))),
    stop() {
      stopped = true;
      channel?.close();
    },
  };
}

/** Between the end of a connection and the event that tells it, ssh2 throws. */
function whileOpen(machine: MachineName, reject: (error: Error) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    reject(sessionLost(machine, 'the connection closed', error));
  }
}

function nothingAnswers(where: string, cause: Error): SpillwayError {
  return new SpillwayError({
    code: 'socket-refused',
    message: `nothing answers ${where}: ${cause.message}`,
    mend: 'see `spillway status`; `spillway up` starts what should run there',
    cause,
  });
}
