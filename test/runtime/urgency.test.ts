/** Of the steps that may begin, those with the longest chain of work behind them come first. */
import { expect, test } from 'vitest';
import type { MachineName, StepId } from '../../src/model/ids.ts';
import type { Step } from '../../src/model/plan.ts';
import { mostUrgentFirst } from '../../src/runtime/urgency.ts';

const step = (id: string, ...after: string[]): Step => ({
  id: id as StepId,
  after: after as StepId[],
  kind: 'configure',
  machine: 'm' as MachineName,
  role: id,
  changes: [],
  reason: { code: 'differs', says: '1 difference' },
});
const order = (...steps: Step[]) => mostUrgentFirst(steps).map(({ id }) => id);

test.each([
  ['a chain before a lone step', [step('alone'), step('a'), step('b', 'a')], ['a', 'alone', 'b']],
  ['equals in the order of the plan', [step('b'), step('a')], ['b', 'a']],
  [
    'the longest of several chains',
    [step('x'), step('y', 'x'), step('a'), step('b', 'a'), step('c', 'b')],
    ['a', 'x', 'b', 'y', 'c'],
  ],
  ['what waits for a step that is done already', [step('a', 'gone'), step('b'), step('c', 'b')], ['b', 'a', 'c']],
  ['an end, though steps wait for one another', [step('a', 'b'), step('b', 'a')], ['a', 'b']],
])('%s', (_, steps, expected) => {
  expect(order(...steps)).toEqual(expected);
});
