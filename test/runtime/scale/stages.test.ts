/** The stage of a machine, from all who know something of it. */
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { stagesOf, type PoolSight, type ServerSight } from '../../../src/runtime/scale/stages.ts';

const name = 'web-x1' as MachineName;
const nothing: PoolSight = { listed: [], servers: [], making: new Map(), removing: new Set(), leaving: new Set() };
const listed = [{ name, part: 'overflow' as const, state: 'running' as const, commissioned: true }];
const server = (more: Partial<ServerSight> = {}): ServerSight => ({ name, ordered: 'ready', isUp: true, ...more });

describe('a machine of the overflow', () => {
  test.each<[string, Partial<PoolSight>, string | undefined]>([
    ['is not there', {}, undefined],
    ['was asked for, and no engine lists it yet', { making: new Map([[name, 5]]) }, 'starting'],
    ['is being set up', { listed, making: new Map([[name, 5]]) }, 'starting'],
    ['is set up, and no balancer knows it', { listed }, 'ready'],
    ['was never finished, and nobody is at it', { listed: [{ ...listed[0]!, commissioned: false }] }, 'down'],
    ['serves', { listed, servers: [server(), server()] }, 'serving'],
    ['is seen by one balancer only', { listed, servers: [server(), server({ isUp: false })] }, 'serving'],
    ['is seen by none', { listed, servers: [server({ isUp: false })] }, 'down'],
    ['drains on one of two', { listed, servers: [server(), server({ ordered: 'drain' })] }, 'draining'],
    ['is about to be taken out', { listed, servers: [server({ ordered: 'maint', isUp: false })] }, 'draining'],
    ['has left', { listed, leaving: new Set([name]) }, 'drained'],
    [
      'is being removed, and was never finished',
      { listed: [{ ...listed[0]!, commissioned: false }], removing: new Set([name]) },
      'drained',
    ],
    ['has no power', { listed: [{ ...listed[0]!, state: 'stopped' }], servers: [server()] }, 'down'],
  ])('%s', (_, sight, stage) => {
    expect(stagesOf({ ...nothing, ...sight }, [], 10)[0]?.stage).toBe(stage);
  });
});

test('a machine of the base that no balancer knows is down', () => {
  expect(stagesOf({ ...nothing, listed: [{ ...listed[0]!, part: 'base' }] }, [], 10)[0]?.stage).toBe('down');
});

test('it is paid for since it was asked for, and in its stage since it came into it', () => {
  const making = stagesOf({ ...nothing, making: new Map([[name, 5]]) }, [], 10);
  expect(making).toMatchObject([{ stage: 'starting', sinceMs: 5, paidSinceMs: 5 }]);
  const ready = stagesOf({ ...nothing, listed }, making, 20);
  expect(ready).toMatchObject([{ stage: 'ready', sinceMs: 20, paidSinceMs: 5 }]);
  expect(stagesOf({ ...nothing, listed }, ready, 30)).toEqual(ready);
});

test('of one that is down it says what it did before', () => {
  const serving = stagesOf({ ...nothing, listed, servers: [server()] }, [], 10);
  const down = stagesOf({ ...nothing, listed, servers: [server({ isUp: false })] }, serving, 20);
  expect(down).toMatchObject([{ stage: 'down', downAfter: 'serving', sinceMs: 20 }]);
  const still = stagesOf({ ...nothing, listed, servers: [server({ isUp: false })] }, down, 30);
  expect(still).toMatchObject([{ downAfter: 'serving', sinceMs: 20 }]);
  expect(stagesOf({ ...nothing, listed, servers: [server()] }, still, 40)[0]).not.toHaveProperty('downAfter');
});
