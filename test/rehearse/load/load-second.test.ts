import { describe, expect, test } from 'vitest';
import { lateMs, totalOf, whyUnsound, type LoadTotal } from '../../../src/rehearse/load/load-second.ts';
import { failureOf, statusClassOf } from '../../../src/rehearse/load/outcome.ts';
import { createTally } from '../../../src/rehearse/load/tally.ts';

const rest = { second: 0, ownCores: 0.3, stolenCores: 0.1, opened: 2, retried: 1 };

/** A load that sent requests so late, in ms, and had so many failures of its own. */
function totalAfter(lateByMs: readonly number[], own = 0): LoadTotal {
  const tally = createTally();
  for (const ms of lateByMs) tally.sent(ms);
  for (let count = 0; count < own; count++) tally.failed('own');
  return totalOf([tally.take(rest)]);
}

describe('a second', () => {
  test('has what was counted since the one before', () => {
    const tally = createTally();
    for (const late of [0, lateMs, lateMs + 1, 130]) tally.sent(late);
    tally.answered(200, false, 12);
    tally.answered(503, true, 1);
    tally.failed('reset', 'w-1');
    expect(tally.take(rest)).toMatchObject({
      ...rest,
      ...{ sent: 4, answered: 2, failed: 1, inFlight: 1, late: 2, belated: 1, lateMsMax: 130 },
      byStatus: { '2xx': 1, turnedAway: 1, '5xx': 0 },
      byFailure: { reset: 1 },
      percentiles: { p50Ms: 12, maxMs: 12 },
      writes: { acknowledged: [], unknown: ['w-1'] },
    });
    tally.answered(201, false, 5, 'w-2');
    tally.answered(500, false, 5, 'w-3');
    tally.answered(422, false, 5, 'w-4');
    expect(tally.take({ ...rest, second: 1 })).toMatchObject({
      ...{ second: 1, sent: 0, answered: 3, late: 0, lateMsMax: 0, failed: 0 },
      writes: { acknowledged: ['w-2'], unknown: ['w-3'] },
    });
  });

  test('without an answer has no percentiles', () => {
    expect(createTally().take(rest).percentiles).toBeUndefined();
  });
});

describe('a load is not to be trusted', () => {
  const onTime = new Array<number>(995).fill(0);

  test.each([
    ['that sent nothing', totalAfter([]), /no request was sent/],
    [
      'of which much was late',
      totalAfter([...onTime, 101, 110, 120, 130, 140, 150]),
      /0\.6 % .* 100 ms late, one of them 150 ms/,
    ],
    ['that had no ports left', totalAfter(onTime, 3), /for 3 of its requests/],
  ])('%s', (_, total, says) => {
    expect(whyUnsound(total)).toMatch(says);
  });

  test('not for what leaves a little late, whose latency counts from its time all the same', () => {
    expect(whyUnsound(totalAfter(onTime.map(() => 90)))).toBeUndefined();
  });

  test('unless little of it was late', () => {
    expect(whyUnsound(totalAfter([...onTime, 150]))).toBeUndefined();
  });
});

test.each([
  [200, false, '2xx'],
  [303, false, '3xx'],
  [404, false, '4xx'],
  [500, false, '5xx'],
  [502, true, '5xx'],
  [503, false, '5xx'],
  [503, true, 'turnedAway'],
] as const)('status %i, with Retry-After %s, is %s', (status, hasRetryAfter, found) => {
  expect(statusClassOf(status, hasRetryAfter)).toBe(found);
});

test.each([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['EMFILE', 'own'],
  ['EADDRNOTAVAIL', 'own'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'garbled'],
  [undefined, 'garbled'],
] as const)('%s is %s', (code, found) => {
  expect(failureOf(code)).toBe(found);
});
