/** Records of traffic, as files have them. */
import { describe, expect, test } from 'vitest';
import { readBins } from '../../../src/sim/fleet/read-bins.ts';

test('a heading, then bins; some may be missing, and the first need not be 0', () => {
  expect(readBins('t.csv', 'minute,requests\r\n3,42\r\n4, 7.5\r\n7,0\r\n')).toEqual({
    bins: [
      { atMs: 180_000, requests: 42 },
      { atMs: 240_000, requests: 7.5 },
      { atMs: 420_000, requests: 0 },
    ],
    binMs: 60_000,
    missing: 2,
  });
});

test.each([
  ['second,requests', undefined, 1000],
  [' Minutes , requests', undefined, 60_000],
  ['hour,requests', undefined, 3_600_000],
  ['bin,requests', 5000, 5000],
  ['minute,requests', 5000, 5000],
])('%j, and %s said: bins of %i ms', (heading, said, binMs) => {
  expect(readBins('t.csv', `${heading}\n0,1`, said).binMs).toBe(binMs);
});

test('without a heading the first line is a bin, if it is said how long one is', () => {
  expect(readBins('t.csv', '0,5\n1,6\n', 60_000).bins).toEqual([
    { atMs: 0, requests: 5 },
    { atMs: 60_000, requests: 6 },
  ]);
  expect(() => readBins('t.csv', '0,5\n0,6', 1_000)).toThrow('t.csv: line 2 comes after bin 0, and is 0');
});

describe('is refused, with its line', () => {
  test.each([
    ['', 't.csv: line 1 does not say how long a bin is'],
    ['0,5\n1,6', 't.csv: line 1 does not say how long a bin is'],
    ['second,requests', 't.csv: line 2 should be there: the trace has no bins'],
    ['second,requests\n0;5', 't.csv: line 2 is not like `12,3456`'],
    ['second,requests\n0,5\n\n2,5', 't.csv: line 3 is not like `12,3456`'],
    ['second,requests\n0,-5', 't.csv: line 2 is not like `12,3456`'],
    ['second,requests\n0,1e5', 't.csv: line 2 is not like `12,3456`'],
    ['second,requests\n4,5\n3,5', 't.csv: line 3 comes after bin 4, and is 3'],
    ['second,requests\n4,5\n4,5', 't.csv: line 3 comes after bin 4, and is 4'],
    ['second,requests\n0,5\n99999999999,5', 't.csv: line 3 is more than 400 days after the first bin'],
    [`second,requests\n0,${'9'.repeat(400)}`, 't.csv: line 2 has more than 1000000000 requests/s'],
  ])('%j', (text, says) => {
    expect(() => readBins('t.csv', text)).toThrow(
      expect.objectContaining({
        code: 'trace-unreadable',
        exit: 'wrongInput',
        message: says,
        mend: expect.stringMatching(/./) as unknown,
      }),
    );
  });
});
