/** What nothing has changed is not looked at again: the result is byte for byte that of who looks each time. */
import { describe, expect, test } from 'vitest';
import { noAssets } from '../../../src/blueprint/platform.ts';
import { simulatePlatformTraffic } from '../../../src/app/simulate/platform-traffic.ts';
import { simulateScenario } from '../../../src/app/simulate/scenario.ts';
import type { ScenarioToSimulate } from '../../../src/app/simulate/scenario-to-simulate.ts';
import { parseScenario } from '../../../src/rehearse/scenario/parse.ts';
import { demandOf } from '../../../src/sim/fleet/demand.ts';
import { usualTimings } from '../../../src/sim/platform/timings.ts';
import { blueprintOf, digest } from '../../plan/imagined.ts';
import { sofoot as text } from '../../blueprint/sofoot.ts';

const sofoot = blueprintOf(text);

/** Up to the whole overflow within seconds, and back. */
const burst = scenarioOf(`
about: A short burst, with room for what breaks.
traffic: [{ hold: 700 requests/s, for: 5s }, { ramp: 2600 requests/s, over: 10s }, { hold: 2600 requests/s, for: 15s }, { ramp: 500 requests/s, over: 5s }, { hold: 500 requests/s, for: 10s }]
mix: [{ what: front page, weight: 1, get: / }]
visitors: { tls: false }
watch: 40s
`);

function scenarioOf(written: string, blueprint = sofoot) {
  const parsed = parseScenario(written, blueprint, () => '');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const given = (seed: number, more: Partial<ScenarioToSimulate> = {}): ScenarioToSimulate => ({
  ...{ blueprint: sofoot, assets: noAssets, name: 'burst', scenario: burst },
  ...{ seed, chaos: true, digest, timings: (_, { readyMs }) => usualTimings(readyMs) },
  ...more,
});
const bothWays = async (play: (skipsQuiet: boolean) => Promise<unknown>) => {
  const [skipping, looking] = [await play(true), await play(false)];
  return { skipping: JSON.stringify(skipping), looking: JSON.stringify(looking) };
};

test('of 200 seeds in which things break', { timeout: 600_000 }, async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { skipping, looking } = await bothWays((skipsQuiet) => simulateScenario(given(seed, { skipsQuiet })));
    if (skipping !== looking) expect({ seed, skipping }).toEqual({ seed, skipping: looking });
  }
});

describe('over hours, with a turn each second', () => {
  const { perSecond } = demandOf([
    { kind: 'ramp', fromPerSecond: 300, toPerSecond: 1800, overMs: 1_800_000 },
    { kind: 'hold', perSecond: 1800, forMs: 1_200_000 },
    { kind: 'ramp', fromPerSecond: 1800, toPerSecond: 200, overMs: 1_200_000 },
    { kind: 'hold', perSecond: 0, forMs: 3_000_000 },
  ]);

  test.each([
    ['as it was recorded', sofoot, false],
    ['with a budget that pays for an hour of three machines', withBudget(600.4), true],
    ['with none', withBudget(600), true],
  ])('%s', async (_, blueprint, chaos) => {
    const scenario = { ...burst, traffic: [], watchMs: 7_200_000, paid: 'as in the blueprint' as const };
    const hours = (skipsQuiet: boolean) =>
      simulatePlatformTraffic(given(3, { blueprint, chaos, scenario, skipsQuiet }), { perSecond, isDrawn: true });
    const { skipping, looking } = await bothWays(hours);
    expect(skipping).toBe(looking);
    const { violations, requests } = await hours(true);
    expect(violations).toEqual([]);
    expect(requests.sent).toBeGreaterThan(4_000_000);
  });

  test('the budget is what keeps machines away', async () => {
    const scenario = { ...burst, traffic: [], paid: 'as in the blueprint' as const };
    const came = async (budget: number) =>
      (
        await simulatePlatformTraffic(given(3, { blueprint: withBudget(budget), chaos: false, scenario }), {
          perSecond,
          isDrawn: true,
        })
      ).came;
    const few = await came(600.4);
    expect(await came(1200)).toBeGreaterThan(few);
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThanOrEqual(3);
    expect(await came(600)).toBe(0);
  });
});

/** Its base costs 600 EUR in a month, and a machine of the overflow 0.12 EUR in an hour. */
function withBudget(budget: number) {
  return blueprintOf(text.replace(/budget: 1200 EUR\/month/, `budget: ${budget} EUR/month`));
}
