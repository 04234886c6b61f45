/** What a line of a database's watch says. */
import { describe, expect, test } from 'vitest';
import type { ToldByDatabase } from '../../../src/model/database-observation.ts';
import { readTold, type Line } from '../../../src/runtime/failover/read-told.ts';

const primary = 'at=12.50 own=0,+0-1-99,+,+1 replicas=1 beats=0';
const replica =
  'at=12.50 own=1,+0-1-98,+0-1-98,+0 replicas=0 beats=12 host=10.0.0.9 io=Yes sql=Yes read=1234 received=0-1-99';

describe('one line', () => {
  const told = (line: string): ToldByDatabase | undefined => readTold(line, undefined, 5_000)?.told;
  const serverOf = (line: string) => told(line)?.server;

  test('of a primary', () => {
    expect(told(primary)).toEqual({
      atMs: 5_000,
      server: { isReadOnly: false, written: 99, waits: { on: true, replicas: 1 } },
    });
  });

  test('of a replica', () => {
    expect(told(replica)).toEqual({
      atMs: 5_000,
      server: {
        isReadOnly: true,
        written: 98,
        waits: { on: false, replicas: 0 },
        following: { host: '10.0.0.9', hears: true, heardAtMs: 5_000, applies: true, received: 99, applied: 98 },
      },
    });
  });

  test('of one that fetches all from time to time: it heard from the other then, and has all until then', () => {
    const line = 'at=1 own=1,+,+,+0 host=10.0.0.9 io=Yes sql=Yes received=0-1-1767222000 ago=3';
    expect(serverOf(line)?.following).toMatchObject({
      heardAtMs: 1_000,
      copiedAtMs: 1_000,
      received: 1_767_222_000,
    });
  });

  test.each<[string, string]>([
    ['nothing at all', ''],
    ['a greeting of the machine', 'Linux database-1 6.12.0'],
    ['a line without its time', 'own=0,+0-1-99,+,+1'],
  ])('says nothing: %s', (_, line) => {
    expect(told(line)).toBeUndefined();
  });

  test.each<[string, string]>([
    ['the server did not answer', 'at=12.50 '],
    ['it stopped in the midst of its answer', 'at=12.50 own=0,+0-1-9'],
  ])('says that the machine is there, and no more: %s', (_, line) => {
    expect(told(line)).toEqual({ atMs: 5_000 });
  });

  test.each<[string, string, number]>([
    ['nothing was written yet', '+', 0],
    ['by whoever was the primary', '+0-2-7', 7],
    ['of several servers the furthest', '+0-1-99,0-2-101', 101],
    ['of another domain nothing counts', '+1-1-500,0-1-99', 99],
  ])('positions: %s', (_, position, sequence) => {
    expect(serverOf(`at=1 own=0,${position},+,+0`)?.written).toBe(sequence);
    expect(serverOf(replica.replace('own=1,+0-1-98,+0-1-98', `own=1,+,${position}`))?.following?.applied).toBe(
      sequence,
    );
    expect(serverOf(replica.replace('0-1-99', position.slice(1)))?.following?.received).toBe(sequence);
  });

  test.each([
    ['io=Yes', { hears: true }],
    ['io=Connecting', { hears: false }],
    ['io=No', { hears: false }],
    ['sql=No', { applies: false }],
  ])('of its threads: %s', (word, says) => {
    const [thread = ''] = word.split('=');
    expect(serverOf(replica.replace(`${thread}=Yes`, word))?.following).toMatchObject(says);
  });
});

describe('line after line: when it heard from its primary', () => {
  const heardAt = (...lines: readonly string[]) => {
    let line: Line | undefined;
    return lines.map((text, index) => {
      line = readTold(text, line, 1_000 * (index + 1));
      return line?.told.server?.following?.heardAtMs;
    });
  };
  const beats = (count: number) => replica.replace('beats=12', `beats=${count}`);

  test.each<[string, readonly string[], readonly (number | undefined)[]]>([
    ['not since its counts stand still', [replica, replica, replica], [1_000, 1_000, 1_000]],
    ['a heartbeat', [replica, beats(13), beats(13)], [1_000, 2_000, 2_000]],
    ['a write', [replica, replica.replace('0-1-99', '0-1-100')], [1_000, 2_000]],
    ['more of a long write', [replica, replica.replace('read=1234', 'read=9999')], [1_000, 2_000]],
    ['it began to count anew', [beats(99), beats(0)], [1_000, 2_000]],
    [
      'what it heard before it did not answer for once is not news',
      [replica, 'at=13', replica],
      [1_000, undefined, 1_000],
    ],
  ])('%s', (_, lines, expected) => {
    expect(heardAt(...lines)).toEqual(expected);
  });
});
