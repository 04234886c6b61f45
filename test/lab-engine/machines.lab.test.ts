/** Machines of the lab: made, reached, limited, killed, started again, removed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlatformName } from '../../src/model/ids.ts';
import { ensureNetworks, names, networksFor, openBench, tracesOf } from './bench.ts';

const bench = openBench();
const { engine } = bench;
const shop = bench.platform('shop');
const web1 = names.machine('web-1');

beforeAll(async () => {
  await engine.ensureImage([], () => undefined);
  await ensureNetworks(engine, shop);
  await engine.createMachine(bench.web(shop, 1));
});
afterAll(() => bench.close());

/** The machine's init as the host sees it. */
function initOf(platform: PlatformName, name: string): number {
  const state = readFileSync(join(bench.options.run ?? '', 'runc', `${platform}.${name}`, 'state.json'), 'utf8');
  return (JSON.parse(state) as { init_process_pid: number }).init_process_pid;
}

test('this host lacks nothing', async () => {
  expect(await engine.check()).toEqual([]);
});

test('an image that is kept is not built again', async () => {
  const lines: string[] = [];
  await engine.ensureImage([], (line) => lines.push(line));
  expect(lines).toEqual([]);
});

test('all that was made is listed', async () => {
  const { images, networks, machines, leftovers } = await engine.list(shop);
  const spec = bench.web(shop, 1);
  expect(images).toContain(engine.imageKey([]));
  expect(networks).toEqual(
    networksFor(shop)
      .map(({ platform: _, ...network }) => network)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
  expect(machines).toEqual([
    {
      name: 'web-1',
      pool: spec.pool,
      part: spec.part,
      site: spec.site,
      flavour: 'small',
      hardware: { cores: spec.flavour.cores, memoryBytes: spec.flavour.memoryBytes },
      image: engine.imageKey([]),
      interfaces: spec.interfaces,
      state: 'running',
      isCutOff: false,
      commissioned: false,
      reach: { host: expect.stringMatching(/^100\./) as string, port: 22 },
    },
  ]);
  expect(leftovers).toEqual([]);
  expect(await engine.platforms()).toContain(shop);
});

test('what is there already is not made again', async () => {
  const before = initOf(shop, 'web-1');
  await ensureNetworks(engine, shop);
  await engine.createMachine(bench.web(shop, 1));
  expect(initOf(shop, 'web-1')).toBe(before);
});

test('a machine is a Debian host of its own', async () => {
  expect(await bench.ssh(shop, 'web-1', 'hostname; systemctl is-system-running --wait')).toBe('web-1\nrunning');
  const addresses = await bench.ssh(shop, 'web-1', 'ip -brief -4 addr; ip route show default');
  expect(addresses).toMatch(/public@\S+ +UP +198\.18\.0\.11\/24/);
  expect(addresses).toMatch(/lan@\S+ +UP +10\.8\.0\.11\/24/);
  expect(addresses).toContain('default via 198.18.0.1 dev public');
});

test('a machine sets its own network’s sysctls, and not the host kernel’s', async () => {
  expect(await bench.ssh(shop, 'web-1', 'sysctl -w net.ipv4.ip_nonlocal_bind=1')).toBe('net.ipv4.ip_nonlocal_bind = 1');
  expect(await bench.ssh(shop, 'web-1', 'sysctl -w kernel.pid_max=999 2>/dev/null || echo refused')).toBe('refused');
});

test('memory is limited from the start, the CPU once the machine is commissioned', async () => {
  expect((await bench.machine(shop, 'web-1')).commissioned).toBe(false);
  expect(limitOf('cpu', ['cpu.cfs_quota_us', 'cpu.max'])).toMatch(/^(-1|max)/);
  expect(Number(limitOf('memory', ['memory.limit_in_bytes', 'memory.max']))).toBe(128e6);
  await engine.commission(shop, web1);
  expectQuota();
  expect((await bench.machine(shop, 'web-1')).commissioned).toBe(true);
});

const sessions = `/sys/fs/cgroup/cpu/spillway-sessions.${shop}.web-1`;

test.runIf(existsSync('/sys/fs/cgroup/cpu/cgroup.procs'))(
  'what the controller asks over SSH is not held back by that: its sessions are in a control group of their own',
  () => {
    expect(readFileSync(join(sessions, 'cgroup.procs'), 'utf8')).toMatch(/^\d+\n/);
    expect(readFileSync(join(sessions, 'cpu.cfs_quota_us'), 'utf8')).toBe('-1\n');
  },
);

/** Of 0.08 cores, in 50 ms; and as much again of what it has spared. */
function expectQuota(): void {
  expect(limitOf('cpu', ['cpu.cfs_quota_us', 'cpu.max'])).toMatch(/^4000\b/);
  expect(limitOf('cpu', ['cpu.cfs_burst_us', 'cpu.max.burst'])).toBe('4000');
}

/** The first of these files of the machine's control group that this host has (v1's name, then v2's). */
function limitOf(controller: string, files: readonly string[]): string {
  const candidates = files.flatMap((file) => [
    join('/sys/fs/cgroup', controller, `spillway.${shop}.web-1`, file),
    join('/sys/fs/cgroup', `spillway.${shop}.web-1`, file),
  ]);
  return readFileSync(candidates.find((path) => existsSync(path)) ?? '', 'utf8').trim();
}

test('a machine whose init was killed is stopped, and starts with the disk and limits that it had', async () => {
  await bench.ssh(shop, 'web-1', 'echo kept > /root/note');
  process.kill(initOf(shop, 'web-1'), 'SIGKILL');
  await expect.poll(async () => (await bench.machine(shop, 'web-1')).state).toBe('stopped');
  await engine.startMachine(shop, web1);
  const machine = await bench.machine(shop, 'web-1');
  expect(machine).toMatchObject({ state: 'running', commissioned: true });
  expectQuota();
  expect(await bench.ssh(shop, 'web-1', 'cat /root/note')).toBe('kept');
});

test('a machine without power is silent, and starts again', async () => {
  await engine.powerOff(shop, web1);
  await engine.powerOff(shop, web1);
  expect((await bench.machine(shop, 'web-1')).state).toBe('stopped');
  expect(existsSync(sessions)).toBe(false);
  expect(
    tracesOf(shop, bench.options).filter((trace) => trace.includes('.m.web-1') || trace.startsWith('process')),
  ).toEqual([]);
  await engine.startMachine(shop, web1);
  expect((await bench.machine(shop, 'web-1')).state).toBe('running');
});

test('one that hangs, as when its end was interrupted, begins anew when it is wanted', async () => {
  const [before, spec] = [initOf(shop, 'web-1'), bench.web(shop, 1)];
  await engine.faults!.freeze(shop, web1);
  await engine.createMachine(spec);
  expect(initOf(shop, 'web-1')).not.toBe(before);
  expect(await bench.ssh(shop, 'web-1', 'hostname')).toBe('web-1');
});

test('a machine without its image is broken', async () => {
  const spec = { ...bench.web(shop, 9), packages: ['no-such-image'] };
  await expect(engine.createMachine(spec)).rejects.toMatchObject({ code: 'lab-image-missing' });
  await expect(bench.machine(shop, 'web-9')).rejects.toThrow('no machine');
});

test('a machine on a network that is not there is refused, and can be removed', async () => {
  const spec = {
    ...bench.web(shop, 8),
    interfaces: [{ network: names.network('nowhere'), ip: '10.9.0.1', prefixLength: 24 }],
  };
  await expect(engine.createMachine(spec)).rejects.toMatchObject({ code: 'lab-network-missing' });
  expect((await bench.machine(shop, 'web-8')).state).toBe('stopped');
  await engine.removeMachine(shop, spec.name);
  await expect(bench.machine(shop, 'web-8')).rejects.toThrow('no machine');
});

test('after the host’s restart, networks are made again and machines started', async () => {
  // What a restart takes: processes, namespaces, mounts. runc's files may stay, where /run is on a disk.
  process.kill(initOf(shop, 'web-1'), 'SIGKILL');
  for (const netns of [`spw-${shop}.m.web-1`, `spw-${shop}.visitor`, `spw-${shop}`])
    execFileSync('ip', ['netns', 'del', netns]);
  const rootfs = join(bench.options.root ?? '', 'platforms', shop, 'machines', 'web-1', 'rootfs');
  await expect.poll(() => unmounts(rootfs)).toBe(true);

  const listed = await engine.list(shop);
  expect(listed.networks).toEqual([]);
  expect(listed.machines).toMatchObject([{ name: 'web-1', state: 'stopped' }]);
  await ensureNetworks(engine, shop);
  await engine.startMachine(shop, web1);
  expect(await bench.ssh(shop, 'web-1', 'cat /root/note')).toBe('kept');
});

function unmounts(path: string): boolean {
  try {
    execFileSync('umount', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('several machines are made and removed at once', async () => {
  const specs = [2, 3, 4].map((n) => bench.web(shop, n));
  await Promise.all(specs.map((spec) => engine.createMachine(spec)));
  const { machines } = await engine.list(shop);
  expect(machines.map(({ state }) => state)).toEqual(['running', 'running', 'running', 'running']);
  expect(new Set(machines.map(({ reach }) => reach.host)).size).toBe(4);
  await Promise.all(specs.map(({ name }) => engine.removeMachine(shop, name)));
  expect((await engine.list(shop)).machines.map(({ name }) => name)).toEqual(['web-1']);
});

test('clear leaves nothing of a platform', async () => {
  await engine.clear(shop);
  expect(tracesOf(shop, bench.options)).toEqual([]);
  expect(await engine.platforms()).not.toContain(shop);
  const { networks, machines, addresses, bakes, leftovers } = await engine.list(shop);
  expect({ networks, machines, addresses, bakes, leftovers }).toEqual({
    networks: [],
    machines: [],
    addresses: [],
    bakes: [],
    leftovers: [],
  });
  await engine.clear(shop);
});
