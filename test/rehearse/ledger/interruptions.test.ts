import { describe, expect, test } from 'vitest';
import { failoversOf, longestInterruption } from '../../../src/rehearse/ledger/interruptions.ts';

/** Acknowledgements, in ms. */
const steady = (fromMs: number, toMs: number, everyMs = 20) =>
  Array.from({ length: Math.floor((toMs - fromMs) / everyMs) + 1 }, (_, index) => fromMs + index * everyMs);

describe('the longest interruption', () => {
  test.each<[string, readonly number[], number | undefined, ReturnType<typeof longestInterruption>]>([
    ['of nothing is none', [], 1000, undefined],
    ['of writes that never halt is their pace', steady(0, 1000), 900, { fromMs: 0, toMs: 20 }],
    ['is the time between two acknowledgements', [0, 20, 3200, 3220], 3200, { fromMs: 20, toMs: 3200 }],
    ['that never ended is longer than all others', [0, 5000, 5020], 6000, { fromMs: 5020 }],
    ['while the writers write is that so far', [0, 20, 300], undefined, { fromMs: 20, toMs: 300 }],
    ['of one write that was told to be the last is none', [1000], 1000, undefined],
  ])('%s', (_, acknowledged, stoppedAtMs, wanted) => {
    const written = { acknowledged, ...(stoppedAtMs !== undefined && { stoppedAtMs }) };
    expect(longestInterruption(written)).toEqual(wanted);
  });
});

describe('what a fault cost', () => {
  const kill = (atMs: number) => ({ what: `killed at ${atMs}`, atMs });

  test.each([
    {
      name: 'writes that were on their way are acknowledged after it',
      acknowledged: [...steady(0, 1100), ...steady(4300, 6000)],
      faults: [kill(1000)],
      rtoMs: [3200],
    },
    {
      name: 'writes halt twice because of it: the longer time',
      acknowledged: [...steady(0, 1000), ...steady(1500, 2000), ...steady(4000, 6000)],
      faults: [kill(1000)],
      rtoMs: [2000],
    },
    {
      name: 'nobody notices it',
      acknowledged: steady(0, 6000),
      faults: [kill(1000)],
      rtoMs: [20],
    },
    {
      name: 'each has its own',
      acknowledged: [...steady(0, 1000), ...steady(2000, 3000), ...steady(8000, 9000)],
      faults: [kill(3010), kill(990)],
      rtoMs: [1000, 5000],
    },
    {
      name: 'the second comes before the first is overcome: both cost it',
      acknowledged: [...steady(0, 1000), ...steady(4000, 5000)],
      faults: [kill(1000), kill(2000)],
      rtoMs: [3000, 3000],
    },
    {
      name: 'no write comes any more',
      acknowledged: steady(0, 1000),
      faults: [kill(1000)],
      rtoMs: [undefined],
    },
    {
      name: 'no write ever came',
      acknowledged: [],
      faults: [kill(1000)],
      rtoMs: [undefined],
    },
  ])('$name', ({ acknowledged, faults, rtoMs }) => {
    const failovers = failoversOf({ acknowledged, stoppedAtMs: 5_000 }, faults);
    expect(failovers.map((one) => one.rtoMs)).toEqual(rtoMs);
    expect(failovers.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });
});
