import { expect, test } from 'vitest';
import { stageLine, stageOutcome, stageTitle, stageTook } from '../../src/cli/progress/lines.ts';
import { viewOf, type ProgressEvent } from '../../src/cli/progress/view.ts';

const plan: ProgressEvent = {
  kind: 'chapter',
  stages: [
    { title: 'Image', items: [] },
    { title: 'Machines', items: ['a', 'b', 'c'] },
    { title: 'Removal', items: ['z'] },
  ],
};
const began = (item: string): ProgressEvent => ({ kind: 'began', item });
const ended = (item: string): ProgressEvent => ({ kind: 'ended', item, label: `machine ${item}` });
const failed = (item: string): ProgressEvent => ({ kind: 'failed', item });
const over: ProgressEvent = { kind: 'over' };
const stopping: ProgressEvent = { kind: 'stopping' };

/** One event a second. */
function seen(events: readonly ProgressEvent[]) {
  const view = viewOf(events.map((event, second) => ({ atMs: second * 1000, event })));
  const stages = view.chapters.at(-1) ?? [];
  return { view, stages, states: stages.map(({ title, state }) => `${title} ${state}`) };
}

test.each<[string, readonly ProgressEvent[], readonly string[]]>([
  ['stages without an item are not there', [plan], ['Machines waiting', 'Removal waiting']],
  ['a stage runs from its first item on', [plan, began('a')], ['Machines running', 'Removal waiting']],
  ['and until its last', [plan, began('a'), ended('a')], ['Machines running', 'Removal waiting']],
  [
    'when all its items are done, it is',
    [plan, began('a'), began('b'), began('c'), ended('a'), ended('c'), ended('b')],
    ['Machines done', 'Removal waiting'],
  ],
  [
    'a stage of which an item failed goes on with the others',
    [plan, began('a'), began('b'), failed('a')],
    ['Machines running', 'Removal waiting'],
  ],
  [
    'and is not done at its end',
    [plan, began('a'), began('b'), began('c'), failed('a'), ended('b'), ended('c')],
    ['Machines failed', 'Removal waiting'],
  ],
  ['what never ran is not done', [plan, over], ['Machines left', 'Removal left']],
  ['nor what ran in part', [plan, began('a'), ended('a'), over], ['Machines left', 'Removal left']],
  ['nor what failed', [plan, began('a'), failed('a'), over], ['Machines failed', 'Removal left']],
  ['nor what still ran', [plan, began('z'), over], ['Machines left', 'Removal left']],
  ['what is done stays done', [plan, began('z'), ended('z'), began('a'), over], ['Machines left', 'Removal done']],
  ['events of unknown items change nothing', [plan, began('x'), ended('x')], ['Machines waiting', 'Removal waiting']],
  ['no plan, no stages', [began('a'), stopping, over], []],
])('%s', (_, events, states) => {
  expect(seen(events).states).toEqual(states);
});

test('the next chapter closes the one before', () => {
  const { view } = seen([plan, began('a'), { kind: 'chapter', stages: [{ title: 'Checks', items: ['checks'] }] }]);
  expect(view.chapters.map((stages) => stages.map(({ title, state }) => `${title} ${state}`))).toEqual([
    ['Machines left', 'Removal left'],
    ['Checks waiting'],
  ]);
});

test('a chapter without items is none', () => {
  expect(seen([{ kind: 'chapter', stages: [{ title: 'Image', items: [] }] }]).view.chapters).toEqual([]);
});

test('a stage’s time is from its first item’s begin to its last one’s end', () => {
  const events = [plan, plan, began('a'), began('b'), ended('a'), began('c'), ended('b'), ended('c')];
  const [machines, removal] = seen(events).stages;
  expect(machines).toMatchObject({ beganMs: 2000, endedMs: 7000 });
  expect(stageTook(machines!)).toBe('5.0 s');
  expect(stageTook(removal!)).toBe('');
});

test('counts are of the items', () => {
  const events = [plan, began('a'), began('b'), began('c'), ended('a'), failed('b')];
  expect(seen(events).stages[0]?.counts).toEqual({ waiting: 0, running: 1, done: 1, failed: 1 });
});

test('the words of a stage', () => {
  const running = seen([plan, began('a'), ended('a'), began('b')]);
  expect(running.stages.map(stageTitle)).toEqual(['Machines (3)', 'Removal']);
  expect(stageLine(running.stages[0]!, running.view)).toBe('1 of 3: machine a');

  const said = seen([plan, began('a'), { kind: 'says', item: 'a', line: 'boots' }]);
  expect(stageLine(said.stages[0]!, said.view)).toBe('boots');

  const left = seen([plan, began('a'), ended('a'), began('b'), failed('b'), over]);
  expect(left.stages.map(stageOutcome)).toEqual(['Machines: 1 of 3 done, 1 failed, 1 left', 'Removal: not begun']);
});

test('once it is stopping, a stage that runs says what may end and what will be left', () => {
  const { stages, view } = seen([plan, began('a'), began('b'), stopping]);
  expect(stageLine(stages[0]!, view)).toBe('stopping: 2 steps may end, 2 will be left; Ctrl-C again ends at once');
  expect(stageLine(stages[1]!, view)).toBe('');
});
