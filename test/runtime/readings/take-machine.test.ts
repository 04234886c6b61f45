/** A machine whose script ended is asked again after a while, and not at all once nobody wants to know. */
import { expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import type { Hosts } from '../../../src/ports/host.ts';
import { takeOfMachine } from '../../../src/runtime/readings/take-machine.ts';

const told = { reach: { machine: 'web-1' as MachineName, host: '100.64.0.2', port: 22 }, database: false };

function begin() {
  let begun = 0;
  const pauses: (() => void)[] = [];
  const hosts = {
    stream() {
      begun++;
      return { ended: Promise.reject(new Error('its session is lost')), stop: () => undefined };
    },
  } as unknown as Hosts;
  const clock = { now: () => 0, wall: () => 0, sleep: () => new Promise<void>((resolve) => pauses.push(resolve)) };
  const stopping = new AbortController();
  const taking = takeOfMachine({ hosts, clock, signal: stopping.signal }, told, () => undefined);
  const pause = async () => {
    while (pauses.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return pauses.shift()!;
  };
  return { stopping, taking, pause, begun: () => begun };
}

test('it is asked again', async () => {
  const { pause, begun } = begin();
  (await pause())();
  await pause();
  expect(begun()).toBe(2);
});

test('stopped while it waits to ask again, it does not', async () => {
  const { stopping, taking, pause, begun } = begin();
  const goOn = await pause();
  stopping.abort();
  goOn();
  await taking;
  expect(begun()).toBe(1);
});
