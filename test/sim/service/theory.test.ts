/** M/M/c: against values from tables, and against requests that are served one by one. */
import { describe, expect, test } from 'vitest';
import { streamOf } from '../../../src/sim/chance/stream.ts';
import { erlangC, longerThan, quantile } from '../../../src/sim/service/theory.ts';

test.each([
  [1, 0.5, 0.5],
  [1, 0.9, 0.9],
  [2, 1, 1 / 3],
  // Erlang's own tables: 10 lines, 7 erlangs.
  [10, 7, 0.2217],
  [5, 4, 0.5541],
  [100, 90, 0.217],
  [3, 0, 0],
  [3, 3, 1],
])('of %i servers with a load of %d erlang, this share waits', (servers, load, waits) => {
  expect(erlangC(servers, load)).toBeCloseTo(waits, 3);
});

test('one server: times are exponential with the room that is left', () => {
  expect(longerThan(2, 1, 0.5)).toBeCloseTo(Math.exp(-1), 9);
  expect(quantile(0.99, 1, 0.5)).toBeCloseTo(-Math.log(0.01) / 0.5, 6);
});

test('where the two exponentials fall together it does not jump', () => {
  const [at, beside] = [longerThan(1, 2, 1), longerThan(1, 2, 1 + 1e-7)];
  expect(at).toBeCloseTo(beside, 5);
});

/** Each request by itself: it takes the server that is free first. Times in mean service times. */
function servedOneByOne(servers: number, load: number, requests: number): readonly number[] {
  const [comes, takes] = [streamOf(1, `comes-${servers}-${load}`), streamOf(1, `takes-${servers}-${load}`)];
  const freeAt = new Float64Array(servers);
  let now = 0;
  const times: number[] = [];
  for (let request = 0; request < requests; request++) {
    now += comes.exponential(1 / load);
    let first = 0;
    for (let server = 1; server < servers; server++) if (freeAt[server]! < freeAt[first]!) first = server;
    const ends = Math.max(now, freeAt[first]!) + takes.exponential(1);
    freeAt[first] = ends;
    // Not before the queue is as long as it usually is.
    if (request > requests / 10) times.push(ends - now);
  }
  return times.sort((one, other) => one - other);
}

describe('agrees with requests that are served one by one', () => {
  test.each([
    [1, 0.5],
    [1, 0.8],
    [3, 1.5],
    [3, 2.7],
    [8, 6],
    [24, 21],
  ])('%i servers, %d erlang', (servers, load) => {
    const times = servedOneByOne(servers, load, 400_000);
    for (const share of [0.5, 0.9, 0.99]) {
      const counted = times[Math.floor(share * times.length)]!;
      expect(quantile(share, servers, load) / counted).toBeGreaterThan(0.93);
      expect(quantile(share, servers, load) / counted).toBeLessThan(1.07);
    }
  });
});
