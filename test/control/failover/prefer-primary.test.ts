/** Which weights have to change so that the primary's machine gets its own part. */
import { expect, test } from 'vitest';
import { weightsToSet } from '../../../src/control/failover/prefer-primary.ts';
import type { MachineName } from '../../../src/model/ids.ts';

const server = (ordinal: number) => `servers-${ordinal}` as MachineName;

test.each<{ is: string; seen: readonly number[]; leader: number; then: Record<string, number> }>([
  { is: 'as it should be', seen: [60, 40], leader: 1, then: {} },
  { is: 'as it was before the move', seen: [60, 40], leader: 2, then: { 'servers-1': 40, 'servers-2': 60 } },
  { is: 'half of it, for a process was killed', seen: [40, 40], leader: 2, then: { 'servers-2': 60 } },
  {
    is: 'with several others, each the same',
    seen: [60, 60, 1],
    leader: 1,
    then: { 'servers-2': 40, 'servers-3': 40 },
  },
  { is: 'without the primary, which is away', seen: [60], leader: 2, then: { 'servers-1': 40 } },
])('$is', ({ seen, leader, then }) => {
  const weights = new Map(seen.map((weight, index) => [server(index + 1), weight]));
  const changes = weightsToSet({ primary: 60, others: 40 }, server(leader), weights);
  expect(Object.fromEntries(changes.map(({ machine, weight }) => [machine, weight]))).toEqual(then);
});
