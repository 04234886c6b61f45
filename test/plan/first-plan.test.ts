import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { blueprintOf, firstPlan, showPlan } from './imagined.ts';

const root = resolve(import.meta.dirname, '../..');

test('SoFoot’s first plan', async () => {
  const blueprint = blueprintOf(readFileSync(`${root}/blueprints/sofoot/blueprint.yaml`, 'utf8'));
  await expect(`${showPlan(firstPlan(blueprint))}\n`).toMatchFileSnapshot('sofoot-first-plan.txt');
});
