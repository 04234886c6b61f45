/** What a recorder writes down of a rehearsal. */
import { expect, test } from 'vitest';
import { createRecorder } from '../../src/app/rehearse/recorder.ts';
import type { ScaleDecision } from '../../src/control/scale/decide.ts';
import type { PoolName } from '../../src/model/ids.ts';
import type { Recording } from '../../src/rehearse/recording.ts';
import { base, machine } from '../control/scale/pool.ts';

const begun = {
  startedAtMs: 1,
  seconds: [],
  decisions: [],
  stages: [],
  marks: [],
  readings: [],
  faults: [],
} as unknown as Recording;
const web = 'web' as PoolName;
const nothing: ScaleDecision = {
  kind: 'nothing',
  actions: [],
  size: 3,
  wanted: 3,
  capacity: 1350,
  says: 'enough',
  losers: [],
};

test('the stage of each machine at the beginning, then changes alone, and in the end that it is gone', () => {
  const recorder = createRecorder(begun);
  recorder.turn(10, web, base, nothing);
  recorder.turn(20, web, [...base, machine('web-x1', 'starting')], nothing);
  recorder.turn(30, web, [...base, machine('web-x1', 'starting')], nothing);
  recorder.turn(40, web, [...base, machine('web-x1', 'serving')], nothing);
  recorder.turn(50, web, base, nothing);
  recorder.turn(60, web, base, nothing);
  const { stages, decisions } = recorder.recording();
  expect(stages.map(({ atMs, machine: name, stage }) => `${atMs} ${name} ${stage}`)).toEqual([
    '10 web-1 serving',
    '10 web-2 serving',
    '10 web-3 serving',
    '20 web-x1 starting',
    '40 web-x1 serving',
    '50 web-x1 gone',
  ]);
  expect(decisions).toHaveLength(6);
});

test('it begins when the load does, and ends when the watch is over', () => {
  const recorder = createRecorder(begun);
  recorder.starts(5);
  expect(recorder.recording()).toMatchObject({ startedAtMs: 5 });
  expect(recorder.recording().endedAtMs).toBeUndefined();
  recorder.ends(99);
  expect(recorder.recording().endedAtMs).toBe(99);
});
