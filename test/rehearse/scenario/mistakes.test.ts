/** Mistakes that people make in a scenario, and what they are told: `golden/mistakes.txt`. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { example } from '../../../src/rehearse/scenario/example.ts';
import { parseScenario } from '../../../src/rehearse/scenario/parse.ts';
import { beside, blueprint, told } from './sofoot.ts';

const traffic = example.slice(example.indexOf('traffic:'), example.indexOf('mix:'));
const visits = example.slice(example.indexOf('traffic:'), example.indexOf('faults:'));

const mistakes: readonly (readonly [title: string, from: string, to: string, problems?: number])[] = [
  ['a misspelt key', 'watch: 5min', 'wacth: 5min'],
  ['a misspelt verb of the traffic', '{ hold: 1000 requests/s, for: 30s }', '{ hlod: 1000 requests/s, for: 30s }'],
  ['a line of traffic without its time', '{ ramp: 3000 requests/s, over: 20s }', '{ ramp: 3000 requests/s }'],
  [
    'traffic without a unit, in two lines',
    '1000 requests/s, for: 30s }\n  - { ramp: 3000 requests/s',
    '1000, for: 30s }\n  - { ramp: 3000',
    2,
  ],
  ['a misspelt verb of a fault', '{ at: 60s, kill: web-1 }', '{ at: 60s, kil: web-1 }'],
  ['a fault without a verb', '{ at: 60s, kill: web-1 }', '{ at: 60s }'],
  ['two faults in one line', '{ at: 60s, kill: web-1 }', '{ at: 60s, kill: web-1, cut: web-2 }'],
  ['a machine that is not there', 'kill: web-1', 'kill: web-4'],
  [
    'a machine that is not there, and an error elsewhere',
    'kill: web-1 }\n  - { at: 90s',
    'kill: wbe-1 }\n  - { at: 90',
    2,
  ],
  ['a site that is not there', 'cut: database-2', 'cut: sgb'],
  ['a process on a machine that is not there', 'kill: web-1', 'crash: databse-1/mariadbd'],
  ['a slow link that does not say how slow', 'kill: web-1', 'slow: sbg'],
  ['a slow link without a unit', 'kill: web-1', 'slow: sbg, to: 5'],
  ['a measure of what has none', 'kill: web-1', 'freeze: web-1, to: 50 %'],
  ['a time for what is over at once', 'kill: web-1', 'crash: web-1/nginx, for: 20s'],
  ['a fault after the traffic', 'at: 60s', 'at: 60min'],
  ['a host that no route has', 'route: www.sofoot.test', 'route: ww.sofoot.test'],
  ['a page that draws nothing', 'draw: { id: { from: 1, to: 850, favour: newest } }', 'sessions: 3'],
  ['a kind of page with a misspelt key', 'what: front page, weight: 80', 'what: front page, wieght: 80'],
  [
    'a trace that is not there',
    example.slice(example.indexOf('traffic:'), example.indexOf('mix:')),
    'traffic: { trace: ./traces/none.csv, bin: 60s, peak: 300 requests/s }\n',
  ],
  [
    'a misspelt key of a trace',
    example.slice(example.indexOf('traffic:'), example.indexOf('mix:')),
    'traffic: { trace: ./traces/worldcup98-26jun-minute.csv, bim: 60s, peak: 300 requests/s }\n',
  ],
  [
    'a peak that is never asked for',
    'objectives: { p99: 500ms }',
    'objectives: { peak: { requests: 4000 requests/s } }',
  ],
  ['a capacity that there is not', 'watch: 5min', 'capacity: base'],
  ['a calendar without an offset', 'watch: 5min', 'clock: { from: 2026-06-15, speed: 360 }'],
  [
    'hours that no day has',
    'watch: 5min',
    'schedule: [{ pool: wep, days: [monady], from: "25:00", until: "22:00", machines: 7 }]',
    3,
  ],
  [
    'hours of a pool that cannot grow',
    'watch: 5min',
    'schedule: [{ pool: database, days: [monday], from: "16:00", until: "22:00", machines: 7 }]',
  ],
  ['a hold that is none', 'watch: 5min', 'hold: { in: 20 }'],
  ['a way to pay that there is not', 'watch: 5min', 'paid: hourly'],
  ...(
    [
      ['a ledger of a pool without a database', 'pool: web, from: web-3'],
      ['a ledger from a machine that is not there', 'pool: database, from: web-9'],
      ['a ledger from a machine that comes and goes', 'pool: database, from: web-x1'],
      ['a ledger from a machine that a fault hurts', 'pool: database, from: web-1'],
      ['a ledger from the database itself', 'pool: database, from: database-1'],
      ['a ledger from a pool that no flow lets in', 'pool: database, from: balancer-1'],
      ['a ledger that says how long, with traffic that does', 'pool: database, from: web-3, for: 60s'],
      ['a ledger without its pool', 'from: web-3'],
    ] as const
  ).map(([title, ledger]) => [title, 'watch: 5min', `ledger: { ${ledger} }`] as const),
  ['a ledger alone that does not say how long', visits, 'ledger: { pool: database, from: web-3 }\n'],
  [
    'a ledger alone, and a fault after it',
    `${visits}faults:\n  - { at: 60s`,
    'ledger: { pool: database, from: web-3, for: 60s }\nfaults:\n  - { at: 61s',
    2,
  ],
  ['pages of which nobody could ask', traffic, 'ledger: { pool: database, from: web-3, for: 2min }\n'],
  ['neither traffic nor a ledger', traffic, ''],
  ['no mix', example.slice(example.indexOf('mix:'), example.indexOf('faults:')), ''],
  ['nothing at all', example, ''],
];

const made = ([, from, to]: (typeof mistakes)[number]) => {
  expect(example).toContain(from);
  return example.replace(from, () => to);
};

test('all are told as on the golden page', async () => {
  const page = mistakes.map((mistake) => `## ${mistake[0]}\n\n${told(made(mistake)).join('\n\n')}\n`).join('\n');
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'mistakes.txt'));
});

test.each(mistakes.map((mistake) => ({ title: mistake[0], mistake })))('$title: each problem once', ({ mistake }) => {
  expect(told(made(mistake))).toHaveLength(mistake[3] ?? 1);
});

test('a blueprint without routes is written to', () => {
  const text = example
    .replace(visits, 'ledger: { pool: database, from: web-3, for: 2min }\n')
    .replace(/^route: .*\n/m, '');
  const result = parseScenario(text, { ...blueprint, routes: [] }, beside);
  expect(result.ok ? [] : result.problems).toEqual([]);
});

test('a blueprint without routes has nothing to visit, and one without TLS is visited without', () => {
  const problems = (change: Partial<typeof blueprint>) => {
    const result = parseScenario(example, { ...blueprint, ...change }, beside);
    return result.ok ? [] : result.problems.map(({ message }) => message);
  };
  expect(problems({ routes: [] })).toContain('the blueprint has no route that could be visited');
  expect(problems({ routes: blueprint.routes.map((route) => ({ ...route, tls: false })) })).toEqual([
    'the route of www.sofoot.test does not answer TLS, and visitors come over TLS',
  ]);
});
