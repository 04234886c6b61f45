/** A controller that is killed at any instant, and another one that carries on. */
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlatformName } from '../../src/model/ids.ts';
import { ensureNetworks, networksFor, openBench, tracesOf } from './bench.ts';
import { killedAfter } from './crash.ts';

const bench = openBench();
const { engine } = bench;
const shop = bench.platform('crash');

beforeAll(() => engine.ensureImage([], () => undefined));
afterAll(() => bench.close());

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
  await killedAfter(bench, ms + Math.random() * 60, { networks, machines });
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await expectWhole(shop);
  await engine.clear(shop);
  expect(tracesOf(shop, bench.options)).toEqual([]);
});

test.each([10, 40, 80, 120, 200])('killed %i ms after it began to remove machines', async (ms) => {
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await killedAfter(bench, ms + Math.random() * 40, { machines, remove: true });
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await expectWhole(shop);
  await Promise.all(machines.map(({ name }) => engine.removeMachine(shop, name)));
  expect((await engine.list(shop)).machines).toEqual([]);
  expect((await engine.list(shop)).leftovers).toEqual([]);
});

test.each([10, 60, 120, 250])('killed %i ms after it began to clear', async (ms) => {
  await ensureNetworks(engine, shop);
  await Promise.all(machines.map((machine) => engine.createMachine(machine)));
  await killedAfter(bench, ms + Math.random() * 60, { networks, clear: true });
  await engine.clear(shop);
  expect(tracesOf(shop, bench.options)).toEqual([]);
  expect(await engine.platforms()).not.toContain(shop);
});

test('machines outlive the controller that made them', async () => {
  await ensureNetworks(engine, shop);
  await killedAfter(bench, 60_000, { machines });
  await expectWhole(shop);
});

test('a killed controller takes its build of an image along', async () => {
  const images = join(bench.options.root ?? '', 'images');
  /** Packages are being unpacked. */
  const isUnderWay = async () => {
    const [draft = ''] = await readdir(images).catch(() => []);
    return draft !== '' && existsSync(join(images, draft, 'var/lib/dpkg/status'));
  };
  await killedAfter(bench, isUnderWay, { options: { ...bench.options, images }, packages: ['nginx'] });
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
