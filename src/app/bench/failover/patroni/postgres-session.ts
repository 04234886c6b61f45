/**
 * One connection to PostgreSQL as the ledger wants it, by what there is of the protocol (3.0) in simple queries of an
 * account without a password: https://www.postgresql.org/docs/15/protocol-message-formats.html
 */
import type { Duplex } from 'node:stream';
import { openWithin, within, type Patience } from '../../../../rehearse/ledger/patience.ts';
import type { SqlSession } from '../../../../rehearse/ledger/session.ts';

export interface PostgresSession extends SqlSession {
  /** As the server said when it let us in. */
  readonly takesWrites: boolean;
}

export interface Account {
  readonly user: string;
  readonly database: string;
}

export function connectPostgres(
  open: () => Promise<Duplex>,
  account: Account,
  { connectMs, writeMs }: Patience,
): Promise<PostgresSession> {
  return openWithin(connectMs, open, (stream) => greeted(stream, account, writeMs));
}

async function greeted(stream: Duplex, { user, database }: Account, writeMs: number): Promise<PostgresSession> {
  // What befalls it while nothing is asked shows when something is.
  stream.on('error', () => undefined);
  const messages = messagesOf(stream);
  stream.write(startup({ user, database }));
  const { settings } = await answer(messages);
  let isOver = false;
  const abandon = () => {
    isOver = true;
    stream.destroy();
  };
  const ask = async (sql: string, withinMs: number): Promise<readonly string[]> => {
    stream.write(message('Q', Buffer.from(`${sql}\0`)));
    try {
      return (await within(withinMs, answer(messages))).firstColumn;
    } catch (error) {
      abandon();
      throw error;
    }
  };
  return {
    takesWrites: settings.get('in_hot_standby') === 'off' && settings.get('default_transaction_read_only') === 'off',
    async write(sql) {
      await ask(sql, writeMs);
    },
    numbers: async (sql, withinMs) => (await ask(sql, withinMs)).map(Number),
    isOver: () => isOver,
    abandon,
  };
}

const protocol = 196_608;

function startup(settings: Record<string, string>): Buffer {
  const words = Object.entries(settings).flatMap(([name, value]) => [name, value]);
  const body = Buffer.from(`${words.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + body.length, 0);
  head.writeInt32BE(protocol, 4);
  return Buffer.concat([head, body]);
}

/** A byte that says what it is, then the length of all the rest. */
const headBytes = 5;

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.write(type, 0);
  head.writeInt32BE(headBytes - 1 + body.length, 1);
  return Buffer.concat([head, body]);
}

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

async function* messagesOf(stream: Duplex): AsyncGenerator<Message, undefined> {
  let kept = Buffer.alloc(0);
  for await (const chunk of stream) {
    kept = Buffer.concat([kept, chunk as Buffer]);
    for (let end = endOfFirst(kept); end <= kept.length; end = endOfFirst(kept)) {
      yield { type: kept.toString('latin1', 0, 1), body: kept.subarray(headBytes, end) };
      kept = kept.subarray(end);
    }
  }
  return undefined;
}

const endOfFirst = (bytes: Buffer) => (bytes.length < headBytes ? Infinity : 1 + bytes.readInt32BE(1));

interface Answer {
  readonly firstColumn: readonly string[];
  readonly settings: ReadonlyMap<string, string>;
}

/** All that comes until the server waits for the next query. */
async function answer(messages: AsyncGenerator<Message, undefined>): Promise<Answer> {
  const firstColumn: string[] = [];
  const settings = new Map<string, string>();
  let refusal: string | undefined;
  for (;;) {
    const { value } = await messages.next();
    switch (value?.type) {
      case undefined:
        throw new Error(refusal ?? 'the server hung up');
      case 'S': {
        const [name = '', setting = ''] = value.body.toString().split('\0');
        settings.set(name, setting);
        break;
      }
      case 'D':
        // How many columns there are (two bytes), then each one's length and bytes.
        firstColumn.push(value.body.toString('utf8', 6, 6 + value.body.readInt32BE(2)));
        break;
      case 'E':
        refusal = value.body.toString().replaceAll('\0', ' ').trim();
        break;
      case 'Z':
        if (refusal !== undefined) throw new Error(refusal);
        return { firstColumn, settings };
    }
  }
}
