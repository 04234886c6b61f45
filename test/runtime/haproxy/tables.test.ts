/** What HAProxy 2.6 said, read. The texts are its own, of a backend with servers in every state. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInfo } from '../../../src/runtime/haproxy/info.ts';
import { readServersState } from '../../../src/runtime/haproxy/servers-state.ts';
import { readStat } from '../../../src/runtime/haproxy/stat.ts';
import { byCommas } from '../../../src/runtime/haproxy/table.ts';

const said = (name: string) => readFileSync(join(import.meta.dirname, 'said', `${name}.txt`), 'utf8');
const web = () => readStat(said('show-stat')).get('web')!;

test('what arrived counts at once, an answer when it was given', () => {
  const { arrived, answers, sessions, queue } = web();
  expect({ arrived, sessions, queue }).toEqual({ arrived: 25, sessions: 5, queue: 0 });
  expect(answers).toEqual({ '1xx': 0, '2xx': 20, '3xx': 0, '4xx': 0, '5xx': 0, other: 0 });
});

test('each server has its own figures and its state', () => {
  const states = [...web().servers].map(([name, { status, sessions }]) => [name, status, sessions]);
  expect(states).toEqual([
    ['web-1', 'up', 2],
    ['web-2', 'up', 1],
    ['web-4', 'up', 1],
    ['web-5', 'drain', 1],
    ['web-6', 'down', 0],
    ['web-7', 'maint', 0],
  ]);
});

test('what was ordered is apart from how it is', () => {
  const states = readServersState(said('show-servers-state'));
  expect(states.map(({ name, ordered, checked }) => [name, ordered, checked])).toEqual([
    ['web-1', 'ready', true],
    ['web-2', 'ready', true],
    ['web-4', 'ready', true],
    ['web-5', 'drain', true],
    ['web-6', 'ready', true],
    ['web-7', 'maint', false],
  ]);
  expect(states[2]).toMatchObject({ backend: 'web', ip: '127.0.0.1', port: 8103 });
});

// Of whole seconds that were counted, the first may have begun just now: a request that is about to connect goes elsewhere
// by itself for half a second, and is lost when its session is ended.
test.each([
  { seconds: 0, downMs: 0 },
  { seconds: 1, downMs: 0 },
  { seconds: 2, downMs: 1_000 },
])('down since $seconds s is at least $downMs ms', ({ seconds, downMs }) => {
  const text = said('show-servers-state').replace('127.0.0.1 0 0 1 1 3 8', `127.0.0.1 0 0 1 1 ${seconds} 8`);
  expect(readServersState(text).find(({ name }) => name === 'web-6')).toMatchObject({ downMs });
});

test.each([
  ['UP', 'up'],
  ['UP 1/2', 'up'],
  ['DOWN', 'down'],
  ['DOWN 1/2', 'down'],
  ['DRAIN', 'drain'],
  ['MAINT', 'maint'],
  ['MAINT (resolution)', 'maint'],
  ['NOLB', 'up'],
  ['no check', 'up'],
])('status %s is %s', (status, is) => {
  expect(readStat(`# pxname,svname,status,type\nweb,BACKEND,${status},1\n`).get('web')?.status).toBe(is);
});

test('the process is known by its number, and says when it was replaced', () => {
  const text = said('show-info');
  expect(readInfo(text)).toMatchObject({ stopping: false, idle: 0.99 });
  expect(readInfo(text).pid).toBeGreaterThan(1);
  expect(readInfo(text.replace('Stopping: 0', 'Stopping: 1')).stopping).toBe(true);
});

test('a text without a table is an empty one', () => {
  expect(readStat('')).toEqual(new Map());
  expect(readServersState('1\n')).toEqual([]);
});

test.each([
  ['a,b,', ['a', 'b', '']],
  ['a,"b, and c",d', ['a', 'b, and c', 'd']],
  ['"say ""a""",,b', ['say "a"', '', 'b']],
  [',"a"', ['', 'a']],
])('fields of %s', (line, fields) => {
  expect(byCommas(line)).toEqual(fields);
});
