/** What is done with the size that a policy of others asks for; and that Spillway's decisions are seen by whoever watches. */
import { describe, expect, test } from 'vitest';
import type { ObservedMachine } from '../../../src/model/observation.ts';
import { following, spillway } from '../../../src/sim/fleet/decider.ts';
import type { Turn } from '../../../src/sim/invariants/invariant.ts';
import { staticAt } from '../../../src/sim/policies/index.ts';
import { base, machine, settings } from '../../control/scale/pool.ts';

const at = (size: number) => following(staticAt('fixed', 'As many.', size), { target: 0.7, least: 1, most: 8 }, 100);
const said = (machines: readonly ObservedMachine[], size: number) =>
  at(size)
    .turn(0, machines, 1000)
    .map((action) => (action.kind === 'create' ? `create ${action.count}` : `${action.kind} ${action.machine}`));

const overflow = (...stages: readonly ObservedMachine['stage'][]) =>
  stages.map((stage, index) => machine(`o-${index + 1}`, stage));

describe('a policy that wants', () => {
  test.each<[string, number, readonly ObservedMachine['stage'][], readonly string[]]>([
    ['more than there are', 5, [], ['create 2']],
    ['more than may be', 50, [], ['create 5']],
    ['as many as there are', 4, ['serving'], []],
    ['as many as are coming', 5, ['starting', 'ready'], ['admit o-2']],
    ['fewer: those that do not serve go first', 4, ['serving', 'starting', 'ready'], ['destroy o-2', 'destroy o-3']],
    ['fewer: then the newest', 4, ['serving', 'serving'], ['drain o-2']],
    ['fewer than the base', 1, ['serving'], ['drain o-1']],
    ['none of those that have left', 3, ['drained'], ['destroy o-1']],
    ['one more, and one is leaving', 4, ['draining'], ['create 1']],
  ])('%s', (_, size, stages, wanted) => {
    expect(said([...base, ...overflow(...stages)], size)).toEqual(wanted);
  });
});

test('it sees what came, and what serves and starts', () => {
  const seen: unknown[] = [];
  const policy = {
    ...{ name: 'looks', about: '' },
    begin: () => 0,
    look: (_: unknown, state: number, sight: unknown) => {
      seen.push(sight);
      return { state: state + 1, size: 3 };
    },
  };
  following(policy, { target: 0.7, least: 1, most: 8 }, 100).turn(
    250,
    [...base, ...overflow('starting', 'ready')],
    9000,
  );
  expect(seen).toEqual([{ nowMs: 9000, demand: 250, capacity: 100, serving: 3, starting: 1 }]);
});

test('Spillway’s turns are told with what was seen and decided, and its state goes on', () => {
  const turns: Turn[] = [];
  const decider = spillway(settings, (turn) => turns.push(turn));
  expect(decider.turn(2000, base, 1000)).toMatchObject([{ kind: 'create' }]);
  decider.turn(100, base, 2000);
  expect(turns.map(({ nowMs, machines, decision: { kind } }) => [nowMs, machines, kind])).toEqual([
    [1000, base, 'grow'],
    [2000, base, expect.anything()],
  ]);
  // What was wanted a second ago still holds.
  expect(turns[1]!.decision.wanted).toBe(turns[0]!.decision.wanted);
});
