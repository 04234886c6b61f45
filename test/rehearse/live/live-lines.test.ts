/** What a person sees while it runs: `golden/`; `npx vitest run --project fast test/rehearse/live -u` writes it anew. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PoolName } from '../../../src/model/ids.ts';
import { progressBar, sparkline } from '../../../src/rehearse/live/bars.ts';
import { liveLines } from '../../../src/rehearse/live/live-lines.ts';
import { soFar, whole as ledger } from '../imagined-ledger.ts';
import { imaginedRecording, untilMs } from '../imagined-recording.ts';

const calm = imaginedRecording('triple-in-20s');
const crushed = imaginedRecording('triple-in-20s', {
  change: { capacity: 'base only', faults: [{ kind: 'kill', atMs: 20_000, target: 'web-2' }] },
});

const evenings = imaginedRecording('weekday-evenings');

const moments = [
  ['before-anything', untilMs(calm, 0)],
  ['before-the-peak', untilMs(calm, 20_000)],
  ['in-the-rise', untilMs(calm, 46_000)],
  ['at-the-peak', untilMs(calm, 150_000)],
  ['after-the-traffic', untilMs(calm, 215_000)],
  ['over', calm],
  ['by-a-calendar-of-its-own', untilMs(evenings, 60_000)],
  ['with-a-machine-lost-and-no-overflow', untilMs(crushed, 46_000)],
  ['while-nothing-is-acknowledged', soFar(22_500)],
  ['when-all-was-written', ledger],
  ['with-writes-and-visitors', { ...untilMs(calm, 40_000), ledger: soFar(40_000).ledger! }],
] as const;

describe.each(moments)('%s', (name, recording) => {
  test('looks as on the golden page', async () => {
    const page = `${liveLines(recording, 90).join('\n')}\n`;
    await expect(page).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.txt`));
  });

  test.each([60, 90, 200])('is at most %i columns wide, with colours as without', (width) => {
    const plain = liveLines(recording, width);
    const coloured = liveLines(recording, width, (style, text) => styleText(style, text, { validateStream: false }));
    expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(plain);
    expect(plain.filter((line) => line.length > width)).toEqual([]);
  });
});

test('a line of blocks has the highest of what shares a column', () => {
  expect(sparkline([0, 1, 4, 8], 4, 8)).toBe('▁▁▄█');
  expect(sparkline([0, 8, 0, 0], 2, 8)).toBe('█▁');
  expect(sparkline([], 4, 8)).toBe('');
  expect(progressBar(0.5, 4)).toEqual(['━━', '╌╌']);
});

test('what waits is shown by the second, as all else', () => {
  const atMs = (ms: number) => calm.startedAtMs + ms;
  const early = untilMs(calm, 20_000);
  const readings = Array.from({ length: 40 }, (_, turn) => ({
    ...{ atMs: atMs(500 * turn), pool: 'web' as PoolName, queue: turn >= 30 ? 8 : 0 },
  }));
  const [, curve = ''] = /waiting +8 requests +([▁-█]+)/.exec(liveLines({ ...early, readings }, 90).join('\n')) ?? [];
  expect(curve).toBe('▁'.repeat(15) + '█'.repeat(5));
});
