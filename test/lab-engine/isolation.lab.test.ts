/** Who reaches whom: machines, sites, visitors, the host, and a second platform with the very same addresses. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { siteLink } from '../../src/engines/lab/names.ts';
import type { AddressName, PlatformName, SiteName } from '../../src/model/ids.ts';
import { linksOnHost } from '../lab/host.ts';
import { eventually } from '../lab/spillway.ts';
import { ensureNetworks, knock, names, networksFor, openBench, tracesOf } from './bench.ts';

const bench = openBench();
const { engine } = bench;
const [one, other] = [bench.platform('one'), bench.platform('other')];
let linksBefore: readonly string[];

beforeAll(async () => {
  linksBefore = (await linksOnHost()).map(({ name }) => name);
  await engine.ensureImage([], () => undefined);
  await Promise.all(
    [one, other].map(async (platform) => {
      await ensureNetworks(engine, platform);
      await Promise.all([1, 2].map((n) => engine.createMachine(bench.web(platform, n))));
    }),
  );
});
afterAll(() => bench.close());

const reach = async (platform: PlatformName, name: string): Promise<string> =>
  (await bench.machine(platform, name)).reach.host;

/** Runs a shell line as the platform's visitor. */
async function visit(platform: PlatformName, line: string): Promise<string> {
  const [program = '', ...rest] = (await engine.visitor(platform)).argv;
  return execFileSync(program, [...rest, 'bash', '-c', line], { encoding: 'utf8' }).trim();
}

test('two platforms with the same addresses live side by side', async () => {
  for (const platform of [one, other]) await bench.ssh(platform, 'web-1', `echo ${platform} > /root/who`);
  expect(await bench.ssh(one, 'web-1', 'cat /root/who')).toBe(one);
  expect(await bench.ssh(other, 'web-1', 'cat /root/who')).toBe(other);
});

test('machines reach one another over their networks, across sites', async () => {
  expect(await bench.ssh(one, 'web-1', knock('198.18.0.12', 22))).toBe('open');
  expect(await bench.ssh(one, 'web-1', knock('10.8.0.12', 22))).toBe('open');
});

test('machines do not reach one another over the management network', async () => {
  expect(await bench.ssh(one, 'web-1', knock(await reach(one, 'web-2'), 22))).toBe('closed');
});

test('machines do not reach another platform', async () => {
  expect(await bench.ssh(one, 'web-1', knock(await reach(other, 'web-1'), 22))).toBe('closed');
});

test('machines do not reach the host, over which the controller reaches them', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
  await once(server, 'listening');
  try {
    const { port } = server.address() as { port: number };
    const gateway = (await reach(one, 'web-1')).replace(/\d+$/, '1');
    expect(execFileSync('bash', ['-c', knock(gateway, port)], { encoding: 'utf8' }).trim()).toBe('open');
    expect(await bench.ssh(one, 'web-1', knock(gateway, port))).toBe('closed');
  } finally {
    server.close();
  }
});

test('a visitor reaches the public network and not the private one', async () => {
  expect((await engine.visitor(one)).ip).toBe('198.18.0.254');
  expect(await visit(one, knock('198.18.0.11', 22))).toBe('open');
  expect(await visit(one, knock('10.8.0.11', 22))).toBe('closed');
});

test('a site whose link is cut is alone until it is mended', async () => {
  const link = (state: string): void => {
    execFileSync('ip', [
      '-netns',
      `spw-${one}`,
      'link',
      'set',
      'dev',
      siteLink(names.network('public'), 'b' as SiteName),
      state,
    ]);
  };
  link('down');
  expect(await visit(one, knock('198.18.0.12', 22))).toBe('closed');
  expect(await visit(one, knock('198.18.0.11', 22))).toBe('open');
  await ensureNetworks(engine, one);
  expect(await visit(one, knock('198.18.0.12', 22))).toBe('closed');
  link('up');
  await expect.poll(() => visit(one, knock('198.18.0.12', 22)), { timeout: 10_000 }).toBe('open');
});

test('a machine that is cut off is alone, runs on, and has its networks back once it rejoins', async () => {
  const host = await reach(one, 'web-2');
  const fromHost = () => execFileSync('bash', ['-c', knock(host, 22)], { encoding: 'utf8' }).trim();
  const state = async () => {
    const { state: power, isCutOff } = await bench.machine(one, 'web-2');
    return { power, isCutOff };
  };
  const started = await bench.ssh(one, 'web-2', 'ps -o lstart= -p 1');
  for (const time of ['once', 'and again']) {
    await engine.cutOff(one, names.machine('web-2'));
    expect(await bench.ssh(one, 'web-1', knock('10.8.0.12', 22)), time).toBe('closed');
  }
  expect(await visit(one, knock('198.18.0.12', 22))).toBe('closed');
  expect(fromHost()).toBe('closed');
  expect(await state()).toEqual({ power: 'running', isCutOff: true });

  for (const time of ['once', 'and again']) {
    await engine.rejoin(one, names.machine('web-2'));
    await expect.poll(fromHost, { timeout: 10_000, message: time }).toBe('open');
  }
  expect(await state()).toEqual({ power: 'running', isCutOff: false });
  expect(await bench.ssh(one, 'web-1', knock('10.8.0.12', 22))).toBe('open');
  expect(await bench.ssh(one, 'web-2', 'ps -o lstart= -p 1')).toBe(started);
});

test('a machine that was cut off and lost its power has its networks when it starts', async () => {
  await engine.cutOff(one, names.machine('web-2'));
  await engine.powerOff(one, names.machine('web-2'));
  expect(await bench.machine(one, 'web-2')).toMatchObject({ state: 'stopped', isCutOff: false });
  await engine.startMachine(one, names.machine('web-2'));
  expect(await bench.ssh(one, 'web-1', knock('10.8.0.12', 22))).toBe('open');
});

test('the host reaches an address by its front door, wherever the address is', async () => {
  const address = {
    platform: one,
    name: 'www' as AddressName,
    network: names.network('public'),
    ip: '198.18.0.100',
    holders: [names.machine('web-1'), names.machine('web-2')],
    placed: false,
  };
  await engine.ensureAddress(address);
  await engine.ensureAddress(address);
  const [listed] = (await engine.list(one)).addresses;
  expect(listed).toMatchObject({ name: 'www', network: 'public', ip: '198.18.0.100', holders: ['web-1', 'web-2'] });
  const front = listed?.reachableAt ?? '';
  for (const holder of ['web-1', 'web-2']) {
    await bench.ssh(one, holder, 'ip addr add 198.18.0.100/32 dev public && arping -q -A -c 1 -I public 198.18.0.100');
    expect(execFileSync('bash', ['-c', knock(front, 22)], { encoding: 'utf8' }).trim()).toBe('open');
    await bench.ssh(one, holder, 'ip addr del 198.18.0.100/32 dev public');
  }
  await engine.removeAddress(one, address.name);
  await engine.removeAddress(one, address.name);
  expect((await engine.list(one)).addresses).toEqual([]);
  expect(execFileSync('bash', ['-c', knock(front, 22)], { encoding: 'utf8' }).trim()).toBe('closed');
});

test.each([
  ['its table', 'nft delete table inet door'],
  ['its rule', 'nft flush chain inet door prerouting'],
  ['the way back', 'nft flush chain inet door postrouting'],
  ['the guard before the machines', 'nft flush chain bridge guard answers'],
  ['what somebody put before it', 'nft add table inet other'],
])('a front door that is not as it was made is missing, until it is ensured again: %s', async (_, line) => {
  const address = {
    platform: one,
    name: 'door' as AddressName,
    network: names.network('public'),
    ip: '198.18.0.101',
    holders: [names.machine('web-1')],
    placed: false,
  };
  const doors = async (): Promise<string[]> => (await engine.list(one)).addresses.map(({ name }) => name);
  await engine.ensureAddress(address);
  expect(await doors()).toEqual(['door']);
  execFileSync('ip', ['netns', 'exec', `spw-${one}`, ...line.split(' ')]);
  expect(await doors()).toEqual([]);
  await engine.ensureAddress(address);
  expect(await doors()).toEqual(['door']);
  await engine.removeAddress(one, address.name);
});

test('a network leaves a site that is not wanted any more, once no machine is there', async () => {
  const [, lan] = networksFor(other);
  if (lan === undefined) throw new Error('no network');
  const sites = async () => (await engine.list(other)).networks.find(({ name }) => name === 'lan')?.sites;
  await engine.ensureNetwork({ ...lan, sites: [...lan.sites, 'c' as SiteName] });
  expect(await sites()).toEqual(['a', 'b', 'c']);
  await engine.ensureNetwork({ ...lan, sites: ['a' as SiteName] });
  expect(await sites()).toEqual(['a', 'b']);
  expect(await bench.ssh(other, 'web-1', knock('10.8.0.12', 22))).toBe('open');
  await engine.removeMachine(other, names.machine('web-2'));
  await engine.ensureNetwork({ ...lan, sites: ['a' as SiteName] });
  expect(await sites()).toEqual(['a']);
});

test('a network is removed', async () => {
  await engine.removeNetwork(other, names.network('lan'));
  await engine.removeNetwork(other, names.network('lan'));
  expect((await engine.list(other)).networks.map(({ name }) => name)).toEqual(['public']);
});

test('to clear one platform leaves the other as it is', async () => {
  await engine.clear(other);
  expect(tracesOf(other, bench.options)).toEqual([]);
  expect(await bench.ssh(one, 'web-1', 'cat /root/who')).toBe(one);
  await engine.clear(one);
  // Other platforms come and go beside it; one's link is there for a moment before it bears its owner's name.
  await eventually(
    async () =>
      (await linksOnHost()).filter(
        ({ name, owner }) => !linksBefore.includes(name) && [undefined, one, other].includes(owner as PlatformName),
      ),
    (left) => left.length === 0,
    5_000,
  );
});
