/** Machines that come and go in virtual time. */
import { expect, test } from 'vitest';
import type { ScaleAction } from '../../../src/control/scale/decide.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { streamOf } from '../../../src/sim/chance/stream.ts';
import { createFleet } from '../../../src/sim/fleet/fleet.ts';

const named = (kind: 'admit' | 'drain' | 'close' | 'keep' | 'destroy', machine: string): ScaleAction => ({
  kind,
  machine: machine as MachineName,
});

function world({ spread = 1, overflow = 0 } = {}) {
  const stays: number[] = [];
  const fleet = createFleet(
    { readyAfterMs: 10_000, spread, leavesAfterMs: 1000 },
    { base: 1, overflow, startMs: 0 },
    streamOf(1, 'machines'),
    (ms) => stays.push(ms),
  );
  const stages = () => fleet.machines().map(({ name, stage, sinceMs }) => `${name} ${stage} since ${sinceMs}`);
  return { fleet, stays, stages };
}

test('it comes after its time, serves when let in, has left a second later, and is paid until it is removed', () => {
  const { fleet, stays, stages } = world();
  const at = (nowMs: number, ...actions: ScaleAction[]) => {
    fleet.until(nowMs);
    fleet.carryOut(actions, nowMs);
    return stages()[1];
  };
  expect(at(5000, { kind: 'create', count: 1 })).toBe('machine-2 starting since 5000');
  expect(at(14_999)).toBe('machine-2 starting since 5000');
  expect(at(15_000)).toBe('machine-2 ready since 15000');
  expect(fleet.serving()).toBe(1);
  expect(at(16_000, named('admit', 'machine-2'))).toBe('machine-2 serving since 16000');
  expect(fleet.serving()).toBe(2);
  expect(at(20_000, named('drain', 'machine-2'))).toBe('machine-2 draining since 20000');
  expect(fleet.serving()).toBe(1);
  expect(at(21_000)).toBe('machine-2 drained since 21000');
  expect(at(22_000, named('keep', 'machine-2'))).toBe('machine-2 ready since 22000');
  expect(stays).toEqual([]);
  expect(at(25_000, named('destroy', 'machine-2'))).toBeUndefined();
  expect(stays).toEqual([20_000]);
});

test('one that leaves may be let in again, or be ended', () => {
  const { fleet, stages } = world({ overflow: 2 });
  fleet.carryOut([named('drain', 'machine-2'), named('drain', 'machine-3')], 1000);
  fleet.carryOut([named('admit', 'machine-2'), named('close', 'machine-3')], 1500);
  fleet.until(9000);
  expect(stages().slice(1)).toEqual(['machine-2 serving since 1500', 'machine-3 drained since 1500']);
});

test('what is there from the start serves at once, and is paid for from then on', () => {
  const { fleet, stays } = world({ overflow: 2 });
  expect(fleet.machines().map(({ part, stage, paidSinceMs }) => [part, stage, paidSinceMs])).toEqual([
    ['base', 'serving', 0],
    ['overflow', 'serving', 0],
    ['overflow', 'serving', 0],
  ]);
  fleet.carryOut([named('destroy', 'machine-3')], 4000);
  expect(stays).toEqual([4000]);
});

test('with a spread each takes a time of its own, and the same for the same seed', () => {
  const readyAt = () => {
    const { fleet } = world({ spread: 1.5 });
    fleet.carryOut([{ kind: 'create', count: 4 }], 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) fleet.until(nowMs);
    return fleet.machines().map(({ sinceMs }) => sinceMs);
  };
  expect(new Set(readyAt()).size).toBe(5);
  expect(readyAt()).toEqual(readyAt());
});
