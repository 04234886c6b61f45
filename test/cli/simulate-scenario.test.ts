/** `spillway simulate PLATFORM SCENARIO`, `compare` and `plan --prove`: what they print, and what they refuse. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/app/simulate/compare.ts';
import type { ScenarioSummary } from '../../src/app/simulate/play-scenario.ts';
import type { Proof } from '../../src/app/simulate/prove.ts';
import type { ScaledSeedLine } from '../../src/app/simulate/seeds.ts';
import type { Recording } from '../../src/rehearse/recording.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';
import { run } from './run-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'spillway-simulate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string) => join(folder, name);
const simulate = (...words: readonly string[]) => run(['simulate', 'sofoot', 'triple-in-20s', ...words]);

describe('one seed', () => {
  test('with --json has all that was measured', async () => {
    const { code, stdout, stderr } = await simulate('--json');
    const summary = JSON.parse(stdout) as ScenarioSummary;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(summary).toMatchObject({
      ...{ platform: 'sofoot', scenario: 'triple-in-20s', seed: 1, chaos: false, held: true },
      ...{ requests: { lost: 0 }, violations: [], calibratedBySteps: 0 },
    });
    expect(Object.keys(summary.elasticity).sort()).toEqual(['tauO', 'tauU', 'thetaO', 'thetaU', 'upsilon']);
    expect(summary.machineHours).toBeGreaterThan(0.2);
    expect(summary.virtualSeconds).toBeGreaterThan(210);
    expect(summary.cost).toMatchObject({ currency: 'EUR' });
    expect(summary.objectives.map(({ name }) => name)).toContain('peak');
  });

  test('for a person ends with the verdict, the seed and the invariants; the page says that no machine ran', async () => {
    const { code, stdout } = await simulate('--report', file('page.html'), '--seed', '4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/The objectives held\.[\s\S]*seed 4: [\s\S]*usual times[\s\S]*✓ no invariant was broken/);
    expect(readFileSync(file('page.html'), 'utf8')).toContain('In virtual time, with seed 4');
  });

  test('of the beginning alone only the invariants are judged', async () => {
    const { code, stdout } = await simulate('--until', '40s', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as ScenarioSummary).objectives.every(({ held }) => held)).toBe(false);
  });

  test('that does not hold its objectives exits with 1', async () => {
    const weak = file('weak.yaml');
    const scenario = readFileSync('blueprints/sofoot/scenarios/triple-in-20s.yaml', 'utf8');
    writeFileSync(weak, `${scenario}\ncapacity: base only\n`);
    const { code, stdout } = await run(['simulate', 'sofoot', weak, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ held: false, violations: [] });
  });
});

test('each seed of a range has a line', async () => {
  const { stdout } = await simulate('--seeds', '3..5', '--lines', '--chaos');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ScaledSeedLine);
  expect(lines.map(({ seed, held }) => ({ seed, held }))).toEqual([3, 4, 5].map((seed) => ({ seed, held: true })));
});

test.each([
  [['simulate', 'sofoot'], 'name a scenario: spillway simulate sofoot NAME'],
  [['simulate', 'sofoot', 'triple-in-20'], 'did you mean `triple-in-20s`?'],
  [['simulate', 'sofoot', 'triple-in-20s', '--capacity', '100rps'], 'the blueprint and the scenario say it'],
  [['simulate', 'sofoot', 'triple-in-20s', '--lines'], 'say which, for example `--seeds 1..100`'],
  [
    ['simulate', 'sofoot', 'triple-in-20s', '--seeds', '1..3', '--report', 'x.html'],
    'leave out `--seeds`, or the file',
  ],
  [['compare', 'sofoot', 'triple-in-20s', '--recording', 'package.json'], '--recording FILE'],
  [['compare', 'sofoot', 'triple-in-20s', '--recording', 'README.md'], '--recording FILE'],
])('%s is refused with a mend', async (words, mend) => {
  const { code, stdout } = await run([...words, '--json']);
  expect(code).toBe(2);
  expect((JSON.parse(stdout) as { error: { mend: string } }).error.mend).toContain(mend);
});

describe('compare', () => {
  test('says how far a recording is from the median of twenty seeds', async () => {
    await simulate('--seed', '99', '--recording', file('simulated.json'));
    // As if it had been on machines: another seed of the same world, as near as chance lets it be.
    const { seed: _, ...recording } = JSON.parse(readFileSync(file('simulated.json'), 'utf8')) as Recording;
    writeFileSync(file('last.json'), JSON.stringify(recording));
    const words = ['compare', 'sofoot', 'triple-in-20s', '--recording', file('last.json')];
    const { code, stdout } = await run([...words, '--json']);
    expect(code).toBe(0);
    const { figures, seeds } = JSON.parse(stdout) as Comparison;
    expect(seeds).toBe(20);
    const named = (name: string) => figures.find((one) => one.name === name)!;
    expect(named('most machines that serve')).toMatchObject({ rehearsed: 8, simulated: 8 });
    for (const name of ['time to capacity', 'machine-hours'])
      expect(named(name).simulated! / named(name).rehearsed!).toBeCloseTo(1, 0);
    expect(named('apart').simulated).toBeLessThan(0.5);
    expect((await run(words)).stdout).toMatch(/rehearsed +simulated +difference[\s\S]*machines apart on average/);
  });

  test('takes no recording of another scenario, of other traffic, nor one that did not end', async () => {
    const recording = JSON.parse(readFileSync(file('last.json'), 'utf8')) as Recording;
    const { total: _, ...cut } = recording;
    writeFileSync(file('other.json'), JSON.stringify({ ...recording, scenario: 'world-cup-evening' }));
    writeFileSync(file('cut.json'), JSON.stringify(cut));
    const traffic = [{ kind: 'hold', perSecond: 1000, forMs: 210_000 }];
    writeFileSync(file('before.json'), JSON.stringify({ ...recording, traffic }));
    writeFileSync(file('null.json'), 'null');
    for (const name of ['other.json', 'cut.json', 'before.json', 'simulated.json', 'null.json']) {
      const { code, stderr } = await run(['compare', 'sofoot', 'triple-in-20s', '--recording', file(name)]);
      expect({ name, code }).toEqual({ name, code: 2 });
      expect(stderr).toContain('recording');
    }
  });
});

test('`plan --prove` says of each objective in how many of a hundred seeds it held', async () => {
  const { toolbox } = imaginedToolbox();
  const { stdout } = await run(['plan', 'sofoot', '--prove', '--json'], toolbox);
  const { proof } = JSON.parse(stdout) as { proof: Proof };
  expect(proof).toMatchObject({ seeds: 100, held: true, violations: {} });
  expect(proof.objectives.every(({ heldIn }) => heldIn === 100)).toBe(true);
});
