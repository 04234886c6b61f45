/** What is secret goes to the machines and nowhere else: every telling of a plan is searched for it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { planAsData } from '../../src/app/plan.ts';
import type { Work } from '../../src/app/work.ts';
import { describeStep } from '../../src/runtime/perform.ts';
import { secretPrefix } from '../../src/sim/imagined-vault.ts';
import { allWell, type Fates } from '../../src/sim/imagined-world.ts';
import { blueprintOf, imagine, vault } from '../plan/imagined.ts';

const root = resolve(import.meta.dirname, '../..');
const sofoot = blueprintOf(readFileSync(`${root}/blueprints/sofoot/blueprint.yaml`, 'utf8'));

async function plannedFor(what: 'new machines' | 'changed files') {
  const imagined = imagine(undefined, sofoot.platform);
  if (what === 'changed files') {
    await imagined.settle(sofoot);
    for (const path of ['/etc/mysql/spillway/accounts.sql', '/etc/mysql/mariadb.conf.d/90-spillway.cnf']) {
      imagined.hurt({ kind: 'file-is-edited', machine: 'database-1' as never, path });
    }
  }
  return { imagined, plan: await imagined.plan(sofoot) };
}

test('the plan has secrets to keep', async () => {
  const { plan } = await plannedFor('new machines');
  const contents = plan.steps.flatMap((step) =>
    step.kind === 'configure'
      ? step.changes.flatMap((change) => (change.kind === 'file' ? [vault.fill(change.file.content)] : []))
      : [],
  );
  expect(contents.filter((content) => content.includes(secretPrefix)).length).toBeGreaterThan(10);
});

test.each(['new machines', 'changed files'] as const)('%s: no secret, nor its mark, is told', async (what) => {
  const { imagined, plan } = await plannedFor(what);
  expect(plan.steps).not.toEqual([]);
  await imagined.carryOut(plan, { fates: allWell });
  const told = {
    describeStep: JSON.stringify(plan.steps.map(describeStep)),
    'plan --json': JSON.stringify(planAsData({ blueprint: sofoot } as Work, { plan, failing: [] })),
    'the journal': JSON.stringify(imagined.store.journal),
  };
  for (const [where, text] of Object.entries(told)) {
    expect(text.length, where).toBeGreaterThan(100);
    expect(text, where).not.toContain(secretPrefix);
    expect(text, where).not.toMatch(/⟦/u);
    expect(text, where).not.toContain('PRIVATE KEY');
  }
});

test('a failure is journaled without what the step was to write', async () => {
  const { imagined, plan } = await plannedFor('new machines');
  const fates: Fates = ({ verb }) => (verb === 'apply' ? 'fails-midway' : 'well');
  await expect(imagined.carryOut(plan, { fates })).rejects.toThrow('imagined failure');
  const text = JSON.stringify(imagined.store.journal);
  expect(text).toContain('step-failed');
  expect(text).not.toContain(secretPrefix);
});
