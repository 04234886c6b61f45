import { expect, test } from 'vitest';
import { reachedBy } from '../../src/runtime/reached.ts';
import type { Step } from '../../src/model/plan.ts';

test.each([
  [{ kind: 'create-machine', machine: { name: 'web-x1' } }, 'made'],
  [{ kind: 'configure', machine: 'web-x1', role: 'php' }, 'configured'],
  [{ kind: 'commission-machine', machine: 'web-x1' }, 'commissioned'],
])('%o: the machine is %s', (step, name) => {
  expect(reachedBy(step as never)).toEqual({ machine: 'web-x1', name });
});

test('other steps are no milestone of a machine', () => {
  expect(reachedBy({ kind: 'remove-machine', machine: 'web-x1' } as unknown as Step)).toBeUndefined();
});
