/** From what is counted to what is known: differences, and none across a new beginning. */
import { describe, expect, test } from 'vitest';
import type { BalancerSample } from '../../../src/runtime/readings/balancer-sample.ts';
import { balancerReadings } from '../../../src/runtime/readings/balancer-sample.ts';
import { readingsBetween, readSample } from '../../../src/runtime/readings/machine-sample.ts';
import type { BackendStat, Figures } from '../../../src/runtime/haproxy/stat.ts';

describe('a machine', () => {
  const between = (before: string | undefined, after: string) =>
    readingsBetween(before === undefined ? undefined : readSample(before), readSample(after)!, 7_000);
  const reading = (value: number) => ({ value, atMs: 7_000 });

  test('uses of its quota what it used of the time', () => {
    const { cpu } = between('at=10 cpuUs=1000000', 'at=12 cpuUs=1050000 quotaUs=5000 periodUs=100000');
    expect(cpu).toEqual(reading(0.5));
  });

  test('without a quota uses of all its cores what they were busy', () => {
    expect(between('at=10 busyTicks=100 idleTicks=500', 'at=11 busyTicks=150 idleTicks=650').cpu).toEqual(
      reading(0.25),
    );
  });

  test('is never more than full, whatever the clocks say', () => {
    expect(between('at=10 cpuUs=0', 'at=11 cpuUs=103000 quotaUs=1000 periodUs=10000').cpu).toEqual(reading(1));
  });

  test('tells its memory at the first time, and its networks from the second on', () => {
    const line = 'at=10 memory=30 memoryOf=120 net.private=1000/2000';
    expect(between(undefined, line)).toEqual({ memory: reading(0.25), networks: new Map() });
    const second = 'at=12 memory=30 memoryOf=120 net.private=1500/2200';
    expect(between(line, second).networks).toEqual(
      new Map([['private', { received: reading(250), sent: reading(100) }]]),
    );
  });

  test('tells how full its disk is at the first time, and what it reads and writes from the second on', () => {
    const line = 'at=10 disk=1000/5000 full=300 fullOf=400';
    expect(between(undefined, line).disk).toEqual({ full: reading(0.75) });
    expect(between(line, 'at=12 disk=3000/5000').disk).toEqual({ read: reading(1000), written: reading(0) });
  });

  test('whose counters began anew says nothing of the time between', () => {
    const readings = between(
      'at=10 cpuUs=900 net.private=900/900',
      'at=11 cpuUs=5 quotaUs=1 periodUs=1 net.private=1/1',
    );
    expect(readings).toEqual({ networks: new Map() });
  });

  test('with a database tells its queries and writes each second, and how far it is behind', () => {
    const line = (at: number, queries: number) =>
      `at=${at} running=2 connected=5 queries=${queries} writes=${queries / 10}`;
    expect(between(line(10, 100), line(12, 300)).database).toEqual({
      running: reading(2),
      connected: reading(5),
      queries: reading(100),
      writes: reading(10),
    });
    expect(between(undefined, `${line(10, 100)} lagS=3`).database).toMatchObject({ lagMs: reading(3000) });
  });

  test.each(['', 'bash: warning', 'at=', 'at=x cpuUs=1'])('a line that is no telling is left out: %j', (line) => {
    expect(readSample(line)).toBeUndefined();
  });
});

describe('a balancer', () => {
  const figures = (more: Partial<Figures> = {}): Figures => ({
    status: 'up',
    arrived: 0,
    failures: 0,
    answers: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, other: 0 },
    ...{ sessions: 0, queue: 0, answerMs: 4, wholeMs: 5 },
    ...more,
  });
  const backend = (more: Partial<Figures>, servers: readonly [string, Figures][] = []): BackendStat => ({
    ...figures(more),
    servers: new Map(servers),
  });
  const sample = (atMs: number, web: BackendStat, pid = 7): BalancerSample => ({
    atMs,
    process: { pid, stopping: false, idle: 0.75, connections: 12 },
    backends: new Map([['web', web]]),
  });

  test('knows after the second count how many requests came each second', () => {
    const [first, second] = [sample(1_000, backend({ arrived: 100 })), sample(3_000, backend({ arrived: 500 }))];
    expect(balancerReadings(undefined, first).backends.get('web')).not.toHaveProperty('arrivals');
    const readings = balancerReadings(first, second);
    expect(readings).toMatchObject({ atMs: 3_000, busy: 0.25, connections: 12 });
    expect(readings.backends.get('web')).toMatchObject({ arrivals: 200 });
  });

  test('whose process is another one does not, though it counts further', () => {
    const second = sample(2_000, backend({ arrived: 500 }), 8);
    expect(balancerReadings(sample(1_000, backend({ arrived: 100 })), second).backends.get('web')).not.toHaveProperty(
      'arrivals',
    );
  });

  test('a server that was deleted and came back counts from zero, and its backend goes on', () => {
    const [first, second] = [
      sample(1_000, backend({ arrived: 100 }, [['web-4', figures({ arrived: 90 })]])),
      sample(2_000, backend({ arrived: 150 }, [['web-4', figures({ arrived: 10 })]])),
    ];
    const web = balancerReadings(first, second).backends.get('web')!;
    expect(web.arrivals).toBe(50);
    expect(web.servers.get('web-4')).not.toHaveProperty('arrivals');
  });

  test('what waits for one server waits as well; what waits is not being answered', () => {
    const servers: [string, Figures][] = [
      ['web-1', figures({ sessions: 3, queue: 2 })],
      ['web-2', figures({ sessions: 4 })],
    ];
    const web = balancerReadings(undefined, sample(1_000, backend({ sessions: 19, queue: 10 }, servers))).backends.get(
      'web',
    );
    expect(web).toMatchObject({ concurrency: 7, queue: 12 });
  });
});
