/** SoFoot's peak in virtual time: the same each time, as in a rehearsal, and right whatever breaks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noAssets } from '../../../src/blueprint/platform.ts';
import { broughtToRest } from '../../../src/app/simulate/rest.ts';
import { promisedPeak, prove } from '../../../src/app/simulate/prove.ts';
import { simulateScenario } from '../../../src/app/simulate/scenario.ts';
import type { ScenarioToSimulate } from '../../../src/app/simulate/scenario-to-simulate.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { parseScenario } from '../../../src/rehearse/scenario/parse.ts';
import { usualTimings } from '../../../src/sim/platform/timings.ts';
import { virtualTime } from '../../../src/sim/time/virtual-time.ts';
import { imaginedStore } from '../../../src/sim/imagined-store.ts';
import { blueprintOf, digest, upWorld, vault } from '../../plan/imagined.ts';
import { sofoot as text } from '../../blueprint/sofoot.ts';

const sofoot = blueprintOf(text);
const folder = join(import.meta.dirname, '../../../blueprints/sofoot');

function scenarioNamed(name: string, more = '') {
  const written = readFileSync(join(folder, `scenarios/${name}.yaml`), 'utf8') + more;
  const parsed = parseScenario(written, sofoot, (path) => readFileSync(join(folder, path), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const simulated = (seed: number, more: Partial<ScenarioToSimulate> = {}) =>
  simulateScenario({
    ...{ blueprint: sofoot, assets: noAssets, name: 'triple-in-20s', scenario: scenarioNamed('triple-in-20s') },
    ...{ seed, chaos: false, digest, timings: (_, { readyMs }) => usualTimings(readyMs) },
    ...more,
  });

describe('the peak', () => {
  test('is held, with the whole overflow, and all of it is gone at the end', async () => {
    const { verdict, violations, elasticity } = await simulated(1);
    expect(verdict.objectives.filter(({ held }) => !held)).toEqual([]);
    expect(verdict.held).toBe(true);
    expect(verdict.requests).toMatchObject({ lost: 0 });
    expect(verdict.requests.sent).toBeGreaterThan(470_000);
    expect(verdict.scaling).toHaveLength(5);
    expect(violations).toEqual([]);
    expect(elasticity.tauU).toBeLessThan(1);
  });

  test('is not held by the base alone', async () => {
    const { verdict } = await simulated(1, { scenario: scenarioNamed('triple-in-20s', '\ncapacity: base only\n') });
    expect(verdict.held).toBe(false);
    expect(verdict.requests.lost).toBeGreaterThan(100_000);
    expect(verdict.scaling).toEqual([]);
  });

  test('each request that was sent is served or lost in the end', async () => {
    for (const seed of [3, 30]) {
      const { verdict, recording } = await simulated(seed, { chaos: true });
      const { sent, answered, lost } = verdict.requests;
      expect(Math.abs(answered + lost - sent)).toBeLessThanOrEqual(1);
      expect(Math.min(...recording.seconds.map(({ byStatus }) => byStatus['2xx']))).toBeGreaterThanOrEqual(0);
    }
  });

  test('one seed gives one result, byte for byte; another seed another one', async () => {
    const [once, again, other] = [await simulated(7), await simulated(7), await simulated(8)];
    expect(JSON.stringify(again)).toBe(JSON.stringify(once));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(once));
  });

  test('what breaks changes no arrival', async () => {
    const sent = async (chaos: boolean) =>
      // While things break some are answered after the load has ended.
      (await simulated(3, { chaos })).recording.seconds.slice(0, 210).map((one) => one.sent);
    expect(await sent(true)).toEqual(await sent(false));
  });

  test('its beginning alone is the beginning of the whole', async () => {
    const [whole, part] = [await simulated(2, { chaos: true }), await simulated(2, { chaos: true, untilMs: 60_000 })];
    expect(part.recording.seconds).toEqual(whole.recording.seconds.slice(0, 60));
  });
});

describe('whatever breaks', () => {
  // Each of these once broke an invariant: docs/measurements.md.
  test.each([1, 13, 76, 130, 2213])('seed %i, which found a mistake of ours', async (seed) => {
    expect((await simulated(seed, { chaos: true })).violations).toEqual([]);
  });

  // One machine too many by the count, while another was down for a moment that counts as none.
  test.each([
    ['triple-in-30s', 45],
    ['weekday-evenings', 24],
    ['world-cup-evening', 5],
  ])('%s, seed %i: while one is down for a moment, no other goes', async (name, seed) => {
    const { violations } = await simulated(seed, { chaos: true, name, scenario: scenarioNamed(name) });
    expect(violations).toEqual([]);
  });

  test('a machine that is killed shows: its share is asked for again, and another one stands in', async () => {
    const scenario = scenarioNamed('triple-in-20s', '\nfaults: [{ at: 20s, kill: web-2, for: 30s }]\n');
    const { recording, verdict } = await simulated(1, { scenario });
    expect(recording.faults.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['kill began', 'kill ended']);
    const down = recording.stages.find(({ machine, stage }) => machine === 'web-2' && stage === 'down');
    expect(down!.atMs - recording.startedAtMs).toBeGreaterThan(20_000);
    expect(down!.atMs - recording.startedAtMs).toBeLessThan(25_000);
    expect(verdict.objectives.find(({ name }) => name === 'backAtBase')).toMatchObject({ held: true });
  });
});

test('what will not go is told, and so is a plan that does not empty', async () => {
  const overflow = {
    name: 'web-x1' as MachineName,
    part: 'overflow',
    stage: 'ready',
    sinceMs: 0,
    paidSinceMs: 0,
  } as const;
  const stuck = { slots: [overflow.name], machines: () => [overflow], leave: async () => false };
  const given = { world: upWorld(sofoot), blueprint: sofoot, assets: noAssets, digest, vault, store: imaginedStore() };
  const told = await broughtToRest([stuck as never], { ...given, time: virtualTime(0) });
  expect(told).toEqual([{ invariant: 'nothing-leaks', what: 'web-x1 could not be removed' }]);
});

describe('`plan --prove`', () => {
  test('says of each objective in how many seeds it holds, and by how much', async () => {
    const proof = await prove({ digest: () => digest }, sofoot, promisedPeak(sofoot)!, 3, () => undefined);
    expect(proof).toMatchObject({ seeds: 3, held: true, violations: {} });
    expect(proof.objectives.map(({ name, heldIn }) => `${name} ${heldIn}`)).toEqual(
      expect.arrayContaining(['peak 3', 'lostRequests 3', 'backAtBase 3']),
    );
    for (const { median, worst } of proof.objectives) expect(Number.isFinite(median + worst)).toBe(true);
  });

  test('a peak that the machines cannot serve is not held', async () => {
    const slow = blueprintOf(text.replaceAll('serves: 350 requests/s', 'serves: 150 requests/s'));
    const proof = await prove({ digest: () => digest }, slow, promisedPeak(slow)!, 2, () => undefined);
    expect(proof.held).toBe(false);
    expect(proof.objectives.find(({ name }) => name === 'lostRequests')).toMatchObject({ heldIn: 0 });
  });
});
