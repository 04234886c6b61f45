import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longClockOf } from '../../../src/rehearse/at-time.ts';
import { linear, logarithmic, powers, ticks, timeTicks } from '../../../src/rehearse/report/axes.ts';
import { tag } from '../../../src/rehearse/report/markup.ts';
import { reportPage } from '../../../src/rehearse/report/page.ts';
import type { Recording } from '../../../src/rehearse/recording.ts';
import { verdictOf } from '../../../src/rehearse/verdict/verdict.ts';
import { soFar, whole as ledger } from '../imagined-ledger.ts';
import { imaginedRecording, untilMs } from '../imagined-recording.ts';

const page = (recording: Recording) => reportPage(recording, verdictOf(recording));
const calm = imaginedRecording('triple-in-20s');
const crushed = imaginedRecording('triple-in-20s', {
  change: { capacity: 'base only', faults: [{ kind: 'kill', atMs: 20_000, target: 'web-2' }] },
});

const pages = [
  ['held', calm],
  ['not-held', crushed],
  ['stopped', untilMs(calm, 40_000)],
  ['before-anything', untilMs(calm, 0)],
  ['primary-killed', ledger],
  ['by-chance', { ...ledger, chaos: { seed: 7, forMs: 90_000, drawn: 1 } }],
  ['writes-and-visitors', { ...calm, ledger: ledger.ledger }],
  ['nothing-written-yet', soFar(0)],
] as const;

describe.each(pages)('%s', (name, recording) => {
  const html = page(recording);

  test('says in order what is on the golden page', async () => {
    await expect(outline(html)).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.txt`));
  });

  test('needs nothing beside itself', () => {
    expect(html).not.toMatch(/https?:|\/\/|src=|href=|url\(|@import|<script|<link|<iframe|<object/i);
  });

  test('has no figure that is none', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test('closes what it opens', () => {
    const open: string[] = [];
    for (const [, closing, tagName = '', itself] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^<>]*?(\/?)>/g)) {
      if (itself === '/') continue;
      if (closing === '/') expect(open.pop()).toBe(tagName);
      else open.push(tagName);
    }
    expect(open).toEqual([]);
  });
});

test('a calendar of its own stands beside each decision, and in a note', () => {
  const evenings = imaginedRecording('weekday-evenings');
  const rows = outline(page(evenings)).split('\n');
  const grown = rows.filter((row) => /web grows/.test(row));
  expect(grown.length).toBeGreaterThan(2);
  // Monday, 13:00, and 360 times faster: the visitors of the evening come from 16:00 on.
  expect(grown[0]).toMatch(/0:3\d Mon 16:\d\d web grows/);
  expect(rows.join('\n')).toContain('The calendar showed Mon 13:00 when the traffic began (Europe/Paris)');
  expect(page(calm)).not.toMatch(/calendar/);
});

test('what comes from outside is text, and no markup', () => {
  const html = page({ ...calm, about: '<script>alert("1")</script> & more' });
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more');
  expect(tag('p', { title: '"<' }, 'a < b').html).toBe('<p title="&quot;&lt;">a &lt; b</p>');
});

test.each(['triple-in-20s', 'weekday-evenings'])('flags on the time axis of %s do not overlap', (name) => {
  const html = page(imaginedRecording(name));
  const [first = ''] = html.match(/<svg.*?<\/svg>/s) ?? [];
  const flags = [...first.matchAll(/<rect x="([\d.]+)" y="8" width="([\d.]+)"/g)].map(([, x, width]) => ({
    left: Number(x),
    right: Number(x) + Number(width),
  }));
  expect(flags.length).toBeGreaterThan(3);
  for (const [index, { left }] of flags.entries()) expect(left).toBeGreaterThan(flags[index - 1]?.right ?? 0);
});

describe('a plot without anything in it says why', () => {
  const without = (change: Partial<Recording['pools'][number]>): Recording => ({
    ...{ ...calm, stages: [] },
    pools: calm.pools.map((one) => (one.pool === 'web' ? { ...one, ...change } : one)),
  });
  const [web] = calm.pools.filter(({ pool }) => pool === 'web');
  const { serves: _, ...unknown } = web!.base;
  const { overflow: _more, ...fixed } = web!;

  test.each<readonly [string, Recording, string]>([
    ['nobody came yet', untilMs(calm, 0), 'Nobody had come yet.'],
    [
      'the pool does not scale',
      without({ base: unknown }),
      'The pool web does not say what a machine serves (`serves`)',
    ],
    ['it cannot', { ...without({}), pools: [fixed] }, 'The pool web has no overflow, and so always its 3.'],
    ['no write ended', { ...ledger, ledger: { ...ledger.ledger, acknowledged: [] } }, 'No write was acknowledged.'],
  ])('%s', (_name, recording, says) => {
    expect(page(recording)).toContain(`>${says}`);
  });

  test('and else does not', () => {
    expect(page(calm)).not.toContain('class="empty"');
  });
});

test('what was decided before the load began stands at its beginning', () => {
  const early = calm.decisions.find(({ decision }) => decision.kind === 'grow')!;
  const html = page({ ...calm, decisions: [{ ...early, atMs: calm.startedAtMs - 30_000 }, ...calm.decisions] });
  const lefts = [...html.matchAll(/<rect x="([-\d.]+)" y="8"/g)].map(([, x]) => Number(x));
  expect(lefts.length).toBeGreaterThan(3);
  expect(Math.min(...lefts)).toBe(72);
  expect([...html.matchAll(/<line class="grow" x1="([-\d.]+)"/g)].map(([, x]) => Number(x)).every((x) => x >= 72)).toBe(
    true,
  );
});

describe('axes', () => {
  test.each([
    [3128, [0, 1000, 2000, 3000, 4000]],
    [8, [0, 2, 4, 6, 8]],
    [3, [0, 1, 2, 3]],
    [1, [0, 1]],
  ])('up to %i have round numbers', (most, wanted) => {
    expect(ticks(most)).toEqual(wanted);
  });

  test('a logarithmic one has powers of ten', () => {
    expect(powers(4, 800)).toEqual([1, 10, 100, 1000]);
    const y = logarithmic([1, 1000], [300, 0]);
    expect([1, 10, 1000, 0, 5000].map(y).map(Math.round)).toEqual([300, 200, 0, 300, 0]);
    expect(linear([0, 10], [0, 100])(5)).toBe(50);
  });

  test('one of time has steps that clocks have', () => {
    expect(timeTicks(0, 241_000)).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240].map((seconds) => seconds * 1000));
    expect(timeTicks(0, 10_000_000).map((ms) => ms / 1000)).toEqual([0, 1800, 3600, 5400, 7200, 9000]);
    expect(
      timeTicks(0, 2 * dayMs)
        .map(longClockOf)
        .slice(-4),
    ).toEqual(['1d 6:00', '1d 12:00', '1d 18:00', '2d 0:00']);
    expect(timeTicks(0, 61 * dayMs).map(longClockOf)).toEqual([
      '0:00',
      '7d 0:00',
      ...['14d 0:00', '21d 0:00', '28d 0:00'],
      ...['35d 0:00', '42d 0:00', '49d 0:00', '56d 0:00'],
    ]);
  });
});

const dayMs = 86_400_000;

/** What a reader sees: texts in their order, plots by their series. */
function outline(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  return body
    .replaceAll(/<path class="([^"]*)"[^>]*>/g, '\n  [$1]\n')
    .replaceAll(/<svg[^>]*aria-label="([^"]*)"[^>]*>/g, '\n[plot: $1]\n')
    .replaceAll(/<\/(td|th|span|text|b)>/g, ' ')
    .replaceAll(/<\/(tr|p|h1|h2|div|figcaption|figure|section|strong)>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
