/** A controller that is killed at any instant, and another one that carries on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabOptions } from '../../src/engines/lab/index.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import type { MachineSpec, NetworkSpec } from '../../src/model/spec.ts';
import { ensureNetworks, networksFor, openBench, tracesOf } from './bench.ts';

const bench = openBench();
const { engine } = bench;
const shop = bench.platform('crash');

beforeAll(() => engine.ensureImage([], () => undefined));
afterAll(() => bench.close());

export interface Work {
  readonly options: LabOptions;
  /** Of an image to build before all else. */
  readonly packages?: readonly string[];
  readonly networks: readonly NetworkSpec[];
  readonly machines: readonly MachineSpec[];
  /** Machines to remove and platforms to clear after that. */
  readonly remove: boolean;
  readonly clear: boolean;
}

/** Runs the work in a controller of its own, which is killed after so long, unless it has ended. */
async function killedAfter(ms: number, work: Partial<Work>): Promise<void> {
  const controller = spawn(process.execPath, [fileURLToPath(new URL('./controller.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(controller, 'close');
  const nothing = { networks: [], machines: [], remove: false, clear: false };
  controller.stdin.end(JSON.stringify({ ...nothing, options: bench.options, ...work }));
  // The clock starts when the controller does: to start Node takes longer than the work.
  await once(controller.stdout, 'data');
  const [code] = (await Promise.race([ended, sleep(ms, [0])])) as [number];
  if (code !== 0) throw new Error(`the controller failed with ${code}`);
  controller.kill('SIGKILL');
  await ended;
}

/** Machines at the host: one init each, and nothing else. */
async function expectWhole(platform: PlatformName): Promise<void> {
  const { machines, networks, leftovers } = await engine.list(platform);
  expect(leftovers).toEqual([]);
  expect(networks.map(({ name }) => name)).toEqual(['lan', 'public']);
  expect(machines.map(({ name, state }) => ({ name, state }))).toEqual([
    { name: 'web-1', state: 'running' },
    { name: 'web-2', state: 'running' },
  ]);
  expect(tracesOf(platform, bench.options).filter((trace) => trace.includes('- overlay '))).toHaveLength(2);
  for (const { name } of machines) expect(await bench.ssh(platform, name, 'hostname')).toBe(name);
}

const machines = [1, 2].map((n) => bench.web(shop, n));
const networks = networksFor(shop);

// Together they meet every stage: networks, folders, mounts, namespaces, runc, boot.
test.each([20, 60, 120, 200, 300, 400, 500, 700])('killed %i ms after it began to make a platform', async (ms) => {
  await killedAfter(ms + Math.random() * 60, { networks, machines });
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await expectWhole(shop);
  await engine.clear(shop);
  expect(tracesOf(shop, bench.options)).toEqual([]);
});

test.each([10, 40, 80, 120, 200])('killed %i ms after it began to remove machines', async (ms) => {
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await killedAfter(ms + Math.random() * 40, { machines, remove: true });
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await expectWhole(shop);
  await Promise.all(machines.map(({ name }) => engine.removeMachine(shop, name)));
  expect((await engine.list(shop)).machines).toEqual([]);
  expect((await engine.list(shop)).leftovers).toEqual([]);
});

test.each([10, 60, 120, 250])('killed %i ms after it began to clear', async (ms) => {
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await killedAfter(ms + Math.random() * 60, { networks, clear: true });
  await engine.clear(shop);
  expect(tracesOf(shop, bench.options)).toEqual([]);
  expect(await engine.platforms()).not.toContain(shop);
});

test('machines outlive the controller that made them', async () => {
  await ensureNetworks(engine, shop);
  await killedAfter(60_000, { machines });
  await expectWhole(shop);
});

test('a killed controller takes its build of an image along', async () => {
  const images = join(bench.options.root ?? '', 'images');
  await killedAfter(4000, { options: { ...bench.options, images }, packages: ['nginx'] });
  await expect.poll(() => processesWith(images)).toEqual([]);
  expect(await readdir(images)).toEqual([expect.stringMatching(/^\./)]);
});

/** Processes that work on a folder: by their command lines, their roots or their working directories. */
async function processesWith(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.map(async (pid) => {
      const reads = [
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
        readlink(`/proc/${pid}/root`),
        readlink(`/proc/${pid}/cwd`),
      ];
      return (await Promise.all(reads.map((read) => read.catch(() => '')))).join(' ');
    }),
  );
  return texts.filter((text) => text.includes(folder));
}
