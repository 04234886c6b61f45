/** A thousand evenings in which things break by chance, as a person plays them: on all cores, by the program itself. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { SeedsSummary } from '../../src/app/simulate/seeds.ts';

const simulate = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', 'simulate', ...words, '--json'], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  expect(stderr).toBe('');
  return { status, summary: JSON.parse(stdout) as SeedsSummary };
};

test('of a thousand seeds of SoFoot’s peak none breaks an invariant', { timeout: 600_000 }, () => {
  const { status, summary } = simulate('sofoot', 'triple-in-20s', '--chaos', '--usual-times', '--seeds', '1001..2000');
  expect({ status, failed: summary.failed }).toEqual({ status: 0, failed: [] });
  expect(summary.virtualSeconds).toBeGreaterThan(200_000);
});

test('of forty seeds of its databases none does', { timeout: 600_000 }, () => {
  const { status, summary } = simulate('sofoot', '--failovers', '--until', '3min', '--seeds', '1001..1040');
  expect({ status, failed: summary.failed }).toEqual({ status: 0, failed: [] });
});
