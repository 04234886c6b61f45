/** What the controller sees of a pool: the sum over balancers and pages, as old as its oldest part. */
import { expect, test } from 'vitest';
import type { MachineName, PoolName } from '../../../src/model/ids.ts';
import type { ObservedMachine } from '../../../src/model/observation.ts';
import type { BalancerReadings } from '../../../src/runtime/readings/balancer-sample.ts';
import { observePool } from '../../../src/runtime/readings/observe-pool.ts';

const name = (text: string) => text as MachineName;
const backend = (arrivals: number | undefined, concurrency = 0, queue = 0) => ({
  ...{ status: 'up' as const, concurrency, queue, answerMs: 1, wholeMs: 1, servers: new Map() },
  ...(arrivals !== undefined && { arrivals }),
});
const told = (atMs: number, backends: Readonly<Record<string, ReturnType<typeof backend>>>): BalancerReadings => ({
  ...{ atMs, busy: 0, connections: 0 },
  backends: new Map(Object.entries(backends)),
});
const machine = (text: string, stage: ObservedMachine['stage']): ObservedMachine => ({
  ...{ name: name(text), part: 'base', stage, sinceMs: 0, paidSinceMs: 0 },
});
const cpu = (value: number, atMs: number) => ({ cpu: { value, atMs }, networks: new Map() });
const observe = (balancers: readonly (BalancerReadings | undefined)[], backends: readonly string[] = ['web']) =>
  observePool({
    pool: 'web' as PoolName,
    backends,
    balancers: new Map(balancers.map((one, index) => [name(`balancer-${index + 1}`), one])),
    machines: [],
    readings: new Map(),
  });

test('what balancers see adds up, and is as old as the oldest of it', () => {
  expect(observe([told(5_000, { web: backend(100, 3, 1) }), told(4_000, { web: backend(20, 2, 4) })])).toEqual({
    pool: 'web',
    machines: [],
    demand: { value: 120, atMs: 4_000 },
    concurrency: { value: 5, atMs: 4_000 },
    queue: { value: 5, atMs: 4_000 },
  });
});

test('routes that judge the pool by other pages count as well, those to other pools do not', () => {
  const one = told(1, { web: backend(100), 'web-api-health': backend(30), shop: backend(7) });
  expect(observe([one], ['web', 'web-api-health']).demand?.value).toBe(130);
});

test.each([
  ['one has never told', [told(1, { web: backend(100) }), undefined]],
  ['one does not know its rate yet', [told(1, { web: backend(100) }), told(1, { web: backend(undefined) })]],
  ['one has no such backend', [told(1, { web: backend(100) }), told(1, {})]],
  ['there is none', []],
])('nobody knows the demand when %s', (_, balancers) => {
  expect(observe(balancers)).not.toHaveProperty('demand');
});

test('what is known without its rate is told', () => {
  expect(observe([told(1, { web: backend(undefined, 4, 2) })])).toMatchObject({
    concurrency: { value: 4 },
    queue: { value: 2 },
  });
});

test('the processor is the mean of the machines that serve and have told', () => {
  const readings = new Map([
    [name('web-1'), cpu(0.4, 3_000)],
    [name('web-2'), cpu(0.8, 2_000)],
    [name('web-4'), cpu(0.1, 1_000)],
  ]);
  const machines = [
    machine('web-1', 'serving'),
    machine('web-2', 'serving'),
    machine('web-3', 'serving'),
    machine('web-4', 'draining'),
  ];
  const seen = observePool({ pool: 'web' as PoolName, backends: [], balancers: new Map(), machines, readings });
  expect(seen.cpu?.value).toBeCloseTo(0.6);
  expect(seen.cpu?.atMs).toBe(2_000);
  expect(seen.machines).toBe(machines);
});
