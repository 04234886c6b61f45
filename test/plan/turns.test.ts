/** Machines of a pool are taken from their work one at a time, and removed once nobody sends them any. */
import { describe, expect, test } from 'vitest';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { withAllAfter } from '../../src/plan/graph.ts';
import { imagine, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({});
const planBetween = (from: Blueprint, to: Blueprint): Promise<Plan> => imagine(upWorld(from)).plan(to);
const stepOf = ({ steps }: Plan, id: string): Step => {
  const step = steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id} among ${steps.map((one) => one.id).join(', ')}`);
  return step;
};
const waitsFor = (plan: Plan, step: string, other: string) =>
  withAllAfter(plan.steps, new Set([stepOf(plan, other).id])).has(stepOf(plan, step).id);

describe('another flavour for a pool', () => {
  const large = shopWith({ pools: { web: { base: { flavour: 'large' } } } });

  test('the second machine goes when the first one serves again', async () => {
    const plan = await planBetween(shop, large);
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'web-1/machine',
      'web-1/base',
      'web-1/web',
      'web-1/php',
      'web-1/serves',
      'web-1/commission',
      'web-2/machine',
      'web-2/base',
      'web-2/web',
      'web-2/php',
      'web-2/commission',
    ]);
    expect(waitsFor(plan, 'web-1/serves', 'web-1/php')).toBe(true);
    expect(stepOf(plan, 'web-2/machine').after).toContain('web-1/serves');
  });

  test('it serves when its own probes are content, and those of the balancers that were', async () => {
    const plan = await planBetween(shop, large);
    const serves = stepOf(plan, 'web-1/serves');
    const watch = serves.kind === 'await-machine' ? serves.watch : [];
    const asked = new Map(
      watch.map(({ machine, recipes }): [string, string[]] => [
        machine,
        recipes.flatMap(({ probes }) => probes.map(({ name }) => name)),
      ]),
    );
    expect([...asked.keys()]).toEqual(['balancer-1', 'balancer-2', 'web-1']);
    expect(asked.get('web-1')).toContain('nginx answers');
    expect(asked.get('balancer-1')).toContain('every server is up');
  });

  test('what a balancer complained of before is not waited for', async () => {
    const seen = await imagine(upWorld(shop)).look(large);
    const facts = new Map(
      [...seen.actual.facts].map(([name, fact]) => {
        if (name !== 'balancer-1' || !fact.reachable) return [name, fact];
        const roles = new Map(
          [...fact.roles].map(([role, its]) => {
            const probes = new Map(
              [...its.probes].map(([probe, says]) => [probe, probe === 'every server is up' ? 'not so' : says]),
            );
            return [role, { ...its, probes }];
          }),
        );
        return [name, { ...fact, roles }];
      }),
    );
    const serves = stepOf(makePlan({ ...seen, actual: { ...seen.actual, facts } }), 'web-1/serves');
    const watch = serves.kind === 'await-machine' ? serves.watch : [];
    const probes = watch.find(({ machine }) => machine === 'balancer-1')?.recipes.flatMap((recipe) => recipe.probes);
    expect(probes?.map(({ name }) => name)).toEqual([
      'the firewall is as declared',
      'HAProxy answers',
      'keepalived runs',
    ]);
  });

  test('one that seems to be down already goes first', async () => {
    const imagined = imagine(upWorld(shop));
    imagined.hurt({ kind: 'machine-is-mute', machine: 'web-2' as never });
    const plan = await imagined.plan(large);
    expect(waitsFor(plan, 'web-1/machine', 'web-2/serves')).toBe(true);
  });

  test('the imagined world gets there', async () => {
    expect(await imagine(upWorld(shop)).settle(large)).toBe(1);
  });
});

test('machines that do not answer are restarted one after the other, and nothing goes on when one stays silent', async () => {
  const imagined = imagine(upWorld(shop));
  imagined.hurt({ kind: 'machine-is-mute', machine: 'web-1' as never });
  imagined.hurt({ kind: 'machine-is-mute', machine: 'web-2' as never });
  const plan = await imagined.plan(shop);
  expect(plan.steps.map(({ id, after }) => [id, ...after])).toEqual([
    ['web-1/machine'],
    ['web-1/serves', 'web-1/machine'],
    ['web-2/machine', 'web-1/serves'],
    ['web-2/serves', 'web-2/machine'],
  ]);
});

test('a pool whose network is made anew is not taken in turns', async () => {
  const plan = await planBetween(shop, shopWith({ networks: { private: { cidr: '10.9.0.0/24' } } }));
  expect(plan.steps.filter(({ kind }) => kind === 'await-machine')).toEqual([]);
});

test('a person may want a machine made anew', async () => {
  const seen = await imagine(upWorld(shop)).look(shop);
  const plan = makePlan({ ...seen, replace: new Set(['web-2' as never]) });
  expect(plan.steps[0]).toMatchObject({ id: 'web-2/machine', kind: 'replace-machine', reason: { code: 'asked' } });
});

test('the only machine of a pool: its work stops meanwhile, and the plan says so', async () => {
  const alone = (flavour: string) => shopWith({ pools: { web: { base: { count: 1, flavour } } } });
  const { findings } = await planBetween(alone('small'), alone('large'));
  expect(findings).toContainEqual(expect.objectContaining({ name: 'interrupts:web', severity: 'warned' }));
});

test('a machine is removed when the balancers have forgotten it', async () => {
  const plan = await planBetween(shop, shopWith({ pools: { web: { base: { count: 1 } } } }));
  const removal = stepOf(plan, 'web-2/machine');
  expect(removal.after).toEqual(expect.arrayContaining(['balancer-1/change', 'balancer-2/change']));
});
