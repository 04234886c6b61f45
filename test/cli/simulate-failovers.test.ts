/** `spillway simulate PLATFORM --failovers`: what it prints, and what it refuses. */
import { describe, expect, test } from 'vitest';
import type { FailoversLine } from '../../src/app/simulate/failovers.ts';
import { run } from './run-words.ts';

const simulate = (...words: readonly string[]) => run(['simulate', 'sofoot', '--failovers', ...words]);

describe('one seed', () => {
  test('tells what fails and what is decided, then how often, and that nothing was broken', async () => {
    const { code, stdout } = await simulate('--until', '3min', '--seed', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +\d+\.\d s {2}database-\d: power lost for /m);
    expect(stdout).toMatch(/^ +\d+\.\d s {2}move: database-\d becomes the primary$/m);
    expect(stdout).toMatch(
      /\d+ troubles?, \d+ moves? of a primary, .* writes acknowledged\nseed 2: .*\n✓ no invariant/,
    );
  });

  test('with --json has all that was counted, twice the same', async () => {
    const play = async () => {
      const { stdout } = await simulate('--until', '1min', '--json');
      const { realSeconds: _, ...line } = JSON.parse(stdout) as FailoversLine & { realSeconds: number };
      return line;
    };
    const line = await play();
    expect(line).toMatchObject({ platform: 'sofoot', seed: 1, held: true, violations: [] });
    expect(line.troubles).toBeGreaterThan(0);
    expect(line.acknowledged).toBeGreaterThan(1000);
    expect(await play()).toEqual(line);
  });
});

test('each seed of a range has a line', async () => {
  const { stdout } = await simulate('--until', '20s', '--seeds', '1..2', '--lines');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FailoversLine);
  expect(lines.map(({ seed, held }) => ({ seed, held }))).toEqual([
    { seed: 1, held: true },
    { seed: 2, held: true },
  ]);
});

test.each([
  [['simulate', 'mobile-vpn', '--failovers'], 'nothing acknowledged may be lost'],
  [['simulate', 'sofoot', 'triple-in-20s', '--failovers'], 'needs no scenario'],
  [['simulate', 'sofoot', '--failovers', '--chaos'], 'about databases alone'],
  [['simulate', 'sofoot', '--failovers', '--lines'], 'about several seeds'],
])('%j is refused', async (words, says) => {
  const { code, stderr } = await run(words);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
  expect(stderr).toContain('mend: ');
});
