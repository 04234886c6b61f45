/** A plan without a step is no praise when something is wrong that no step mends. */
import { expect, test } from 'vitest';
import type { PlanFinding } from '../../src/model/plan.ts';
import { imagine, upWorld } from '../plan/imagined.ts';
import { shopWith } from '../plan/shop.ts';
import { showPlan } from '../../src/cli/plan-view.ts';
import { printed } from './printed.ts';

const shop = shopWith({});

test('nothing to do', async () => {
  const { plan } = await imagine(upWorld(shop)).look(shop);
  expect(printed(() => showPlan({ plan, failing: [] }))).toContain('everything is as the blueprint says');
});

test('nothing that a step could mend, beside a stranger', async () => {
  const { plan } = await imagine(upWorld(shop)).look(shop);
  const stranger: PlanFinding = { name: 'stranger:web-1', severity: 'refused', says: '', mend: '' };
  const text = printed(() => showPlan({ plan: { ...plan, findings: [stranger] }, failing: [] }));
  expect(text).not.toContain('everything is as');
  expect(text).toContain('nothing that a step could mend');
});

test('things that nobody knows are found', async () => {
  const { plan, ...input } = await imagine(upWorld(shop)).look(shop);
  expect(plan.findings.map(({ name }) => name)).not.toContain('strange-things');
  const [[engine, inventory]] = [...input.actual.inventories] as [[never, never]];
  const leftovers = ['container shop.x', 'control group shop.y'];
  const inventories = new Map([[engine, { ...(inventory as object), leftovers }]]) as never;
  const { makePlan } = await import('../../src/plan/make-plan.ts');
  const { findings } = makePlan({ ...input, actual: { ...input.actual, inventories } });
  expect(findings.find(({ name }) => name === 'strange-things')?.says).toBe(
    'container shop.x, control group shop.y bear the platform’s name and belong to none of its machines',
  );
});
