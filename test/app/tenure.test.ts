/** Who may change a platform: within one store by its locks, between copies of it by the term. */
import { describe, expect, test } from 'vitest';
import { createTenure } from '../../src/app/tenure.ts';
import { lockFor, takeLock } from '../../src/app/work.ts';
import { takePost } from '../../src/app/control/post.ts';
import type { LockHolder, Store } from '../../src/ports/store.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

const command = 'spillway control shop';
let nowMs = 0;

/** A process that works on the platform that is kept there; all are alive but for those that say otherwise. */
function process(store: Store, pid: number, isAlive: (holder: LockHolder) => boolean = () => true) {
  const self = () => ({ pid, startTicks: String(pid), host: 'here' });
  const clock = { now: () => nowMs, wall: () => (nowMs += 1_000), sleep: () => Promise.resolve() };
  const toolbox = { ...imaginedToolbox().toolbox, self, clock, isAlive };
  return { toolbox, store, tenure: createTenure(store) };
}
const stale = { code: 'stale-controller', exit: 'refused' };

test('without a lock nothing is changed', () => {
  expect(() => process(imaginedStore(), 1).tenure.term()).toThrow('nothing is changed without a lock');
});

test('each that begins has a larger term than all before', () => {
  const store = imaginedStore();
  const terms = [1, 2, 3].map((pid) => {
    const one = process(store, pid);
    const held = takeLock(one, 'spillway up shop');
    const term = one.tenure.term();
    store.unlock(held);
    return term;
  });
  expect(terms).toEqual([...terms].sort((one, other) => one - other));
  expect(new Set(terms).size).toBe(3);
});

test('who is refused the lock raises nothing', () => {
  const store = imaginedStore();
  takeLock(process(store, 1), 'spillway up shop');
  const before = store.term();
  expect(() => takeLock(process(store, 2), 'spillway up shop')).toThrow('works on this platform');
  expect(store.term()).toBe(before);
});

test('a controller works between others, and goes on under their term', () => {
  const store = imaginedStore();
  const [controller, other] = [process(store, 1), process(store, 2)];
  takeLock(controller, command, 'controller');
  const first = controller.tenure.term();
  const held = takeLock(other, 'spillway up shop');
  store.unlock(held);
  expect(controller.tenure.term()).toBe(store.term());
  expect(controller.tenure.term()).toBeGreaterThan(first);
});

describe('a post is taken over', () => {
  test('only when a person says so', () => {
    const store = imaginedStore();
    takeLock(process(store, 1), command, 'controller');
    expect(() => takePost(process(store, 2), command, false)).toThrow(
      expect.objectContaining({
        code: 'busy',
        mend: expect.stringContaining(`${command} --take-over`) as string,
      }),
    );
  });

  test('and who had it learns of it before it changes anything more', () => {
    const store = imaginedStore();
    const [first, second] = [process(store, 1), process(store, 2)];
    const had = takeLock(first, command, 'controller');
    expect(takePost(second, command, true)).toMatchObject({ from: had, post: { pid: 2 } });
    expect(() => first.tenure.term()).toThrow(
      expect.objectContaining({ ...stale, message: expect.stringContaining('as process 2 on here') as string }),
    );
    expect(second.tenure.term()).toBe(store.term());
    // What it gives back is not its own any more.
    store.unlock(had, 'controller');
  });

  test('also when the other has ended since', () => {
    const store = imaginedStore();
    const [first, second] = [process(store, 1), process(store, 2)];
    takeLock(first, command, 'controller');
    store.unlock(takePost(second, command, true).post, 'controller');
    expect(() => first.tenure.term()).toThrow(expect.objectContaining(stale));
  });

  test('with what it held of the platform, so that nobody waits for it', () => {
    const store = imaginedStore();
    const [first, second] = [process(store, 1), process(store, 2)];
    takeLock(first, command, 'controller');
    lockFor(first, command);
    takePost(second, command, true);
    expect(store.holder('platform')).toBeUndefined();
  });

  test('and not with what others hold', () => {
    const store = imaginedStore();
    const [first, second, other] = [process(store, 1), process(store, 2), process(store, 3)];
    takeLock(first, command, 'controller');
    const held = takeLock(other, 'spillway up shop');
    takePost(second, command, true);
    expect(store.holder('platform')).toEqual(held);
  });

  test('from nobody, if who had it has died', () => {
    const store = imaginedStore();
    takeLock(process(store, 1), command, 'controller');
    expect(
      takePost(
        process(store, 2, () => false),
        command,
        true,
      ),
    ).not.toHaveProperty('from');
  });
});
