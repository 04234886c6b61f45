/**
 * One kept connection to HAProxy's runtime socket, in interactive mode: a
 * connection a command would cost HAProxy and the session more than the command.
 */
import type { Duplex } from 'node:stream';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../within.ts';

export interface HaproxySocket {
  /** One command, one answer; those asked at once go one after the other. Refused by HAProxy, it throws what HAProxy says. */
  ask(command: string): Promise<string>;
  /** To be asked before a command that changes something: throws when others have taken the balancer over. */
  permit(): Promise<void>;
  /** The next command gets a new connection, and with it the process that answers now. */
  renew(): void;
  close(): void;
}

export interface SocketSettings {
  readonly balancer: MachineName;
  readonly open: () => Promise<Duplex>;
  readonly clock: Clock;
  /** HAProxy itself does not know of terms. */
  readonly permit?: () => Promise<void>;
  readonly timeoutMs?: number;
}

/** Chosen: HAProxy answers in a millisecond; one that takes two seconds has other sorrows. */
const usualTimeoutMs = 2_000;
/** Chosen: not to knock at a dead machine all the time, and to be back within two seconds. */
const [leastBackOffMs, mostBackOffMs] = [100, 2_000];
const prompt = '\n> ';
/** Answers then say by a number how serious they are. The kept connection outlives pauses of an hour. */
const greetings = ['prompt', 'set severity-output number', 'set timeout cli 1h'];

interface Connection {
  readonly exchange: (command: string) => Promise<string>;
  readonly end: () => void;
}

export function haproxySocket(settings: SocketSettings): HaproxySocket {
  const { balancer, open, clock, permit = () => Promise.resolve(), timeoutMs = usualTimeoutMs } = settings;
  let connection: Connection | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failed = { times: 0, atMs: 0, error: undefined as unknown };
  let closed = false;

  const leave = () => {
    connection?.end();
    connection = undefined;
  };

  async function connected(): Promise<Connection> {
    if (connection !== undefined) return connection;
    const backOffMs = Math.min(mostBackOffMs, leastBackOffMs * 2 ** (failed.times - 1));
    if (failed.times > 0 && clock.now() - failed.atMs < backOffMs) throw failed.error;
    const opening = open();
    const late = () => noAnswer(balancer, timeoutMs);
    try {
      const fresh = converse(balancer, await within(opening, timeoutMs, late), timeoutMs, () => {
        if (connection === fresh) connection = undefined;
      });
      connection = fresh;
      for (const greeting of greetings) await fresh.exchange(greeting);
      failed = { ...failed, times: 0 };
      return fresh;
    } catch (error) {
      leave();
      // One that opens after its time is of no use any more.
      opening.then((stream) => stream.destroy()).catch(() => undefined);
      failed = { times: failed.times + 1, atMs: clock.now(), error };
      throw error;
    }
  }

  async function exchange(command: string): Promise<string> {
    if (closed) throw silent(balancer, 'its connection was closed');
    const { exchange: say } = await connected();
    try {
      return accepted(balancer, command, await say(command));
    } catch (error) {
      // What comes now would be the answer to a question that nobody waits for any more.
      if (error instanceof SpillwayError && error.code === 'haproxy-silent') leave();
      throw error;
    }
  }

  return {
    ask(command) {
      const answer = last.then(() => exchange(command));
      last = answer.catch(() => undefined);
      return answer;
    },
    permit,
    renew: leave,
    close() {
      closed = true;
      leave();
    },
  };
}

/** An answer ends with the prompt. None of HAProxy's tables holds it, so it need not be looked for inside. */
function converse(balancer: MachineName, stream: Duplex, timeoutMs: number, onClose: () => void): Connection {
  let heard = '';
  let waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;
  const lose = (why: string) => {
    waiting?.reject(silent(balancer, why));
    waiting = undefined;
    onClose();
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    heard += text;
    if (!heard.endsWith(prompt)) return;
    waiting?.resolve(heard.slice(0, -prompt.length));
    waiting = undefined;
    heard = '';
  });
  stream.on('error', (error: Error) => lose(error.message));
  stream.on('end', () => lose('it ended the connection'));
  stream.on('close', () => lose('the connection closed'));
  return {
    exchange(command) {
      const answer = new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject };
        stream.write(`${command}\n`);
      });
      return within(answer, timeoutMs, () => noAnswer(balancer, timeoutMs));
    },
    end: () => stream.destroy(),
  };
}

const noAnswer = (balancer: MachineName, timeoutMs: number) => silent(balancer, `no answer within ${timeoutMs} ms`);

/** `[6]: ` is information; from 4 on it is a warning or none at all. */
function accepted(balancer: MachineName, command: string, answer: string): string {
  const [, severity, says = answer] = /^\[(\d)\]: ([^]*)$/.exec(answer) ?? [];
  if ((severity === undefined || Number(severity) >= 4) && !says.startsWith('Unknown command')) return says;
  throw new SpillwayError({
    code: 'haproxy-refused',
    message: `HAProxy on ${balancer} refused \`${command}\`: ${says.trim().split('\n')[0] ?? ''}`,
    mend: 'the next look at it decides anew; if it goes on, its configuration is not the one that Spillway wrote',
  });
}

function silent(balancer: MachineName, why: string): SpillwayError {
  return new SpillwayError({
    code: 'haproxy-silent',
    message: `HAProxy’s runtime socket on ${balancer} does not answer: ${why}`,
    mend: 'see `spillway status`; traffic flows without it',
  });
}
