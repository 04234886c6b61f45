/** What a scenario changes in how a pool is scaled, and what it leaves as the blueprint says. */
import { describe, expect, test } from 'vitest';
import type { PoolName } from '../../src/model/ids.ts';
import { scaleOf } from '../../src/plan/scale-settings.ts';
import { scaleSettingsIn } from '../../src/rehearse/scale-settings.ts';
import { example } from '../../src/rehearse/scenario/example.ts';
import { parseScenario } from '../../src/rehearse/scenario/parse.ts';
import { beside, blueprint, scenarioNamed } from './scenario/sofoot.ts';

const web = 'web' as PoolName;
const own = scaleOf(blueprint, web)!.settings;

function settingsWith(...lines: readonly string[]) {
  const parsed = parseScenario([example, ...lines].join('\n'), blueprint, beside);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return scaleSettingsIn(blueprint, parsed.scenario);
}

test('only pools that visitors come to and that can grow are scaled', () => {
  expect([...settingsWith().keys()]).toEqual([web]);
});

test('a scenario that says nothing has no patience for holds and paid hours', () => {
  // SoFoot's own hold is two minutes.
  expect(settingsWith().get(web)).toEqual({
    ...own,
    hold: { outMs: 0, inMs: 20_000 },
    billing: { periodMs: 0, marginMs: 0 },
  });
});

test.each([
  ['hold: { in: 5s }', { outMs: 0, inMs: 5_000 }],
  ['hold: { in: 10min }', { outMs: 0, inMs: 600_000 }],
  ['hold: { out: 7s }', { outMs: 7_000, inMs: 20_000 }],
])('%s', (line, hold) => {
  expect(settingsWith(line).get(web)!.hold).toEqual(hold);
});

test('paid hours count as in the blueprint, and are as much shorter as all goes faster', () => {
  const clock = 'clock: { from: "2026-06-15T13:00:00+02:00", speed: 360 }';
  expect(settingsWith('paid: as in the blueprint').get(web)!.billing).toEqual(own.billing);
  expect(settingsWith('paid: as in the blueprint', clock).get(web)!.billing).toEqual({
    periodMs: 10_000,
    marginMs: 500,
  });
});

test('with the base only nothing is added and nothing is kept warm', () => {
  const { fleet, warm } = settingsWith('capacity: base only').get(web)!;
  expect({ overflow: fleet.overflow.count, warm }).toEqual({ overflow: 0, warm: 0 });
});

describe('hours of a scenario', () => {
  const entry = { days: [1, 2, 3], from: '16:00', until: '22:00', size: 6 };

  test('are a rule of the pool, by the blueprint’s time zone', () => {
    expect(scaleSettingsIn(blueprint, scenarioNamed('weekday-evenings')).get(web)!.rules).toEqual({
      ...own.rules,
      schedule: { timeZone: 'Europe/Paris', entries: [entry] },
    });
  });

  test('come beside those of the blueprint', () => {
    const hours = { days: ['sun'], from: '20:00', until: '23:00', machines: 5 } as const;
    const pools = {
      ...blueprint.pools,
      web: { ...blueprint.pools[web]!, scale: { ...blueprint.pools[web]!.scale!, schedule: [hours] } },
    };
    const scenario = scenarioNamed('weekday-evenings');
    const settings = scaleSettingsIn({ ...blueprint, pools }, scenario);
    expect(settings.get(web)!.rules.schedule!.entries).toEqual([
      { days: [7], from: '20:00', until: '23:00', size: 5 },
      entry,
    ]);
  });
});
