import { expect, test } from 'vitest';
import { journalVerdict, rehearsals } from '../../src/app/rehearse/journal-verdict.ts';
import { verdictOf } from '../../src/rehearse/verdict/verdict.ts';
import { partOf } from '../../src/rehearse/scenario/part-of.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { imaginedRecording } from '../rehearse/imagined-recording.ts';
import { scenarioNamed } from '../rehearse/scenario/sofoot.ts';

test('each rehearsal is in the journal, the last one first, with why it did not hold or says nothing', () => {
  const store = imaginedStore();
  const half = partOf(scenarioNamed('triple-in-20s'), 0.5, 'chosen');
  const played = [
    imaginedRecording('triple-in-20s', { change: half }),
    imaginedRecording('triple-in-20s', { change: { capacity: 'base only' } }),
    imaginedRecording('triple-in-20s', { late: 0.02 }),
  ];
  for (const [index, recording] of played.entries())
    journalVerdict(store, { atMs: 1000 * index, run: `rehearse-${index}` }, recording, verdictOf(recording));
  expect(rehearsals(store, 10)).toEqual([
    {
      ...{ atMs: 2000, scenario: 'triple-in-20s', outcome: 'void', share: 1 },
      says: expect.stringContaining('the load could not keep up') as string,
    },
    {
      atMs: 1000,
      scenario: 'triple-in-20s',
      outcome: 'not held',
      share: 1,
      says: 'peak served, requests lost, answers in time (99 of 100)',
    },
    { atMs: 0, scenario: 'triple-in-20s', outcome: 'held', share: 0.5, says: '' },
  ]);
  expect(rehearsals(store, 1)).toHaveLength(1);
});
