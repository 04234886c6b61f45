/** `spillway simulate --trace`: what it prints, for programs and for people, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ScaledSeedLine } from '../../src/app/simulate/seeds.ts';
import type { Summary } from '../../src/app/simulate/summary.ts';
import { quoted, wordsOf } from '../../src/cli/again.ts';
import { run } from './run-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'spillway-simulate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const trace = join(folder, 'evening.csv');
writeFileSync(trace, ['minute,requests', '0,6000', '1,18000', '2,36000', '4,30000', '5,6000', ''].join('\n'));
const simulate = (...words: readonly string[]) => run(['simulate', '--trace', trace, ...words]);

const elasticity = {
  ...{ thetaU: expect.any(Number) as number, thetaO: expect.any(Number) as number },
  ...{ tauU: expect.any(Number) as number, tauO: expect.any(Number) as number, upsilon: expect.any(Number) as number },
};
const measures = {
  elasticity,
  requests: {
    ...{ sent: expect.any(Number) as number, lost: expect.any(Number) as number },
    ...{ p50Ms: expect.any(Number) as number, p99Ms: expect.any(Number) as number },
  },
  machineHours: expect.any(Number) as number,
  cost: { currency: 'EUR', amount: expect.any(Number) as number, perHour: expect.any(Number) as number },
  mostMachines: expect.any(Number) as number,
};
const summary: Summary = {
  ...measures,
  ...{ seed: 1, held: true, objectives: [], virtualSeconds: 360, realSeconds: 1, violations: [], missingBins: 1 },
};

describe('with --json', () => {
  test('has the figures of Spillway', async () => {
    const { code, stdout, stderr } = await simulate('--json');
    expect(JSON.parse(stdout)).toEqual(summary);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('and with --policies those of others', async () => {
    const { stdout } = await simulate('--json', '--policies');
    const names = ['Spillway', 'hpa', 'keda', 'nomad', 'aws-target', 'aws-predictive'];
    const all = [...names, 'static at peak', 'static at mean'].map((name) => ({ name, ...measures }));
    expect(JSON.parse(stdout)).toEqual({ ...summary, policies: all });
  });

  test('the same seed has the same figures; another has others', async () => {
    const of = async (...words: readonly string[]) => (await simulate('--json', ...words)).stdout;
    expect(await of('--seed', '5')).toBe(await of('--seed', '5'));
    expect(await of('--seed', '6')).not.toBe(await of('--seed', '5'));
  });

  test('each seed of a range has a line', async () => {
    const { stdout } = await simulate('--seeds', '3..5', '--lines', '--until', '83s');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ScaledSeedLine);
    expect(lines).toEqual(
      [3, 4, 5].map((seed) => ({ seed, held: true, violations: [], virtualSeconds: 83, elasticity })),
    );
  });

  test('machines are billed in the periods that are said', async () => {
    const of = async (billed: string) =>
      (JSON.parse((await simulate('--json', '--price', '1 EUR/hour', '--billed', billed)).stdout) as Summary).cost
        .amount;
    expect(await of('hour')).toBe(Math.round(await of('hour')));
    expect(await of('second')).toBeLessThan(await of('minute'));
  });
});

test('a person reads what was chosen, what is missing, a table, and what its columns say', async () => {
  const { code, stdout } = await simulate('--policies');
  const lines = stdout.split('\n');
  expect(lines[0]).toContain('6 min 0 s in 1.0 s, 360 times faster; seed 1');
  expect(stdout).toContain('0.12 EUR an hour (chosen, as nobody said it)');
  expect(stdout).toContain('The record lacks 1 bin;');
  expect(stdout).toContain('✓ no invariant was broken');
  const rows = lines.filter((line) => /^(Spillway|hpa|keda|nomad|aws|static)/.test(line));
  expect(rows).toHaveLength(8);
  expect(stdout).toContain('Demand is the fewest machines that serve what comes.');
  expect(code).toBe(0);
});

test('a price that was said is not told as chosen', async () => {
  const { stdout } = await simulate(
    '--price',
    '0.40 EUR/hour',
    '--capacity',
    '50rps',
    '--grows',
    '3x',
    '--within',
    '20s',
  );
  expect(stdout).toContain('Machines serve 50 requests/s');
  expect(stdout).toContain('0.4 EUR an hour. It is said to grow 3 times within 20 s.');
});

test('the page has the table and a picture of each policy, and needs nothing beside itself', async () => {
  const page = join(folder, 'page.html');
  const { code } = await simulate('--policies', '--report', page);
  const html = readFileSync(page, 'utf8');
  expect(code).toBe(0);
  expect(html.match(/<svg/g)).toHaveLength(8);
  expect(html.match(/<tr>/g)).toHaveLength(9);
  expect(html).not.toMatch(/<(script|link|img)|NaN|undefined|https?:/);
});

describe('is refused with a mend', () => {
  const nowhere = join(folder, 'no/where');
  test.each<[readonly string[], string]>([
    [[], 'there is nothing to simulate'],
    [['sofoot', 'x', 'y'], 'a scenario is played on one platform'],
    [['--trace', trace, '--peak', '10rps'], '`--peak` is about platforms'],
    [['nowhere', '--trace', trace], 'there is no blueprint `nowhere`'],
    [['sofoot', '--trace', trace, '--capacity', '10rps'], '`--capacity` is about machines of one kind'],
    [['sofoot', '--trace', trace, '--recording', 'x'], '`--recording` is about a platform’s scenario'],
    [['sofoot', '--trace', trace, '--lines'], '`--lines` is about several seeds'],
    [['sofoot', 'sofoot', '--trace', trace, '--seeds', '1..3'], 'several seeds are of one platform'],
    [['sofoot', 'sofoot', '--trace', trace, '--report', 'x'], 'a page is of one platform'],
    [['--trace', nowhere], 'is not there'],
    [['--trace', folder], 'is a folder and no file'],
    [['--trace', trace, '--bin', '500ms'], '--bin: `500ms` is too little'],
    [['--trace', trace, '--bin', 'x'], '--bin: `x` is not a duration'],
    [['--trace', trace, '--capacity', '100'], '--capacity: the unit is missing'],
    [['--trace', trace, '--capacity', '0rps'], '--capacity: `0 requests/s` is too little'],
    [['--trace', trace, '--ready-after', '2d'], '--ready-after: no machine takes longer than a day'],
    [['--trace', trace, '--spread', '0.5'], '--spread: `0.5` is not what can be'],
    [['--trace', trace, '--spread', 'NaN'], '--spread: `NaN` is not what can be'],
    [['--trace', trace, '--base', '0'], '--base: `0` is not what can be'],
    [['--trace', trace, '--base', '1.5'], '--base: `1.5` is not what can be'],
    [['--trace', trace, '--most', '1e9'], '--most: `1e9` is not what can be'],
    [['--trace', trace, '--base', '5', '--most', '3'], '--most 3 is less than --base 5'],
    [['--trace', trace, '--hold', '-1s'], '--hold: `-1s` is less than nothing'],
    [['--trace', trace, '--billed', 'week'], '--billed: nobody bills by the `week`'],
    [['--trace', trace, '--billed', 'toString'], '--billed: nobody bills by the `toString`'],
    [['--trace', trace, '--price', '5'], '--price: `5` is not a price'],
    [['--trace', trace, '--grows', '3x'], 'a growth has a size and a time'],
    [['--trace', trace, '--within', '3s'], 'a growth has a size and a time'],
    [['--trace', trace, '--grows', '0x', '--within', '3s'], '--grows: `0x` is not what can be'],
    [['--trace', trace, '--forecast', 'soon'], '--forecast: `soon` is not a duration'],
    [['--trace', trace, '--target', '0%'], '--target: `0%` is too little'],
    [['--trace', trace, '--target', '120%'], '--target: `120%` is more than can be'],
    [['--trace', trace, '--patience', '10'], '--patience: the unit is missing'],
    [['--trace', trace, '--smooth', '0s'], '--smooth: `0s` is too little'],
    [['--trace', trace, '--start', '1998-06-31T00:00:00Z'], '--start: `1998-06-31T00:00:00Z` is no instant'],
    [['--trace', trace, '--start', 'monday'], '--start: `monday` is no instant'],
    [['--trace', trace, '--seed', '-1'], '--seed: `-1` is not what can be'],
    [['--trace', trace, '--seed', '4294967296'], '--seed: `4294967296` is not what can be'],
    [['--trace', trace, '--seeds', '9..1'], '--seeds: `9..1` are no seeds'],
    [['--trace', trace, '--seeds', '1..9999999'], '--seeds: `1..9999999` are no seeds'],
    [['--trace', trace, '--seeds', '1..9', '--seed', '3'], 'either one seed or several'],
    [['--trace', trace, '--seeds', '1..9', '--policies'], 'several seeds are played by Spillway alone'],
    [['--trace', trace, '--lines'], '`--lines` is about several seeds'],
    [['--trace', trace, '--until', '0s'], '--until: `0s` is too little'],
    [['--trace', trace, '--chaos'], '`--chaos` is about a platform’s scenario'],
    [['--trace', trace, '--recording', 'x'], '`--recording` is about a platform’s scenario'],
    [['--trace', trace, '--report', join(nowhere, 'page.html')], 'page.html cannot be written'],
  ])('%j', async (words, says) => {
    const { code, stdout, stderr } = await run(['simulate', ...words, '--json']);
    const { error } = JSON.parse(stdout) as { error: Record<string, string> };
    expect(error.message).toContain(says);
    expect(error.mend).toMatch(/./);
    expect(error.code).not.toBe('bug');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  });
});

test('a call can be written again, for a shell too', () => {
  const options = { trace: 'a b.csv', readyAfter: '30s', price: '0.12 EUR/hour', json: true, chaos: false };
  const words = wordsOf('simulate', { operands: ['shop', "it's"], options });
  expect(quoted(words)).toBe(
    `simulate shop 'it'\\''s' --trace 'a b.csv' --ready-after 30s --price '0.12 EUR/hour' --json`,
  );
});
