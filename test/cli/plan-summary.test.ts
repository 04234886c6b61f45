import { expect, test } from 'vitest';
import { planSummary } from '../../src/cli/plan-summary.ts';
import type { Step } from '../../src/model/plan.ts';
import { sofoot } from '../blueprint/sofoot.ts';
import { blueprintOf, firstPlan } from '../plan/imagined.ts';

const step = (kind: string, machine: string) =>
  (kind === 'replace-machine' || kind === 'create-machine'
    ? { kind, machine: { name: machine } }
    : { kind, machine }) as Step;

test('of SoFoot’s first plan', () => {
  expect(planSummary(firstPlan(blueprintOf(sofoot)).steps)).toBe(
    '8 machines to create; 2 networks to create; 2 addresses to create; 1 image to create; 1 bake to create',
  );
});

test.each([
  ['a machine counts once', [step('configure', 'a'), step('configure', 'a')], '1 machine to change'],
  ['as what is done to it most', [step('configure', 'a'), step('replace-machine', 'a')], '1 machine to replace'],
  [
    'machines by what is done to them',
    [
      step('create-machine', 'a'),
      step('create-machine', 'b'),
      step('restart-machine', 'c'),
      step('remove-machine', 'd'),
    ],
    '2 machines to create, 1 to remove, 1 to change',
  ],
  ['nothing', [], ''],
])('%s', (_, steps, says) => {
  expect(planSummary(steps)).toBe(says);
});
