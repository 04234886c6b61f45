/** What a pool makes of what comes: served, waiting or lost, and nothing is counted twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createService } from '../../../src/sim/service/service.ts';

function world() {
  const taken: { ms: number; requests: number }[] = [];
  const service = createService({ overheadMs: 2, took: (ms, requests) => void taken.push({ ms, requests }) });
  const serve = (arrivals: number, perSecond: number, forMs = 1000, most = 1e9, patienceMs = 10_000) => {
    const served = service.serve(arrivals, forMs, { perSecond, servers: 4 }, { most, patienceMs });
    service.tellCalm();
    return served;
  };
  return { service, serve, taken, count: () => taken.reduce((sum, { requests }) => sum + requests, 0) };
}

test('half full: all are served, about as fast as one request takes', () => {
  const { serve, taken, count } = world();
  expect(serve(200, 400)).toMatchObject({ lost: 0, waiting: 0 });
  expect(count()).toBeCloseTo(200);
  // Four servers, 400 requests/s: 10 ms each on average, half of them faster than 7 ms, and 2 ms beside.
  expect(taken[0]!.ms).toBeGreaterThan(2);
  expect(taken[0]!.ms).toBeLessThan(9);
});

test('too many: the rest waits, and is served when fewer come', () => {
  const { serve, taken, count } = world();
  expect(serve(600, 400)).toMatchObject({ served: 400, lost: 0, waiting: 200 });
  taken.length = 0;
  expect(serve(0, 400, 500)).toMatchObject({ lost: 0, waiting: 0 });
  expect(count()).toBeCloseTo(200);
  // On average they waited for a hundred others.
  expect(taken[0]!.ms).toBeGreaterThan(250);
});

test.each([
  ['there is room for', 150, 10_000, 150],
  ['anybody has patience for', 1e9, 250, 100],
])('more than %s are lost', (_, most, patienceMs, waiting) => {
  expect(world().serve(600, 400, 1000, most, patienceMs)).toMatchObject({ lost: 200 - waiting, waiting });
});

test('what is delayed takes so much longer, and nobody is counted twice', () => {
  const taken: { ms: number; requests: number }[] = [];
  const service = createService({ overheadMs: 0, took: (ms, requests) => void taken.push({ ms, requests }) });
  const limits = { most: 1e9, patienceMs: 10_000 };
  service.serve(200, 1000, { perSecond: 400, servers: 4 }, limits, { share: 0.25, byMs: 600 });
  const sum = (all: typeof taken) => all.reduce((requests, one) => requests + one.requests, 0);
  expect(sum(taken)).toBeCloseTo(200);
  expect(sum(taken.filter(({ ms }) => ms > 600))).toBeCloseTo(50);
});

test('what is calm is told when somebody asks, once', () => {
  const { service, taken } = world();
  service.serve(100, 1000, { perSecond: 400, servers: 4 }, { most: 1e9, patienceMs: 10_000 });
  service.serve(100, 1000, { perSecond: 400, servers: 4 }, { most: 1e9, patienceMs: 10_000 });
  expect(taken).toEqual([]);
  service.tellCalm();
  const [first] = taken;
  expect(first!.requests).toBeCloseTo(100);
  const told = taken.length;
  service.tellCalm();
  expect(taken).toHaveLength(told);
});

test('nobody serves: who comes waits as long as there is room', () => {
  const { serve } = world();
  expect(serve(600, 0, 1000, 500)).toMatchObject({ served: 0, lost: 100, waiting: 500 });
});

test('nobody serves for longer than people wait: only who came lately still waits', () => {
  const { serve } = world();
  for (let second = 0; second < 12; second++) serve(100, 0);
  expect(serve(100, 0)).toMatchObject({ waiting: 1000 });
});

test('when fewer may wait than do, who waits already is served all the same', () => {
  const { serve } = world();
  serve(1000, 400);
  expect(serve(100, 400, 1000, 100)).toEqual({ served: 400, lost: 100, waiting: 200 });
});

test('each request is served, waits or is lost, however time is cut', () => {
  const steps = fc.array(
    fc.record({ arrivals: fc.integer({ min: 0, max: 900 }), perSecond: fc.integer({ min: 0, max: 600 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 2, 5), (played, cuts) => {
      const { serve, count, service } = world();
      let [came, lost] = [0, 0];
      for (const { arrivals, perSecond } of played) {
        came += arrivals;
        for (let cut = 0; cut < cuts; cut++) lost += serve(arrivals / cuts, perSecond, 1000 / cuts, 300).lost;
      }
      expect(count() + lost + service.waiting()).toBeCloseTo(came, 4);
    }),
  );
});

test('what waits and what is lost does not depend on the length of the steps', () => {
  const ends = [1, 4, 10].map((cuts) => {
    const { serve, service } = world();
    let lost = 0;
    for (const arrivals of [300, 700, 900, 100])
      for (let cut = 0; cut < cuts; cut++) lost += serve(arrivals / cuts, 400, 1000 / cuts, 500).lost;
    return { lost: Math.round(lost), waiting: Math.round(service.waiting()) };
  });
  expect(ends[1]).toEqual(ends[0]);
  expect(ends[2]).toEqual(ends[0]);
});
