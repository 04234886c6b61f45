import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mixSchema, trafficOf, trafficSchema, visitorsSchema } from '../../../src/rehearse/load/schema.ts';
import { durationMs, expectedUntil, rateAt } from '../../../src/rehearse/load/traffic.ts';

const noTrace = (): never => expect.unreachable('no trace is read');
const trafficFrom = (yaml: string) => trafficOf(trafficSchema.parse(parse(yaml)), noTrace);

describe('traffic', () => {
  test('is lines one after the other; a ramp begins where the line before ended', () => {
    const traffic = trafficFrom(`
- { hold: 1000 requests/s, for: 30s }
- { ramp: 3000 requests/s, over: 20s }
- { hold: 3000 requests/s, for: 2min }
- { ramp: 0 requests/s, over: 1s }
`);
    expect(traffic).toEqual([
      { kind: 'hold', perSecond: 1000, forMs: 30_000 },
      { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: 20_000 },
      { kind: 'hold', perSecond: 3000, forMs: 120_000 },
      { kind: 'ramp', fromPerSecond: 3000, toPerSecond: 0, overMs: 1000 },
    ]);
  });

  test('begins with nothing when it begins with a ramp', () => {
    expect(rateAt(trafficFrom('[{ ramp: 100 requests/s, over: 10s }]'), 5000)).toBe(50);
  });

  test('may be a recorded one: the evening of a match in 12 minutes, with SoFoot’s peak', () => {
    const folder = resolve(import.meta.dirname, '../../../blueprints/sofoot');
    const written = trafficSchema.parse(
      parse('{ trace: ./traces/worldcup98-26jun-minute.csv, bin: 60s, peak: 3000 requests/s, compress: 60 }'),
    );
    const traffic = trafficOf(written, (path) => readFileSync(resolve(folder, path), 'utf8'));
    const end = durationMs(traffic);
    expect(end).toBe(12 * 60 * 1000);
    const rates = Array.from({ length: end / 1000 }, (_, second) => rateAt(traffic, second * 1000));
    expect(Math.max(...rates)).toBeCloseTo(3000, 6);
    // 60.8 million requests, a 60th of them, by 3000 in place of 3066 at the peak.
    expect(expectedUntil(traffic, end)).toBeCloseTo(
      rates.reduce((sum, rate) => sum + rate, 0),
      3,
    );
  });

  test.each([
    ['an empty trace', 'minute,requests\n', 'line 2 should be there: the trace has no bins'],
    ['a trace with a gap', 'minute,requests\n3,10\n4,12\n6,9\n', 'line 4 should be bin 5, and is 6'],
    ['another file', 'minute,requests\n1;2\n', 'line 2 is not like `12,3456`'],
  ])('refuses %s', (_, text, says) => {
    const written = trafficSchema.parse({ trace: './a.csv', bin: '60s', peak: '10 requests/s' });
    expect(() => trafficOf(written, () => text)).toThrow(
      expect.objectContaining({ code: 'trace-unreadable', message: `./a.csv: ${says}` }),
    );
  });

  test.each([
    ['a number without a unit', '[{ hold: 1000, for: 30s }]', 'the unit is missing'],
    ['a unit of another kind', '[{ hold: 1000 rps, for: 30s }]', '`rps` is no unit of a rate'],
    ['a line without a time', '[{ hold: 1000 requests/s }]', 'for'],
    ['no line', '[]', 'write at least one line of traffic'],
    ['a trace elsewhere', '{ trace: /etc/a.csv, bin: 60s, peak: 10 requests/s }', 'relative to the blueprint'],
  ])('refuses %s', (_, yaml, says) => {
    const result = trafficSchema.safeParse(parse(yaml));
    expect(JSON.stringify(result.error?.issues)).toContain(says);
  });
});

describe('a mix', () => {
  test('is kinds of pages with weights', () => {
    const mix = mixSchema.parse(
      parse(`
- { what: front page, weight: 25, get: / }
- { what: static files, weight: 50, get: [/assets/site.css, /assets/comments.js] }
- what: articles
  weight: 20
  get: /article/{id}
  draw: { id: { from: 1, to: 850, favour: newest } }
- { what: searches, weight: 4, get: "/search?q={word}", draw: { word: [cup, goal] } }
- what: comments
  weight: 1
  post: /article/{id}/comments
  form: { author: A fan, body: "{mark}" }
  draw: { id: { from: 1, to: 850 } }
  sessions: 100
`),
    );
    expect(mix).toMatchObject([
      { what: 'front page', method: 'GET', paths: ['/'], form: {}, draw: {} },
      { paths: ['/assets/site.css', '/assets/comments.js'] },
      { draw: { id: { kind: 'number', from: 1, to: 850, favour: 'newest' } } },
      { draw: { word: { kind: 'one-of', texts: ['cup', 'goal'] } } },
      { method: 'POST', paths: ['/article/{id}/comments'], form: { author: 'A fan', body: '{mark}' }, sessions: 100 },
    ]);
  });

  test.each([
    ['neither get nor post', '[{ what: a, weight: 1 }]', 'a kind of page has either `get` or `post`'],
    ['both', '[{ what: a, weight: 1, get: /, post: / }]', 'a kind of page has either `get` or `post`'],
    ['a form that is not posted', '[{ what: a, weight: 1, get: /, form: { a: b } }]', 'only a `post` has a form'],
    ['what is not drawn', '[{ what: a, weight: 1, get: "/{id}" }]', 'nothing is drawn for `{id}`'],
    [
      'a range that ends before it begins',
      '[{ what: a, weight: 1, get: "/{id}", draw: { id: { from: 2, to: 1 } } }]',
      'must not be less',
    ],
    ['a path with a space', '[{ what: a, weight: 1, get: /a b }]', 'this must be a path'],
    ['no weight', '[{ what: a, weight: 0, get: / }]', 'more than 0'],
  ])('refuses %s', (_, yaml, says) => {
    const result = mixSchema.safeParse(parse(yaml));
    expect(JSON.stringify(result.error?.issues)).toContain(says);
  });
});

test('visitors come over TLS, mostly on kept connections, unless it is said otherwise', () => {
  expect(visitorsSchema.parse({})).toEqual({ tls: true, newConnections: 0.1, timeout: 10_000 });
  expect(visitorsSchema.parse({ tls: false, newConnections: '0 %', timeout: '2s' })).toEqual({
    tls: false,
    newConnections: 0,
    timeout: 2000,
  });
});
