/** A controller that stands still is replaced by a person; woken, it gets nothing done on real machines, says why, and ends. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { startController, type Controller } from '../lab/controller.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, spillway, spillwayJson } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-take-over';
const lab = createLabEngine();
const controllers: Controller[] = [];
let visitor: Awaited<ReturnType<typeof visitorOf>>;

const control = (...words: readonly string[]): Controller => {
  const started = startController(platform, ...words);
  controllers.push(started);
  return started;
};
const overflow = async () =>
  (await lab.list(platform as PlatformName)).machines.filter(({ part }) => part === 'overflow');
const settled = async () => (await overflow()).filter(({ state, commissioned }) => state === 'running' && commissioned);
const says = (controller: Controller, kind: string) =>
  eventually(
    async () => controller.lines.find((line) => line.kind === kind),
    (line) => line !== undefined,
  );
/** Who answered, of many that were asked. */
async function serving(): Promise<readonly string[]> {
  const ask = () => visitor.curl('-D', '-', '-o', '/dev/null', '-H', 'Host: www.sofoot.test', 'http://203.0.113.10/');
  const answers = await Promise.all(Array.from({ length: 32 }, ask));
  return [...new Set(answers.flatMap(({ body }) => /x-served-by: (\S+)/i.exec(body)?.[1] ?? []))].sort();
}
const order = (size: number) => spillwayJson('scale', platform, 'web', String(size), '--for', '20min');
const isRefused = async ({ child, ended }: Controller) => {
  child.kill('SIGCONT');
  const { code, stdout } = await ended;
  expect(code, stdout).toBe(3);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    kind: 'ended',
    error: { code: 'stale-controller', message: expect.stringContaining('another process has taken over') as string },
  });
};

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  visitor = await visitorOf(platform);
});

afterAll(async () => {
  for (const { child } of controllers) child.kill('SIGKILL');
  await spillway('down', platform, '--yes');
});

test('one that stands still keeps its post until a person gives it to another', async () => {
  const first = control();
  await eventually(settled, (there) => there.length === 2);
  first.child.kill('SIGSTOP');
  const without = await spillway('control', platform);
  expect(without.code).toBe(3);
  expect(without.stderr).toContain('--take-over');

  const second = control('--take-over');
  expect(await says(second, 'took-over')).toMatchObject({ from: { pid: first.child.pid } });
  await order(4);
  const served = await eventually(serving, (found) => found.length === 4);

  await isRefused(first);
  expect(await serving()).toEqual(served);
  expect(second.child.exitCode, 'the second goes on').toBeNull();
});

test('one that is stopped in the midst of a scale-out finishes nothing of it, and the other one does', async () => {
  const second = controllers.at(-1)!;
  await eventually(settled, (there) => there.length === 3);
  await order(6);
  await eventually(overflow, (there) => there.length > 3);
  second.child.kill('SIGSTOP');
  const third = control('--take-over');
  await says(third, 'began');
  await isRefused(second);
  const served = await eventually(serving, (found) => found.length === 6, 60_000);
  expect(served).toHaveLength(6);
  expect(third.child.exitCode).toBeNull();
});

test('machines and the lab have heard of the last one, and refuse those before', async () => {
  const heard = readFileSync(`/var/lib/spillway/lab/platforms/${platform}/term`, 'utf8');
  const machines = machinesOf(platform);
  try {
    for (const name of ['balancer-1', 'balancer-2'])
      expect(await machines.on(name, 'cat /var/lib/spillway/term')).toBe(heard);
  } finally {
    machines.close();
  }
  await expect(lab.hear(platform as PlatformName, Number(heard) - 1)).rejects.toMatchObject({
    code: 'stale-controller',
  });
  controllers.at(-1)!.child.kill('SIGTERM');
  expect((await controllers.at(-1)!.ended).code).toBe(0);
  const { code, stderr } = await spillway('up', platform);
  expect(code, stderr).toBe(0);
});
