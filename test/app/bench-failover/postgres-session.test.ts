/** The little of PostgreSQL's protocol that the measurement speaks, with a server of which every byte is written here. */
import { duplexPair, type Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { connectPostgres } from '../../../src/app/bench/failover/patroni/postgres-session.ts';

const account = { user: 'ledger', database: 'ledger' };
const patience = { connectMs: 5_000, writeMs: 5_000 };

function message(type: string, body: Buffer | string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + Buffer.byteLength(body), 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

function row(text: string): Buffer {
  const head = Buffer.alloc(6);
  head.writeInt16BE(1);
  head.writeInt32BE(text.length, 2);
  return message('D', Buffer.concat([head, Buffer.from(text)]));
}

const ready = message('Z', 'I');
const settings = (standby: string) => [
  message('R', Buffer.alloc(4)),
  message('S', `in_hot_standby\0${standby}\0`),
  message('S', 'default_transaction_read_only\0off\0'),
  ready,
];

/** Says each answer in turn, as it is asked; what it was told stays. */
function server(...answers: readonly (readonly Buffer[])[]): { open: () => Promise<Duplex>; told: Buffer[] } {
  const [near, far] = duplexPair();
  const told: Buffer[] = [];
  let at = 0;
  far.on('data', (chunk: Buffer) => {
    told.push(chunk);
    // A byte at a time: where one message ends is for the reader to find.
    for (const byte of Buffer.concat(answers[at++] ?? [])) far.write(Buffer.of(byte));
  });
  return { open: () => Promise.resolve(near), told };
}

test('it says who it is, and hears whether writes are taken', async () => {
  const { open, told } = server(settings('off'));
  expect((await connectPostgres(open, account, patience)).takesWrites).toBe(true);
  expect(told[0]!.readInt32BE()).toBe(told[0]!.length);
  expect(told[0]!.toString('latin1', 8)).toBe('user\0ledger\0database\0ledger\0\0');
  expect((await connectPostgres(server(settings('on')).open, account, patience)).takesWrites).toBe(false);
});

test('a write is acknowledged, and ids are read', async () => {
  const rows = [message('T', Buffer.alloc(2)), row('7'), row('1234'), message('C', 'SELECT 2\0'), ready];
  const { open, told } = server(settings('off'), [message('C', 'INSERT 0 1\0'), ready], rows);
  const session = await connectPostgres(open, account, patience);
  await session.write('INSERT 7');
  expect(told[1]!.toString('latin1')).toBe('Q\0\0\0\rINSERT 7\0');
  expect(await session.numbers('SELECT id', 5_000)).toEqual([7, 1234]);
  expect(session.isOver()).toBe(false);
});

test('a refusal is told in the server’s words, and so is one at the door', async () => {
  const refusal = message('E', 'SERROR\0C25006\0Mread-only\0\0');
  const session = await connectPostgres(server(settings('off'), [refusal, ready]).open, account, patience);
  await expect(session.write('INSERT 1')).rejects.toThrow('25006');
  expect(session.isOver()).toBe(true);
  const starting = server([message('E', 'C57P03\0Mstarting up\0\0')]);
  await expect(connectPostgres(starting.open, account, { ...patience, connectMs: 100 })).rejects.toThrow();
});

test('who is not answered gives up', async () => {
  const session = await connectPostgres(server(settings('off')).open, account, { ...patience, writeMs: 50 });
  await expect(session.write('INSERT 1')).rejects.toThrow('no answer');
  expect(session.isOver()).toBe(true);
});
