/** Time that passes when it is told to. */
import { expect, test } from 'vitest';
import { virtualTime } from '../../../src/sim/time/virtual-time.ts';

test('whoever sleeps is woken in the order of time, at his instant', async () => {
  const time = virtualTime(1000);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await time.sleep(ms);
    woken.push(`${name} at ${time.now()}`);
  };
  void sleeper('late', 300);
  void sleeper('first', 100);
  void sleeper('first too', 100);
  await time.until(1200);
  expect(woken).toEqual(['first at 1100', 'first too at 1100']);
  expect(time.now()).toBe(1200);
  await time.until(1300);
  expect(woken.at(-1)).toBe('late at 1300');
});

test('what somebody does once woken has come to rest before the next is woken', async () => {
  const time = virtualTime(0);
  const done: string[] = [];
  const work = async (name: string) => {
    await time.sleep(10);
    for (let step = 0; step < 20; step++) await Promise.resolve();
    done.push(name);
    await time.sleep(0);
    done.push(`${name} again`);
  };
  void work('a');
  void work('b');
  await time.until(10);
  expect(done).toEqual(['a', 'b', 'a again', 'b again']);
});

test('it passes at once where nobody is to be woken, and nothing goes on', async () => {
  const time = virtualTime(0);
  expect([time.passes(100), time.now()]).toEqual([true, 100]);
  let woken = false;
  const work = async () => {
    await Promise.resolve();
    await time.sleep(50);
    woken = true;
  };
  time.stir();
  void work();
  expect([time.passes(120), time.now()]).toEqual([false, 100]);
  await time.until(120);
  expect([time.passes(149), time.passes(150), time.now(), woken]).toEqual([true, false, 149, false]);
  await time.until(150);
  expect(woken).toBe(true);
});

test('it never goes back, and nothing is due before its time', async () => {
  const time = virtualTime(500);
  let woken = false;
  void time.sleep(1).then(() => (woken = true));
  await time.until(100);
  expect([time.now(), woken]).toEqual([500, false]);
});
