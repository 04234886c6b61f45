import { expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { doubleWriterMs } from '../../../src/rehearse/ledger/double-writers.ts';
import type { Probe } from '../../../src/rehearse/ledger/ledger.ts';

/** A character each 100 ms: `+` took a write, `-` refused it or was silent, a blank was not asked. */
function probes(lines: Readonly<Record<string, string>>): readonly Probe[] {
  return Object.entries(lines)
    .flatMap(([machine, line], number) =>
      Array.from(line).flatMap((sign, index): Probe[] =>
        sign === ' '
          ? []
          : [{ atMs: 100 * index + 10 * number, machine: machine as MachineName, accepted: sign === '+' }],
      ),
    )
    .toSorted((one, other) => one.atMs - other.atMs);
}

test.each<[string, Readonly<Record<string, string>>, number]>([
  ['nobody was asked', {}, 0],
  ['a primary and its replica', { one: '++++++', two: '------' }, 0],
  ['a primary that falls silent, and its successor', { one: '+++---', two: '---+++' }, 0],
  ['a successor that takes writes as soon as the last one was taken', { one: '+++---', two: '--++++' }, 0],
  ['from 210 to 301 ms both', { one: '++++--', two: '--++++' }, 91],
  ['one write of the second, among those of the first: what is certain', { one: '++++++', two: '--+---' }, 1],
  ['to and fro is not at the same time', { one: '+-+-+-', two: '-+-+-+' }, 0],
  ['three of them, counted once', { one: '++++++', two: '++++++', three: '++++++' }, 501],
  ['two stretches', { one: '++++++++', two: '-++--++-' }, 202],
])('%s', (_, lines, wanted) => {
  expect(doubleWriterMs(probes(lines))).toBe(wanted);
});
