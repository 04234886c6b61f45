/** What a pool's machines could serve, at an instant and second by second. */
import { expect, test } from 'vitest';
import type { PoolName } from '../../src/model/ids.ts';
import { capacityAt, capacityBySecond } from '../../src/rehearse/fleet.ts';
import { imaginedRecording } from './imagined-recording.ts';

const web = 'web' as PoolName;

test('by the second it is what it is at each of those instants', () => {
  const recording = imaginedRecording('triple-in-20s');
  const each = recording.seconds.map(({ second }) => capacityAt(recording, web, recording.startedAtMs + 1000 * second));
  expect(capacityBySecond(recording, web)).toEqual(each);
  expect(new Set(each).size).toBeGreaterThan(3);
});

test('where nobody says what a machine serves, nobody knows it', () => {
  const recording = imaginedRecording('triple-in-20s');
  expect(new Set(capacityBySecond(recording, 'database' as PoolName))).toEqual(new Set([undefined]));
});
