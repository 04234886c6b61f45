import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  coreTimes,
  hostBetween,
  processMs,
  stalledMs,
  type HostSample,
} from '../../../src/rehearse/host/host-second.ts';
import { lookAtHost } from '../../../src/rehearse/host/look-at-host.ts';

const nothing: HostSample = {
  ...{ atMs: 0, cores: 2, idleMs: 0, stolenMs: 0, interruptsMs: 0, ownMs: 0, machinesMs: {}, memoryStalledMs: 0 },
};
const after = (change: Partial<HostSample>) => hostBetween(nothing, { ...nothing, atMs: 1000, ...change });

test('what nobody is known to have used was used by others', () => {
  const used = { idleMs: 100, stolenMs: 200, interruptsMs: 50, ownMs: 300, machinesMs: { 'web-1': 400, 'web-2': 150 } };
  expect(after(used)).toEqual({
    ...{ fromMs: 0, toMs: 1000, cores: 2, idle: 0.1, stolen: 0.2, own: 0.3, memoryStalled: 0 },
    platform: expect.closeTo(0.6, 6) as number,
    others: expect.closeTo(0.8, 6) as number,
  });
});

test('machines that came, went or booted between two looks count for what they used since', () => {
  const before = { ...nothing, machinesMs: { gone: 9000, booted: 5000, stays: 100 } };
  const later = { ...nothing, atMs: 1000, machinesMs: { booted: 300, stays: 200, came: 400 } };
  // What one used before its boot is not known any more.
  expect(hostBetween(before, later).platform).toBeCloseTo(0.5, 6);
});

test('a look that came late is of the longer time', () => {
  expect(after({ atMs: 4000, idleMs: 4000, memoryStalledMs: 1000 })).toMatchObject({
    ...{ toMs: 4000, idle: 1, others: 1, memoryStalled: 0.25 },
  });
});

test('a host that counts a little more than there is leaves nothing to others, and not less', () => {
  expect(after({ idleMs: 1000, machinesMs: { 'web-1': 1010 } }).others).toBe(0);
});

test('the files of the kernel', () => {
  const stat =
    'cpu  132 0 173 432 12 1 53 345 0 0\ncpu0 66 0 86 216 6 0 26 172 0 0\ncpu1 1 0 8 21 6 0 26 172 0 0\nintr 5\n';
  expect(coreTimes(stat)).toEqual({ cores: 2, idleMs: 4440, interruptsMs: 540, stolenMs: 3450 });
  expect(stalledMs('some avg10=0.00 avg60=0.00 avg300=0.00 total=95495287\nfull avg10=0.00 total=7\n')).toBe(95495.287);
  expect(stalledMs('')).toBeUndefined();
  expect(processMs('7 (a (odd) name) R 1 7 7 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 63741 3133440')).toBe(1100);
});

test('of this host, what children do is our own', async () => {
  const before = lookAtHost(Date.now(), {})!;
  const child = spawn(process.execPath, ['-e', 'for (let i = 0; i < 4e8; i++);'], { stdio: 'ignore' });
  await once(child, 'exit');
  const later = lookAtHost(Date.now(), {})!;
  expect(later.ownMs).toBeGreaterThan(before.ownMs);
  expect(later.idleMs).toBeGreaterThanOrEqual(before.idleMs);
  expect(later.cores).toBeGreaterThan(0);
});
