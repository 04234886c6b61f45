/** Times, by the journal. */
import { expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/ports/store.ts';
import { calibrationFrom } from '../../../src/sim/platform/calibrate.ts';

const ended = (subject: string, kind: string, tookMs: number): JournalEntry => ({
  ...{ id: 1, atMs: 0, run: 'r', kind: 'step-ended', subject, reason: '', detail: { kind, tookMs } },
});
const isOverflow = (machine: string) => machine.startsWith('web-x');

test('the median and the sixth that took longest, of machines of the overflow alone', () => {
  const entries = [
    ...[1000, 1100, 1200, 1300, 1400, 2400].map((ms) => ended('web-x1/machine', 'create-machine', ms)),
    ...[9000, 9000, 9000].map((ms) => ended('web-1/machine', 'create-machine', ms)),
    ...[50, 50, 50].map((ms) => ended('web-x2/php', 'configure', ms)),
  ];
  expect(calibrationFrom(entries, isOverflow)).toEqual({
    calls: { 'make-machine': { medianMs: 1300, spread: 2400 / 1300 }, apply: { medianMs: 50, spread: 1.05 } },
    steps: 9,
  });
});

test('of two nobody can say what is usual; faults, failures and unknown steps say nothing', () => {
  const entries: JournalEntry[] = [
    ended('web-x1/machine', 'create-machine', 1000),
    ended('web-x1/machine', 'create-machine', 1000),
    ...[1, 2, 3].map((ms) => ended('web-x1/kill', 'fault', ms)),
    ...[1, 2, 3].map((ms) => ({ ...ended('web-x1/machine', 'create-machine', ms), kind: 'step-failed' as const })),
  ];
  expect(calibrationFrom(entries, isOverflow)).toEqual({ calls: {}, steps: 0 });
});
