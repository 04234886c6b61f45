/** Who is started that has no power, when, and how often. */
import { expect, test } from 'vitest';
import { beginning, decide, type SeenPower } from '../../../src/control/upkeep/decide.ts';
import type { MachineName } from '../../../src/model/ids.ts';

const web = 'web-1' as MachineName;

/** Looked at every five seconds; in which seconds it was started. */
function started(seenAt: (second: number) => Omit<SeenPower, 'machine'>, seconds: number): readonly number[] {
  let state = beginning;
  const at: number[] = [];
  for (let second = 0; second <= seconds; second += 5) {
    const turn = decide(state, [{ machine: web, ...seenAt(second) }], second * 1000);
    ({ state } = turn);
    if (turn.start.length > 0) at.push(second);
  }
  return at;
}

test('nobody who runs', () => {
  expect(started(() => ({ isOff: false }), 4000)).toEqual([]);
});

test('one that is off, after twenty seconds', () => {
  expect(started((second) => ({ isOff: second >= 100 && second < 121 }), 4000)).toEqual([120]);
});

test('not one that reboots and is back before', () => {
  expect(started((second) => ({ isOff: second % 60 < 20 }), 4000)).toEqual([]);
});

test('one that does not come, less and less often', () => {
  expect(started(() => ({ isOff: true }), 4000)).toEqual([20, 80, 200, 440, 920, 1880, 3680]);
});

test('also one that runs for a while each time', () => {
  const off = started((second) => ({ isOff: second % 60 >= 30 }), 600);
  expect(off).toEqual([50, 110, 230, 470]);
});

test('at once again after it ran for half an hour', () => {
  const runs = (second: number) => second >= 100 && second < 2000;
  expect(started((second) => ({ isOff: !runs(second) }), 2100)).toEqual([20, 80, 2020, 2080]);
});

test('not one that is off on purpose, and twenty seconds after the purpose ended', () => {
  const seen = (second: number) => (second < 300 ? { isOff: true, stays: 'a fault lasts' } : { isOff: true });
  expect(started(seen, 330)).toEqual([315]);
});

test('says the how manieth time it is', () => {
  const off = [{ machine: web, isOff: true }];
  const once = decide(decide(beginning, off, 0).state, off, 30_000);
  expect(once.start).toEqual([{ machine: web, says: 'it is off, and nobody meant it to be' }]);
  expect(decide(once.state, off, 100_000).start).toEqual([
    { machine: web, says: 'it is off again, and is started for the 2. time' },
  ]);
});
