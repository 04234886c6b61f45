import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { schema } from '../../../src/app/schema.ts';
import { durationMs, expectedUntil } from '../../../src/rehearse/load/traffic.ts';
import { calendarAt } from '../../../src/rehearse/scenario/clock.ts';
import { example } from '../../../src/rehearse/scenario/example.ts';
import { parseScenario } from '../../../src/rehearse/scenario/parse.ts';
import { peakAsked } from '../../../src/rehearse/scenario/scenario.ts';
import { underlined } from '../../blueprint/json-schema.ts';
import { beside, blueprint, folder, scenarioNamed, scenarioText, told } from './sofoot.ts';

const repository = resolve(folder, '../..');
const names = globSync('scenarios/*.yaml', { cwd: folder }).map((path) => basename(path, '.yaml'));

describe.each(names)('%s', (name) => {
  test('is accepted, by Spillway and by editors', () => {
    expect(told(scenarioText(name))).toEqual([]);
    expect(underlined(parse(scenarioText(name)), schema.scenario())).toEqual([]);
  });

  test('names the schema in its first line', () => {
    const [, named = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(scenarioText(name)) ?? [];
    expect(resolve(folder, 'scenarios', named)).toBe(join(repository, 'docs/scenarios.schema.json'));
  });
});

test('docs/scenarios.schema.json is up to date', () => {
  const mend =
    'renew it with: ./spillway schema --scenario >docs/scenarios.schema.json; npx prettier --write docs/scenarios.schema.json';
  const written = JSON.parse(readFileSync(join(repository, 'docs/scenarios.schema.json'), 'utf8')) as unknown;
  expect(JSON.stringify(written) === JSON.stringify(schema.scenario()), mend).toBe(true);
});

test('the example on the reference page is accepted', () => {
  expect(told(example)).toEqual([]);
});

describe('SoFoot’s scenarios', () => {
  test.each([
    ['triple-in-20s', 210_000, 3000, 475_000],
    ['triple-in-30s', 230_000, 2300, 395_050],
    ['world-cup-evening', 720_000, 2845, 916_000],
    ['weekday-evenings', 600_000, 1800, 475_000],
    ['balancer-lost', 65_000, 600, 37_500],
    ['web-lost', 65_000, 600, 37_500],
    ['web-base-lost', 95_000, 300, 27_750],
  ])('%s: %i ms with a peak of %i requests/s, about %i requests', (name, lasts, peak, requests) => {
    const { traffic } = scenarioNamed(name);
    expect(durationMs(traffic)).toBe(lasts);
    expect(Math.round(peakAsked(traffic))).toBe(peak);
    expect(Math.round(expectedUntil(traffic, lasts) / 1000)).toBe(Math.round(requests / 1000));
  });

  test('judge by the blueprint what they do not say themselves', () => {
    expect(scenarioNamed('triple-in-30s').objectives).toEqual({
      ...{ backAtBase: true, lostRequests: 0, p99Ms: 800 },
      // The blueprint's 3,000 are not asked for.
      peakPerSecond: 2300,
      budget: { perHour: 1200 / 730, per: 'month', currency: 'EUR' },
    });
  });

  test('visit the first host of the first route unless they name one', () => {
    expect(scenarioNamed('triple-in-20s').route).toEqual({ address: 'www', host: 'www.sofoot.test', pool: 'web' });
  });

  test('weekday-evenings runs from Monday afternoon to Wednesday night', () => {
    const { clock, traffic, schedule } = scenarioNamed('weekday-evenings');
    const at = (ms: number) => new Date(calendarAt(clock, 5, 5 + ms).nowMs).toISOString();
    expect([at(0), at(30_000), at(durationMs(traffic))]).toEqual([
      '2026-06-15T11:00:00.000Z',
      '2026-06-15T14:00:00.000Z',
      '2026-06-17T23:00:00.000Z',
    ]);
    expect(schedule).toEqual([{ pool: 'web', days: [1, 2, 3], from: '16:00', until: '22:00', size: 6 }]);
    expect(calendarAt(clock, Infinity, 5).nowMs).toBe(clock!.fromMs);
    expect(calendarAt(undefined, 5, 7)).toEqual({ nowMs: 7, speed: 1 });
  });
});

test('faults come in the order of time, each with its verb', () => {
  const text = `${example.replace('at: 60s', 'at: 100s')}\n`;
  const result = parseScenario(text, blueprint, beside);
  expect(result.ok && result.scenario.faults).toEqual([
    { kind: 'cut', atMs: 90_000, target: 'database-2', forMs: 20_000 },
    { kind: 'kill', atMs: 100_000, target: 'web-1' },
  ]);
});

describe('a ledger', () => {
  const asks = 'ledger: { pool: database, from: web-3 }';
  const parsed = (text: string) => {
    const result = parseScenario(text, blueprint, beside);
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
    return result.scenario;
  };

  test('beside the traffic lasts as long, and is judged by what the blueprint says of writes', () => {
    const { ledger, objectives, route } = parsed(`${example}\n${asks}`);
    expect(ledger).toEqual({ pool: 'database', from: 'web-3', writers: 2, everyMs: 20 });
    expect(objectives).toMatchObject({ rtoMs: 30_000, rpoMs: 0, p99Ms: 500 });
    expect(route).toMatchObject({ pool: 'web' });
    expect(parsed(example).objectives).not.toHaveProperty('rtoMs');
  });

  test('alone is the load: nobody visits, and nothing is asked of visits', () => {
    const visits = example.slice(example.indexOf('traffic:'), example.indexOf('faults:'));
    const alone = 'ledger: { pool: database, from: web-3, for: 2min, writers: 4, every: 50ms }\n';
    const { traffic, mix, ledger, route, objectives } = parsed(
      example.replace(visits, alone).replace('objectives: { p99: 500ms }', ''),
    );
    expect({ traffic, mix, route }).toEqual({
      ...{ traffic: [{ kind: 'hold', perSecond: 0, forMs: 120_000 }], mix: [], route: undefined },
    });
    expect(ledger).toMatchObject({ writers: 4, everyMs: 50 });
    expect(Object.keys(objectives).sort()).toEqual(['backAtBase', 'budget', 'rpoMs', 'rtoMs']);
  });
});
