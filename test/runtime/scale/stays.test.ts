/** From the journal's steps: which machines of the overflow were there, and since when they are paid for. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { readStays } from '../../../src/runtime/scale/stays.ts';
import { imaginedStore } from '../../../src/sim/imagined-store.ts';

const clock = { now: () => 1_000_000, wall: () => 1_000_000 };

type Line = readonly [atMs: number, kind: 'step-began' | 'step-ended' | 'step-failed', step: string, machine: string];

const began = (atMs: number, step: string, machine = 'web-x1'): Line => [atMs, 'step-began', step, machine];
const ended = (atMs: number, step: string, machine = 'web-x1'): Line => [atMs, 'step-ended', step, machine];
const failed = (atMs: number, step: string, machine = 'web-x1'): Line => [atMs, 'step-failed', step, machine];

function stays(lines: readonly Line[], there: readonly string[]) {
  const store = imaginedStore();
  const reading = readStays(store, clock);
  for (const [atMs, kind, step, machine] of lines) {
    const part = machine.includes('-x') ? 'overflow' : 'base';
    const subject = step === 'configure' ? `${machine}/web` : `${machine}/machine`;
    store.append({ atMs, run: 'r', kind, subject, reason: '', detail: { kind: step, part, flavour: 'cloud' } });
    reading.catchUp();
  }
  const all = reading.all(new Set(there as MachineName[]));
  return all.map(({ machine, fromMs, toMs }) => `${machine} ${fromMs}-${toMs ?? ''}`);
}

test.each<[string, readonly Line[], readonly string[], readonly string[]]>([
  ['is there', [began(1, 'create-machine'), ended(5, 'create-machine')], ['web-x1'], ['web-x1 1-']],
  ['is still being made', [began(1, 'create-machine')], ['web-x1'], ['web-x1 1-']],
  [
    'came and went',
    [began(1, 'create-machine'), ended(5, 'create-machine'), began(8, 'remove-machine'), ended(9, 'remove-machine')],
    [],
    ['web-x1 1-9'],
  ],
  [
    'came again',
    [began(1, 'create-machine'), ended(9, 'remove-machine'), began(20, 'create-machine')],
    ['web-x1'],
    ['web-x1 1-9', 'web-x1 20-'],
  ],
  [
    'vanished, and nobody wrote of it',
    [began(1, 'create-machine'), ended(5, 'create-machine'), ended(7, 'configure')],
    [],
    ['web-x1 1-7'],
  ],
  [
    'vanished, and was made again',
    [began(1, 'create-machine'), ended(7, 'configure'), began(50, 'create-machine')],
    ['web-x1'],
    ['web-x1 1-7', 'web-x1 50-'],
  ],
  ['could not be made', [began(1, 'create-machine'), failed(2, 'create-machine')], [], []],
  [
    'was made, and only the answer was lost',
    [began(1, 'create-machine'), failed(2, 'create-machine'), ended(9, 'remove-machine')],
    [],
    ['web-x1 1-9'],
  ],
  [
    'could not be made, and then could',
    [began(1, 'create-machine'), failed(2, 'create-machine'), began(8, 'create-machine')],
    ['web-x1'],
    ['web-x1 8-'],
  ],
  [
    'was made anew',
    [began(1, 'create-machine'), began(8, 'replace-machine'), ended(9, 'replace-machine')],
    ['web-x1'],
    ['web-x1 1-8', 'web-x1 8-'],
  ],
  ['of the base is no part of it', [began(1, 'create-machine', 'web-1')], ['web-1'], []],
])('a machine that %s', (_, lines, there, told) => {
  expect(stays(lines, there)).toEqual(told);
});

test('it is paid for since it was asked for, also for who reads the journal later', () => {
  const store = imaginedStore();
  const detail = { kind: 'create-machine', part: 'overflow', flavour: 'cloud' };
  store.append({ atMs: 7, run: 'r', kind: 'step-began', subject: 'web-x1/machine', reason: '', detail });
  const reading = readStays(store, clock);
  reading.catchUp();
  expect(reading.paidSinceMs('web-x1' as MachineName)).toBe(7);
  expect(reading.paidSinceMs('web-x2' as MachineName)).toBeUndefined();
});
