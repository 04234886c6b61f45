/**
 * Sends requests over connections of its own, with no queue: a request that finds
 * no idle connection opens one. As browsers do, it tries a GET once more when a
 * kept connection was closed just as it was used; a POST is never sent twice.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { createAnswerReader, type Answer, type AnswerReader } from './answer-reader.ts';
import { failureOf, type Failure } from './outcome.ts';

export interface Target {
  readonly ip: string;
  readonly port: number;
  /** The name that visitors write. */
  readonly host: string;
  /** With TLS: certificates (PEM) of the authority that is trusted. Empty: those that Node trusts. */
  readonly tls?: { readonly authority: string };
}

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string | undefined;
  readonly cookie?: string | undefined;
  /** On a connection of its own, closed afterwards. */
  readonly isNewcomer: boolean;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** `mayHaveArrived`: the request was written, so the server may have done what it asks. */
  | { readonly kind: 'failed'; readonly why: Failure; readonly mayHaveArrived: boolean };

export interface Client {
  send(ask: Ask, done: (outcome: Outcome) => void): Exchange;
  /** Closes kept connections that were idle for long. */
  tidy(nowMs: number): void;
  close(): void;
  /** What happened since the start. */
  readonly counts: { readonly opened: number; readonly retried: number };
}

/** A request on its way. */
export interface Exchange {
  /** Ends it as failed; nothing happens if it has ended. */
  abandon(why: Failure): void;
}

/** Chosen: below the 5 s after which common servers (Node, Apache) close, so that few requests meet a closing server. */
const keptIdleMs = 4000;

/** Chosen: a server that was told `Connection: close` and does not do it. */
const lingerMs = 2000;

interface Line {
  readonly socket: Socket;
  readonly reader: AnswerReader;
  /** Answers that were read from it. */
  served: number;
  isOpen: boolean;
  isUp: boolean;
  idleSinceMs: number;
  /** Set while a request is on it. */
  onEnd: ((result: 'done' | Failure) => void) | undefined;
}

export function createClient(target: Target): Client {
  const secureContext = target.tls === undefined ? undefined : contextOf(target.tls.authority);
  const requestText = requestWriter(target.host);
  let idle: Line[] = [];
  const lines = new Set<Line>();
  const counts = { opened: 0, retried: 0 };

  function openLine(): Line {
    counts.opened += 1;
    const socket =
      secureContext === undefined
        ? connectTcp({ host: target.ip, port: target.port })
        : connectTls({ host: target.ip, port: target.port, servername: target.host, secureContext });
    socket.setNoDelay(true);
    const line: Line = {
      socket,
      reader: createAnswerReader(),
      served: 0,
      isOpen: true,
      isUp: false,
      idleSinceMs: 0,
      onEnd: undefined,
    };
    lines.add(line);
    socket.once(secureContext === undefined ? 'connect' : 'secureConnect', () => (line.isUp = true));
    socket.on('data', (bytes: Buffer) => {
      const progress = line.onEnd === undefined ? 'garbled' : line.reader.push(bytes);
      if (progress === 'garbled') drop(line, 'garbled');
      else if (progress === 'done') line.onEnd?.('done');
    });
    socket.on('end', () => {
      if (line.onEnd !== undefined && line.reader.end() === 'done') line.onEnd('done');
      drop(line, 'reset');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => drop(line, failureOf(error.code)));
    socket.on('close', () => drop(line, 'reset'));
    return line;
  }

  function drop(line: Line, why: Failure): void {
    if (!line.isOpen) return;
    line.isOpen = false;
    lines.delete(line);
    line.socket.destroy();
    line.onEnd?.(why);
  }

  function takeIdle(): Line | undefined {
    for (let line = idle.pop(); line !== undefined; line = idle.pop()) if (line.isOpen) return line;
    return undefined;
  }

  function release(line: Line, ask: Ask): void {
    const { keepsOpen } = line.reader.answer;
    line.onEnd = undefined;
    line.served += 1;
    line.reader.reset();
    if (!line.isOpen) return;
    // The server closes first: the one who does keeps the port busy for a minute, and only the server has no lack of them.
    if (ask.isNewcomer) line.socket.setTimeout(lingerMs, () => drop(line, 'reset'));
    else if (keepsOpen) {
      line.idleSinceMs = performance.now();
      idle.push(line);
    } else drop(line, 'reset');
  }

  function send(ask: Ask, done: (outcome: Outcome) => void): Exchange {
    const text = requestText(ask);
    let line: Line;
    let isOver = false;
    attempt(ask.isNewcomer ? openLine() : (takeIdle() ?? openLine()));
    return {
      abandon(why) {
        if (!isOver) drop(line, why);
      },
    };

    function attempt(chosen: Line): void {
      line = chosen;
      line.onEnd = (result) => {
        if (result === 'done') {
          const { answer } = line.reader;
          release(line, ask);
          end({ kind: 'answered', answer });
          return;
        }
        line.onEnd = undefined;
        const { hasBegun } = line.reader;
        const wasClosedJustThen = result === 'reset' && line.served > 0 && !hasBegun;
        if (wasClosedJustThen && ask.method === 'GET') {
          counts.retried += 1;
          attempt(openLine());
        } else {
          const why = result === 'reset' && hasBegun ? 'cutShort' : result;
          end({ kind: 'failed', why, mayHaveArrived: line.isUp });
        }
      };
      line.socket.write(text, 'utf8');
    }

    function end(outcome: Outcome): void {
      isOver = true;
      done(outcome);
    }
  }

  return {
    send,
    counts,
    tidy(nowMs) {
      const old = idle.filter(({ idleSinceMs }) => nowMs - idleSinceMs > keptIdleMs);
      idle = idle.filter((line) => line.isOpen && nowMs - line.idleSinceMs <= keptIdleMs);
      for (const line of old) drop(line, 'reset');
    },
    close() {
      for (const line of [...lines]) drop(line, 'reset');
    },
  };
}

function contextOf(authority: string) {
  return createSecureContext(authority === '' ? {} : { ca: authority });
}

/** What is the same each time is put together once. */
function requestWriter(host: string): (ask: Ask) => string {
  const always = ` HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: spillway-rehearse\r\nAccept: */*\r\n`;
  return ({ method, path, body, cookie, isNewcomer }) => {
    const jar = cookie === undefined || cookie === '' ? '' : `Cookie: ${cookie}\r\n`;
    const last = isNewcomer ? 'Connection: close\r\n' : '';
    if (method === 'GET') return `GET ${path}${always}${jar}${last}\r\n`;
    const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
    const length = `Content-Length: ${Buffer.byteLength(body ?? '')}\r\n`;
    return `POST ${path}${always}${jar}${last}${type}${length}\r\n${body ?? ''}`;
  };
}
