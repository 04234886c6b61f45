/** What of two decisions a second is told. */
import { expect, test } from 'vitest';
import type { ScaleAction } from '../../../src/control/scale/decide.ts';
import { nothingTold, worthTelling } from '../../../src/control/scale/worth-telling.ts';
import type { MachineName } from '../../../src/model/ids.ts';

const create: ScaleAction = { kind: 'create', count: 1 };
const destroy: ScaleAction = { kind: 'destroy', machine: 'web-x1' as MachineName };

type Line = readonly [turns: number, says: string, actions?: readonly ScaleAction[]];

/** Two decisions a second, each for so many turns; told are the seconds. */
function told(line: readonly Line[]) {
  let before = nothingTold;
  let nowMs = 0;
  return line.flatMap(([turns, says, actions = []]) =>
    Array.from({ length: turns }, () => {
      const kind = actions.length > 0 ? ('grow' as const) : ('nothing' as const);
      const { told: after, tell } = worthTelling(before, { kind, actions, says }, nowMs);
      before = after;
      nowMs += 500;
      return tell ? [`${(nowMs - 500) / 1000} ${says}`] : [];
    }).flat(),
  );
}

test.each<[string, readonly Line[], readonly string[]]>([
  ['a reason that stays is told once', [[1000, 'enough']], ['0 enough']],
  [
    'a reason whose figures change is the same',
    [
      [1, 'target: 900 requests/s'],
      [1, 'target: 912.5 requests/s'],
    ],
    ['0 target: 900 requests/s'],
  ],
  [
    'another reason is told at once',
    [
      [4, 'enough'],
      [4, 'on the way'],
    ],
    ['0 enough', '2 on the way'],
  ],
  [
    'what is done is told, though its words are the same',
    [
      [2, 'from 3 to 4', [create]],
      [2, 'from 3 to 4'],
      [2, 'from 3 to 4', [create]],
    ],
    ['0 from 3 to 4', '1 from 3 to 4', '2 from 3 to 4'],
  ],
  [
    'what is still being done is told once',
    [
      [40, 'less is enough', [destroy]],
      [1, 'less is enough', [create]],
    ],
    ['0 less is enough', '20 less is enough'],
  ],
])('%s', (_, line, wanted) => {
  expect(told(line)).toEqual(wanted);
});

test('two reasons that take turns are told once a minute each', () => {
  const flapping = Array.from({ length: 240 }, (_, turn): Line => [1, turn % 2 === 0 ? 'one' : 'other']);
  expect(told(flapping)).toEqual(['0 one', '0.5 other', '60 one', '60.5 other']);
});
