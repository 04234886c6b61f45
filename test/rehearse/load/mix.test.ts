import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestsOf, weightedIndex, type LoadPlan, type Mix, type PageKind } from '../../../src/rehearse/load/mix.ts';

const page = (kind: Partial<PageKind>): PageKind => ({
  what: 'a page',
  weight: 1,
  method: 'GET',
  paths: ['/'],
  form: {},
  draw: {},
  ...kind,
});

const planOf = (mix: Mix, plan: Partial<LoadPlan> = {}): LoadPlan => ({
  traffic: [{ kind: 'hold', perSecond: 1000, forMs: 10_000 }],
  mix,
  newConnections: 0.2,
  seed: 8,
  ...plan,
});

/** How often each was drawn, as a part of all. */
function shares<Key>(keys: readonly Key[]): Map<Key, number> {
  const found = new Map<Key, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1 / keys.length);
  return found;
}

describe('a mix', () => {
  const mix = [
    page({ what: 'front page', weight: 25 }),
    page({ what: 'static files', weight: 50, paths: ['/a.css', '/b.js'] }),
    page({
      what: 'articles',
      weight: 20,
      paths: ['/article/{id}'],
      draw: { id: { kind: 'number', from: 1, to: 850, favour: 'newest' } },
    }),
    page({
      what: 'comments',
      weight: 5,
      method: 'POST',
      paths: ['/article/{id}/comments'],
      form: { author: 'A fan', body: '{mark}: {cheer}' },
      draw: {
        id: { kind: 'number', from: 7, to: 7, favour: 'none' },
        cheer: { kind: 'one-of', texts: ['go & win!'] },
      },
      sessions: 10,
    }),
  ];
  const requests = [...requestsOf(planOf(mix))];

  test('asks for each kind by its weight', () => {
    const found = shares(requests.map(({ kind }) => mix[kind]!.what));
    for (const { what, weight } of mix) expect(found.get(what)).toBeCloseTo(weight / 100, 1);
  });

  test('numbers its requests, in the order of time', () => {
    expect(requests.map(({ number }) => number)).toEqual(requests.map((_, index) => index));
    expect(requests.map(({ atMs }) => atMs)).toEqual(requests.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });

  test('gives its part of requests a connection of their own', () => {
    expect(shares(requests.map(({ isNewcomer }) => isNewcomer)).get(true)).toBeCloseTo(0.2, 1);
  });

  test('fills what was drawn into path and form, and a mark that no other request has', () => {
    const posts = requests.filter(({ method }) => method === 'POST');
    const [first] = posts;
    expect(first).toMatchObject({ path: '/article/7/comments', method: 'POST' });
    expect(first!.body).toBe(`author=A+fan&body=8-${first!.number}%3A+go+%26+win%21`);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(posts.length);
    expect(shares(posts.map(({ session }) => session)).size).toBe(10);
  });

  test('draws the newest articles most, by their rank', () => {
    const ids = requests.filter(({ kind }) => kind === 2).map(({ path }) => Number(path.split('/').at(-1)));
    expect(Math.max(...ids)).toBe(850);
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(1);
    const found = shares(ids);
    // The chance of a rank is ln((rank + 1) / rank) / ln 851: 10 % for the first, 6 % for the second.
    expect(found.get(850)! / found.get(849)!).toBeGreaterThan(1.2);
    expect(found.get(850)!).toBeGreaterThan(0.08);
  });

  test('of another kind leaves the times as they are', () => {
    const other = [...requestsOf(planOf([page({})]))];
    expect(other.map(({ atMs }) => atMs)).toEqual(requests.map(({ atMs }) => atMs));
  });

  test('is the same for the same seed', () => {
    expect([...requestsOf(planOf(mix))]).toEqual(requests);
    expect([...requestsOf(planOf(mix, { seed: 9 }))]).not.toEqual(requests);
  });

  test('writes what was drawn into a path so that it stays one path', () => {
    const words = page({ paths: ['/search?q={word}'], draw: { word: { kind: 'one-of', texts: ['coupe & café'] } } });
    const [first] = requestsOf(planOf([words]));
    expect(first!.path).toBe('/search?q=coupe%20%26%20caf%C3%A9');
  });
});

test('every kind of page is drawn where its weight is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (weights, part) => {
        const index = weightedIndex(weights, part);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const before = weights.slice(0, index).reduce((sum, weight) => sum + weight, 0);
        expect(before).toBeLessThanOrEqual(part * total + 1e-9);
        expect(before + weights[index]!).toBeGreaterThanOrEqual(part * total - 1e-9);
      },
    ),
  );
});
