import { expect, test } from 'vitest';
import type { UpEvent } from '../../src/app/up.ts';
import { progressOfUp } from '../../src/cli/progress/of-up.ts';
import { viewOf } from '../../src/cli/progress/view.ts';
import type { MachineName } from '../../src/model/ids.ts';
import { blueprintOf, firstPlan } from '../plan/imagined.ts';
import { sofoot } from '../blueprint/sofoot.ts';

const plan = firstPlan(blueprintOf(sofoot));
const failing = [{ machine: 'web-1' as MachineName, role: 'web', probe: 'answers', says: 'nothing answers' }];

function states(events: readonly UpEvent[]) {
  const progress = events.flatMap(progressOfUp).map((event, atMs) => ({ atMs, event }));
  return viewOf(progress)
    .chapters.at(-1)
    ?.map(({ title, state, line }) => [title, state, line]);
}

test('every step of a plan is in a stage', () => {
  const [chapter] = progressOfUp({ kind: 'planned', plan, round: 1, tookMs: 1 });
  const items = chapter?.kind === 'chapter' ? chapter.stages.flatMap((stage) => stage.items) : [];
  expect(new Set(items)).toEqual(new Set(plan.steps.map(({ id }) => id)));
  expect(items).toHaveLength(plan.steps.length);
});

test.each<[string, readonly UpEvent[], readonly string[]]>([
  ['run from the first look on', [], ['running', '']],
  ['say what fails', [{ kind: 'checked', failing, givenUp: false }], ['running', 'web-1: nothing answers']],
  [
    'are done when all is content',
    [
      { kind: 'checked', failing, givenUp: false },
      { kind: 'checked', failing: [], givenUp: false },
    ],
    ['done', '1 of 1'],
  ],
  ['fail when they are given up', [{ kind: 'checked', failing, givenUp: true }], ['failed', '']],
])('the checks %s', (_, events, seen) => {
  expect(states([{ kind: 'checking' }, ...events])).toEqual([['Checks', ...seen]]);
});
