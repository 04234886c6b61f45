/** SoFoot's web pool under `spillway control`: orders by people, a controller that is killed, and others that work beside it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { startController as startControllerOf, type Controller } from '../lab/controller.ts';
import { bringUp, eventually, spillway, spillwayJson, startProcess } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-control';
const entrance = '203.0.113.10';
const lab = createLabEngine();
const controllers: Controller[] = [];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let visitor: Awaited<ReturnType<typeof visitorOf>>;

function startController(): Controller {
  const started = startControllerOf(platform);
  controllers.push(started);
  return started;
}

const machines = async () => (await lab.list(platform as PlatformName)).machines;
const overflow = async () => (await machines()).filter(({ part }) => part === 'overflow');
const names = async () => (await overflow()).map(({ name }) => name);
/** SoFoot's peak asks for two warm machines, whatever serves. */
const warm = 2;
const settled = (count: number) => async () => {
  const there = await overflow();
  return there.length === count && there.every(({ state, commissioned }) => state === 'running' && commissioned);
};
const isTrue = (is: boolean) => is;
/** Who answered, of many that were asked. */
async function serving(): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: 24 }, () =>
      visitor.curl('-D', '-', '-o', '/dev/null', '-H', 'Host: www.sofoot.test', `http://${entrance}/search?q=cup`),
    ),
  );
  expect(answers.filter(({ body }) => !body.startsWith('HTTP/1.1 200'))).toEqual([]);
  return [...new Set(answers.flatMap(({ body }) => /x-served-by: (\S+)/i.exec(body)?.[1] ?? []))].sort();
}
const base = ['web-1', 'web-2', 'web-3'];

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  visitor = await visitorOf(platform);
});

afterAll(async () => {
  for (const { child } of controllers) child.kill('SIGKILL');
  await spillway('down', platform, '--yes');
});

test('warm machines come, though the controller is killed while it makes them, and none twice', async () => {
  const first = startController();
  await eventually(names, (found) => found.length === warm);
  const second = await spillway('control', platform);
  expect(second.code, 'a second controller is refused while the first runs').toBe(3);
  expect((await overflow()).filter(({ commissioned }) => commissioned)).toEqual([]);
  await first.kill();
  startController();
  await eventually(settled(warm), isTrue);
  expect(await names()).toEqual(['web-x1', 'web-x2']);
  expect(await serving()).toEqual(base);
});

test('an order is followed, and goes on when the controller is killed and begins anew', async () => {
  expect(await spillwayJson('scale', platform, 'web', '4', '--for', '20min')).toMatchObject({ order: { size: 4 } });
  const served = await eventually(serving, (found) => found.length === 4);
  expect(served.slice(0, 3)).toEqual(base);
  await eventually(settled(1 + warm), isTrue);

  await controllers.at(-1)!.kill();
  expect(await serving(), 'traffic flows while no controller runs').toEqual(served);
  const anew = startController();
  await eventually(
    async () => anew.lines.filter(({ kind }) => kind === 'decided').length,
    (count) => count > 0,
  );
  await pause(3_000);
  expect(await serving()).toEqual(served);
  expect(await names()).toHaveLength(1 + warm);
});

test('`up` comes in between, keeps what came with the order, and is seen by the controller', async () => {
  const served = await serving();
  const { code, stderr } = await spillway('up', platform);
  expect(code, stderr).toBe(0);
  const { lines } = controllers.at(-1)!;
  await eventually(
    async () => lines.filter(({ kind }) => kind === 'began').length,
    (count) => count === 2,
  );
  await pause(3_000);
  expect(await serving()).toEqual(served);
  expect(await names()).toHaveLength(1 + warm);
});

test('`explain` and `scale` say what was decided, and by whom', async () => {
  const explained = await spillway('explain', platform, 'web');
  expect(explained.stdout).toContain('manual: 4 machines, for a person wants 4');
  const shown = await spillwayJson('scale', platform, 'web');
  expect(shown).toMatchObject({ order: { size: 4 }, controller: { command: `spillway control ${platform}` } });
});

test('an order that is taken back leaves what is paid for; one of fewer lets it go now, and loses no visitor', async () => {
  const served = await serving();
  expect(await spillwayJson('scale', platform, 'web', '--release')).not.toHaveProperty('order');
  await pause(3_000);
  expect(await serving()).toEqual(served);
  await spillwayJson('scale', platform, 'web', '3');
  await eventually(serving, (found) => found.length === 3);
  await eventually(settled(warm), isTrue);
  expect(await serving()).toEqual(base);
});

test('SIGTERM ends the controller', async () => {
  const running = controllers.at(-1)!;
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

test('one in the background comes again when it is killed, and `status` says who controls', async () => {
  type Controlled = { readonly by?: { readonly pid: number }; readonly isKept: boolean; readonly misses: string[] };
  // Also of a platform of which a busy host lets a machine miss its checks for a moment.
  const controlled = async () =>
    (JSON.parse((await spillway('status', platform, '--json')).stdout) as { controlled: Controlled }).controlled;
  expect((await spillway('status', platform)).stdout).toContain('nobody controls it');
  expect((await spillway('control', platform, '--start')).code).toBe(0);
  const first = await eventually(controlled, ({ by }) => by !== undefined);
  expect(first.isKept).toBe(true);
  process.kill(first.by!.pid, 'SIGKILL');
  await eventually(controlled, ({ by }) => by !== undefined && by.pid !== first.by!.pid);
  expect((await spillway('control', platform, '--stop')).code).toBe(0);
  expect(await controlled()).toMatchObject({
    isKept: false,
    misses: expect.arrayContaining([expect.stringContaining('`web`')]) as string[],
  });
});

test('`down` ends what still controls, in the background too', async () => {
  const other = startController();
  await eventually(
    async () => other.lines.length,
    (count) => count > 0,
  );
  expect((await spillway('control', platform, '--start')).code).toBe(0);
  const keepers = () => startProcess('pgrep', ['-f', `keep-controller.*${platform}`]).ended;
  expect((await keepers()).code).toBe(0);
  const down = await spillway('down', platform, '--yes');
  expect(down.code, down.stderr).toBe(0);
  const { code, stdout } = await other.ended;
  expect(code).toBe(3);
  expect(stdout).toContain('"removed"');
  expect((await keepers()).stdout).toBe('');
});
