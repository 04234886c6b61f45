import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import type { ServerState } from '../../../src/runtime/haproxy/servers-state.ts';
import type { Figures } from '../../../src/runtime/haproxy/stat.ts';
import {
  failuresSince,
  outlierCommands,
  type BalancerLook,
  type Looks,
} from '../../../src/runtime/outliers/failures.ts';

const none = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, other: 0 };

const figures = (arrived: number, errors: number, failures: number): Figures => ({
  ...{ status: 'up', arrived, failures, sessions: 0, queue: 0, answerMs: 0, wholeMs: 0 },
  answers: { ...none, '5xx': errors },
});

const server = (name: string, change: Partial<ServerState> = {}): ServerState => ({
  ...{ backend: 'web', name, ip: '10.0.0.1', port: 80, ordered: 'ready', checked: true, weight: 100 },
  ...change,
});

function look(servers: Readonly<Record<string, Figures>>, change: { pid?: number; states?: ServerState[] } = {}) {
  const backend = { ...figures(0, 0, 0), servers: new Map(Object.entries(servers)) };
  return {
    process: { pid: change.pid ?? 1, stopping: false, idle: 1, connections: 0 },
    backends: new Map([['web', backend]]),
    servers: change.states ?? Object.keys(servers).map((name) => server(name)),
  } satisfies BalancerLook;
}

const looks = (...all: readonly BalancerLook[]): Looks =>
  new Map(all.map((one, index) => [`balancer-${index + 1}` as MachineName, one]));

describe('failures', () => {
  const first = looks(look({ a: figures(10, 1, 0) }), look({ a: figures(50, 0, 5) }));

  test('are those of all balancers since the last look, whether another machine answered or nobody', () => {
    const now = looks(look({ a: figures(30, 6, 0) }), look({ a: figures(60, 0, 9) }));
    expect(failuresSince(first, now, ['web'])).toEqual([{ name: 'a', isUp: true, requests: 30, failed: 9 }]);
  });

  test('are not known of a process that has begun since, or at the first look', () => {
    const now = looks(look({ a: figures(5, 5, 5) }, { pid: 2 }), look({ a: figures(60, 1, 5) }));
    expect(failuresSince(first, now, ['web'])).toEqual([{ name: 'a', isUp: true, requests: 10, failed: 1 }]);
    expect(failuresSince(new Map(), now, ['web'])).toEqual([{ name: 'a', isUp: true, requests: 0, failed: 0 }]);
  });

  test.each([
    { name: 'down', change: { downMs: 1_000 } },
    { name: 'drained', change: { ordered: 'drain' as const } },
  ])('one that any balancer has $name is not up', ({ change }) => {
    const now = looks(look({ a: figures(0, 0, 0) }), look({ a: figures(0, 0, 0) }, { states: [server('a', change)] }));
    expect(failuresSince(new Map(), now, ['web'])).toMatchObject([{ name: 'a', isUp: false }]);
  });
});

test('what is said to a balancer is what differs', () => {
  const servers = [
    server('a'),
    server('b', { weight: 0 }),
    server('c', { weight: 0 }),
    server('d'),
    server('a', { backend: 'other' }),
  ];
  expect(outlierCommands(servers, ['web'], new Set(['a', 'c'] as MachineName[]))).toEqual([
    'set server web/a weight 0',
    'set server web/b weight 100%',
  ]);
});
