/** What machines were seen to serve. */
import { describe, expect, test } from 'vitest';
import { journalServed, lastServed } from '../../../src/app/rehearse/journal-served.ts';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import { createRecorder, percentilesOf } from '../../../src/rehearse/load/latencies.ts';
import { noCounts, totalOf, type LoadSecond } from '../../../src/rehearse/load/load-second.ts';
import type { Recording, StageChange } from '../../../src/rehearse/recording.ts';
import { servedIn10s, shareServed } from '../../../src/rehearse/verdict/served.ts';
import { imaginedStore } from '../../../src/sim/imagined-store.ts';
import { imaginedRecording } from '../imagined-recording.ts';

const web = 'web' as PoolName;

/** So many come each second, for so long, and all within the time; SoFoot's three web machines serve 1,350 by its blueprint. */
type Stretch = readonly [perSecond: number, seconds: number, ms: number, lost?: number];

function recordingOf(stretches: readonly Stretch[], more: Partial<Recording> = {}): Recording {
  const { startedAtMs, ...rest } = imaginedRecording('triple-in-20s');
  const all = stretches.flatMap(([perSecond, count, ms, lost = 0]) =>
    Array<Stretch>(count).fill([perSecond, 1, ms, lost]),
  );
  const seconds = all.map(([sent, , ms, lost = 0], second): LoadSecond => {
    const recorder = createRecorder();
    recorder.record(1000 * ms, sent - lost);
    const latencies = recorder.take();
    const byStatus = { ...noCounts.byStatus, '2xx': sent - lost, turnedAway: lost };
    return {
      ...{ ...noCounts, second, sent, answered: sent, byStatus, latencies, inFlight: 0, ownCores: 0, stolenCores: 0 },
      percentiles: percentilesOf(latencies),
    };
  });
  const stages = [1, 2, 3].map((ordinal) => stage(`web-${ordinal}`, startedAtMs, 'base'));
  return { ...rest, startedAtMs, seconds, stages, total: totalOf(seconds), ...more };
}

const stage = (machine: string, atMs: number, part: StageChange['part']): StageChange => ({
  ...{ atMs, pool: web, machine: machine as MachineName, part, stage: 'serving' },
});

describe('over ten seconds', () => {
  test.each<[string, readonly Stretch[], { held?: number; broke?: number } | undefined, number]>([
    ['nobody asks for much: what the blueprint says stands', [[675, 30, 50]], { held: 0.5 }, 1],
    [
      'more is served than it says',
      [
        [1350, 20, 50],
        [1485, 20, 300],
      ],
      { held: 1.1 },
      1.1,
    ],
    [
      'they are too slow before it',
      [
        [1080, 20, 50],
        [1215, 20, 3000],
      ],
      { held: 0.8, broke: 0.9 },
      0.8,
    ],
    [
      'they lose requests before it',
      [
        [1080, 20, 50],
        [1215, 20, 60, 100],
      ],
      { held: 0.8, broke: 0.9 },
      0.8,
    ],
    [
      'they are too slow beyond it alone',
      [
        [1080, 20, 50],
        [1620, 20, 3000],
      ],
      { held: 0.8, broke: 1.2 },
      1,
    ],
    [
      'a hiccup below what was served well says nothing',
      [
        [810, 12, 4000],
        [1215, 20, 60],
      ],
      { held: 0.9 },
      1,
    ],
    [
      'who waits since before shows nothing',
      [
        [1080, 20, 50],
        [2700, 20, 3000],
        [1200, 15, 3000],
      ],
      { held: 0.8, broke: 2 },
      1,
    ],
    ['they never were in time', [[405, 20, 9000]], { broke: 0.3 }, 1],
    ['too short to say', [[1350, 9, 50]], undefined, 1],
    ['hardly anybody comes', [[5, 30, 50]], undefined, 1],
  ])('%s', (_, stretches, wanted, share) => {
    const served = servedIn10s(recordingOf(stretches));
    expect(served && { held: served.held, broke: served.broke && Math.round(10 * served.broke) / 10 }).toEqual(
      wanted && { held: undefined, broke: undefined, ...wanted },
    );
    if (served !== undefined) expect(shareServed(served)).toBeCloseTo(share, 9);
  });

  test('while machines come or go, nobody can say who served how much', () => {
    const calm = recordingOf([[1350, 15, 50]]);
    const { startedAtMs, stages } = calm;
    const coming = [5, 10].map((second) => stage(`web-x${second}`, startedAtMs + 1000 * second, 'overflow'));
    expect(servedIn10s(calm)).toMatchObject({ held: 1 });
    expect(servedIn10s({ ...calm, stages: [...stages, ...coming] })).toBeUndefined();
  });

  test('where nobody says what a machine serves, there is nothing to measure against', () => {
    const recording = recordingOf([[1350, 15, 50]]);
    const pools = recording.pools.map(({ base: { serves: _, ...base }, ...pool }) => ({ ...pool, base }));
    expect(servedIn10s({ ...recording, pools })).toBeUndefined();
  });
});

describe('in the journal', () => {
  const at = { atMs: 5, run: 'rehearse-1' };
  const says = { base: 450, overflow: 350 };

  test('stands what was measured, in words too, and is found again', () => {
    const store = imaginedStore();
    journalServed(
      store,
      at,
      recordingOf([
        [1080, 20, 50],
        [1215, 20, 3000],
      ]),
    );
    expect(store.journal).toMatchObject([{ kind: 'measured', subject: 'web', detail: { held: 0.8, says } }]);
    expect(store.journal[0]!.reason).toMatch(
      /^at 80.0 % of what the blueprint says, 99 of 100 came within .*; at 90.0 % they did not$/,
    );
    expect(lastServed(store, web, says)).toMatchObject({ pool: 'web', held: 0.8 });
  });

  test('what was measured of machines of which the blueprint says another thing now is no measure', () => {
    const store = imaginedStore();
    journalServed(store, at, recordingOf([[1080, 20, 50]]));
    expect(lastServed(store, web, { ...says, base: 500 })).toBeUndefined();
    expect(lastServed(store, 'shop' as PoolName, says)).toBeUndefined();
  });

  test('a rehearsal that was stopped, or whose own load was late, says nothing', () => {
    const store = imaginedStore();
    const { total, ...stopped } = recordingOf([[1080, 20, 50]]);
    journalServed(store, at, stopped);
    journalServed(store, at, { ...stopped, total: { ...total!, belated: total!.sent } });
    expect(store.journal).toEqual([]);
  });
});
