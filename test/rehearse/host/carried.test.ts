import { describe, expect, test } from 'vitest';
import { carriedOf } from '../../../src/rehearse/host/carried.ts';
import type { HostSecond } from '../../../src/rehearse/host/host-second.ts';

interface Uses {
  readonly cores?: number;
  readonly platform: number;
  readonly own: number;
  readonly others: number;
  readonly stolen?: number;
}

const second = ({ cores = 2, stolen = 0, ...uses }: Uses): HostSecond => ({
  ...{ fromMs: 0, toMs: 1000, cores, stolen, idle: 0.5, ...uses },
});
/** At rest it uses a tenth of a core; 600 requests/s cost three tenths more, half a millisecond each. */
const rest = { platform: 0.08, own: 0.02, others: 0 };
const loaded = { platform: 0.3, own: 0.1, others: 0 };
const asked = { sentPerSecond: 600, peakPerSecond: 3000 };
const carried = (quiet: Uses, busy: Uses, peakPerSecond = asked.peakPerSecond) =>
  carriedOf([second(quiet)], [second(busy)], { ...asked, peakPerSecond });

describe('a host carries', () => {
  test.each<readonly [string, Uses, Uses, number]>([
    ['all of it with two cores of its own', rest, loaded, 1],
    // 1.76 cores, less the tenth, less what others have, at half a millisecond.
    ['what a compiler on one core leaves', { ...rest, others: 1 }, { ...loaded, others: 1 }, 0.4],
    ['what others leave while they do more', { ...rest, others: 0.2 }, { ...loaded, others: 1 }, 0.4],
    ['what a hypervisor leaves', { ...rest, stolen: 0.5 }, { ...loaded, stolen: 0.5 }, 0.75],
    ['more with more cores', { ...rest, cores: 8, others: 1 }, { ...loaded, cores: 8, others: 1 }, 1],
    ['hardly anything when it is full', { ...rest, others: 1.9 }, { ...loaded, others: 1.6 }, 0.05],
  ])('%s', (_, quiet, busy, share) => {
    expect(carried(quiet, busy)?.share).toBe(share);
  });

  test('so many requests a second, whatever the peak; parts are whole twentieths, and never more than that', () => {
    const quiet = { ...rest, others: 0.6 };
    const busy = { ...loaded, others: 0.6 };
    expect(carried(quiet, busy)).toMatchObject({ share: 0.7, cores: 2, others: 0.6 });
    expect(carried(quiet, busy)?.perSecond).toBeCloseTo(2120, 6);
    expect(carried(quiet, busy, 10_000)).toMatchObject({ share: 0.2 });
  });

  test('as much as was seen in the longer of two looks', () => {
    const long = { ...second({ ...loaded, others: 1 }), toMs: 9000 };
    expect(carriedOf([second(rest)], [second(loaded), long], asked)?.others).toBeCloseTo(0.9, 6);
  });
});

test.each([
  ['nothing was seen', [], [second(loaded)]],
  ['nobody came', [second(rest)], []],
  ['requests cost nothing', [second(loaded)], [second(rest)]],
] as const)('nobody knows when %s', (_, quiet, busy) => {
  expect(carriedOf(quiet, busy, asked)).toBeUndefined();
});
