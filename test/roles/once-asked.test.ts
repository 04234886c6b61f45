/** A map that makes what it is asked for. */
import { expect, test } from 'vitest';
import { onceAsked } from '../../src/roles/once-asked.ts';

function world() {
  const made: string[] = [];
  const map = onceAsked(new Map([1, 2, 3].map((count) => [`m${count}`, count])), (count) => {
    made.push(`m${count}`);
    return { count };
  });
  return { map, made };
}

test('what nobody asks for is not made', () => {
  const { map, made } = world();
  expect([map.size, map.has('m2'), map.has('m4'), [...map.keys()]]).toEqual([3, true, false, ['m1', 'm2', 'm3']]);
  expect(map.get('m4')).toBeUndefined();
  expect(made).toEqual([]);
});

test('what is asked for is made once', () => {
  const { map, made } = world();
  expect(map.get('m2')).toEqual({ count: 2 });
  expect(map.get('m2')).toBe(map.get('m2'));
  expect(made).toEqual(['m2']);
});

test('who goes through it finds all of them, in their order', () => {
  const { map } = world();
  const all = [1, 2, 3].map((count): [string, { count: number }] => [`m${count}`, { count }]);
  expect([...map]).toEqual(all);
  expect([...map.entries()]).toEqual(all);
  expect([...map.values()]).toEqual(all.map(([, value]) => value));
  const seen: unknown[] = [];
  map.forEach((value, key) => seen.push([key, value]));
  expect(seen).toEqual(all);
});
