/** `spillway simulate PLATFORM... --trace FILE`: what it prints, for one platform and for many. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { PlatformSummary } from '../../src/app/simulate/play-platform-traffic.ts';
import type { ScaledSeedLine } from '../../src/app/simulate/seeds.ts';
import { sofoot } from '../blueprint/sofoot.ts';
import { run } from './run-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'spillway-simulate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const trace = join(folder, 'evening.csv');
const minutes = [60, 60, 90, 120, 160, 170, 170, 120, 80, 60];
writeFileSync(trace, ['minute,requests', ...minutes.map((k, minute) => `${minute},${1000 * k}`), ''].join('\n'));
const simulate = (...words: readonly string[]) => run(['simulate', 'sofoot', '--trace', trace, ...words]);

describe('one platform', () => {
  test('with --json has all that was measured, and what its blueprint promises', async () => {
    const { code, stdout, stderr } = await simulate('--json');
    const summary = JSON.parse(stdout) as PlatformSummary;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(summary).toMatchObject({
      ...{ platform: 'sofoot', seed: 1, chaos: false, held: true, violations: [], calibratedBySteps: 0 },
      ...{ requests: { lost: 0 }, cost: { currency: 'EUR' } },
    });
    expect(summary.objectives.map(({ name, held }) => `${name} ${held}`)).toEqual([
      'lostRequests true',
      'p99 true',
      'budget true',
    ]);
    expect(summary.came).toBeGreaterThan(0);
    expect(summary.mostMachines).toBeGreaterThan(3 + summary.came / 2);
    expect(summary.virtualSeconds).toBeGreaterThan(600);
    const sum = 1000 * minutes.reduce((all, one) => all + one);
    expect(Math.abs(summary.requests.sent / sum - 1)).toBeLessThan(0.05);
  });

  test('for a person is a table, with what came', async () => {
    const { code, stdout } = await simulate('--chaos', '--seed', '2', '--usual-times');
    expect(code).toBe(0);
    expect(stdout).toMatch(/evening\.csv {2}on 1 platform: [\s\S]*✓ no invariant was broken[\s\S]*\nsofoot {2}/);
    expect(stdout).toMatch(/machines? came, which took the usual times\./);
  });

  test('with --peak the fullest second has that rate', async () => {
    const sent = async (peak: string) =>
      (JSON.parse((await simulate('--json', '--peak', peak)).stdout) as PlatformSummary).requests.sent;
    expect((await sent('2000rps')) / (await sent('1000rps'))).toBeCloseTo(2, 1);
  });

  test('has a page', async () => {
    const page = join(folder, 'page.html');
    await simulate('--report', page);
    expect(readFileSync(page, 'utf8')).toMatch(/On sofoot, seed 1\.[\s\S]*<svg/);
  });

  test('each seed of a range has a line', async () => {
    const { stdout } = await simulate('--seeds', '3..4', '--lines', '--chaos', '--until', '90s');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ScaledSeedLine);
    expect(lines.map(({ seed, held }) => ({ seed, held }))).toEqual([3, 4].map((seed) => ({ seed, held: true })));
  });

  test('that does not hold what it promises exits with 1, and says what', async () => {
    const { code, stdout } = await simulate('--peak', '30000rps');
    expect(code).toBe(1);
    expect(stdout).toContain('✗ objectives that did not hold: sofoot: lostRequests');
  });
});

test('many platforms have a line each, and each its own chance', async () => {
  const paths = [1, 2, 3].map((ordinal) => {
    const own = join(folder, `p${ordinal}`);
    mkdirSync(own);
    mkdirSync(join(own, 'site'));
    writeFileSync(join(own, 'site/schema.sql'), '');
    writeFileSync(join(own, 'blueprint.yaml'), sofoot.replace('platform: sofoot', `platform: p${ordinal}`));
    return own;
  });
  const words = ['simulate', ...paths, '--trace', trace];
  const { platforms, held } = JSON.parse((await run([...words, '--json'])).stdout) as {
    held: boolean;
    platforms: readonly PlatformSummary[];
  };
  expect(held).toBe(true);
  expect(platforms.map(({ platform, seed }) => `${platform} ${seed}`)).toEqual(['p1 1', 'p2 2', 'p3 3']);
  expect(new Set(platforms.map(({ requests }) => requests.sent)).size).toBe(3);
  const { stdout } = await run(words);
  expect(stdout).toContain('on 3 platforms');
  expect(stdout.split('\n').filter((line) => /^p\d /.test(line))).toHaveLength(3);
});

test('a platform without a route that scales says so, with a mend', async () => {
  const own = join(folder, 'fixed');
  mkdirSync(join(own, 'site'), { recursive: true });
  writeFileSync(join(own, 'site/schema.sql'), '');
  writeFileSync(join(own, 'blueprint.yaml'), sofoot.replaceAll(/, serves: \d+ requests\/s/g, ''));
  const { code, stdout } = await run(['simulate', own, '--trace', trace, '--json']);
  expect(code).toBe(2);
  expect((JSON.parse(stdout) as { error: { mend: string } }).error.mend).toContain('pools.web.base.serves');
});
