/** Why a pool has its size, from the journal alone. */
import { expect, test } from 'vitest';
import { journalDecision, journalRelief } from '../../src/app/control/journal-decision.ts';
import { explainPool, isPool } from '../../src/app/explain-pool.ts';
import { load } from '../../src/app/load.ts';
import { up } from '../../src/app/up.ts';
import { withWork } from '../../src/app/work.ts';
import { beginning, decide, type Orders } from '../../src/control/scale/decide.ts';
import type { BakeName, FeatureName, MachineName, PlatformName, PoolName } from '../../src/model/ids.ts';
import { base, observed, settings } from '../control/scale/pool.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

/** After decisions on so many requests/s, with their orders. */
function explained(pool: string, ...decided: readonly (readonly [demand: number, orders: Orders])[]) {
  const { toolbox } = imaginedToolbox();
  return withWork(toolbox, load(toolbox, 'sofoot'), async (work) => {
    for (const [index, [demand, orders]] of decided.entries()) {
      const atMs = (index + 1) * 1_000;
      const rules = { target: {}, burst: { growth: 3 } };
      const { decision } = decide({ ...settings, rules }, beginning, observed(demand, base, atMs), atMs, orders);
      const at = { atMs, run: 'control-1', pool: 'web' as PoolName };
      const { manual, affordable } = orders;
      journalDecision(work.store, at, decision, {
        ...(manual !== undefined && { order: manual }),
        ...(affordable !== undefined && { affordable }),
      });
    }
    const { parts } = await explainPool(work, pool as PoolName);
    return Object.fromEntries(parts.map(({ title, says }) => [title, says]));
  });
}

test('the last decision with its inputs, who won, who lost, and what was left to spend', async () => {
  expect(await explained('web', [900, {}], [1500, { affordable: 4 }])).toMatchObject({
    'is ordered': ['nothing: the rules decide'],
    'was last decided': ['1970-01-01 00:00:02 from 3 to 5; target: 1500 requests/s, and machines may be 75 % full'],
    'was done': ['make 2 more'],
    won: [
      'target: 5 machines, for 1500 requests/s, and machines may be 75 % full',
      '  demand 1500, fill 0.75, needed 5',
    ],
    'was not followed': ['burst: nothing, for not seen for long enough'],
    'was left to spend': ['the budget paid for 4 of the overflow'],
  });
});

test('an order won, and what the rules would have done', async () => {
  const says = await explained('web', [1500, { manual: { size: 3, untilMs: 60_000 } }]);
  expect(says).toMatchObject({
    'was done': ['nothing'],
    won: ['manual: 3 machines, for a person wants 3', '  size 3'],
    'was ordered then': ['3 machines until 1970-01-01 00:01:00'],
  });
  expect(says['was not followed']).toContain('target: 5 machines, for 1500 requests/s, and machines may be 75 % full');
});

test('a pool that holds an address says which', async () => {
  const { is } = await explained('balancer');
  expect(is).toContain('holds the address www, 203.0.113.10 on public');
  expect((await explained('web')).is?.join()).not.toContain('holds the address');
});

test('of a pool about which nothing was decided, and of one that does not scale', async () => {
  expect(await explained('web')).toMatchObject({ 'was decided': ['nothing yet'] });
  expect(Object.keys(await explained('database'))).toEqual(['is']);
});

test('what a pool does without since when, and the copies that its machines begin from', async () => {
  const { toolbox, world } = imaginedToolbox();
  const pool = 'web' as PoolName;
  await withWork(toolbox, load(toolbox, 'sofoot'), async (work) => {
    const told = async () => {
      const { parts } = await explainPool(work, pool);
      const says = Object.fromEntries(parts.map(({ title, says: lines }) => [title, lines]));
      return [says['begins from'], says['is relieved by']];
    };
    expect(await told()).toEqual([['its image, for there is no bake'], ['nothing: all is served']]);

    await up(work, { acceptLosses: false, signal: new AbortController().signal, progress: () => undefined });
    const { bakes } = world.platforms.get('sofoot' as PlatformName)!;
    const [newest] = bakes.values();
    const older = { name: 'web-old' as BakeName, from: 'web-3' as MachineName, madeAtMs: -7_200_000 };
    bakes.set(older.name, { ...newest!, actual: { ...newest!.actual, ...older } });
    journalRelief(
      work.store,
      { atMs: 5_000, run: 'control-1', pool },
      {
        ...{ kind: 'up', level: 2, state: 'shedding', turnsAway: false, says: '600 of at most 2500 wait' },
        shed: ['search' as FeatureName],
      },
    );
    expect(await told()).toEqual([
      [
        expect.stringMatching(/^a copy of web-1, made 1970-01-01 00:00:00, .* ago$/),
        expect.stringMatching(/^a copy of web-3, made 1969-12-31 22:00:00, 2 h \d+ min ago: kept for machines that/),
      ],
      ['doing without search, since 1970-01-01 00:00:05', '  600 of at most 2500 wait'],
    ]);
  });
});

test('a machine is no pool', () => {
  const { toolbox } = imaginedToolbox();
  const loaded = load(toolbox, 'sofoot');
  expect([isPool(loaded, 'web'), isPool(loaded, 'web-1'), isPool(loaded, 'constructor')]).toEqual([true, false, false]);
});
