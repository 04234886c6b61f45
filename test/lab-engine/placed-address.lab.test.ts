/** An address that the lab places, on real machines: also when the old holder hangs, died, or a move was interrupted. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cgroupName, machineNetns } from '../../src/engines/lab/names.ts';
import { freeze, thaw } from '../../src/engines/lab/cgroups.ts';
import type { AddressName, MachineName } from '../../src/model/ids.ts';
import type { AddressSpec } from '../../src/model/spec.ts';
import { specifyPlacedAddress } from '../engines/placed-address.ts';
import { ensureNetworks, names, openBench } from './bench.ts';

const bench = openBench();
const { engine } = bench;
const platform = bench.platform('fa');
const [one, other] = [names.machine('web-1'), names.machine('web-2')];
const network = names.network('public');
const ip = '198.18.0.100';
const name = 'writes' as AddressName;
const spec: AddressSpec = { platform, name, network, ip, holders: [one, other], placed: true };

beforeAll(async () => {
  await engine.ensureImage([], () => undefined);
  await ensureNetworks(engine, platform);
  await Promise.all([1, 2].map((n) => engine.createMachine(bench.web(platform, n))));
});
afterAll(() => bench.close());

/** From outside, for a machine may hang. */
const holdersOf = async (address: string): Promise<MachineName[]> =>
  [one, other].filter((machine) => {
    const netns = machineNetns(platform, machine);
    if (!readdirSync('/run/netns').includes(netns)) return false;
    return execFileSync('ip', ['-netns', netns, 'addr'], { encoding: 'utf8' }).includes(`inet ${address}/32`);
  });

const keptFile = join(bench.options.root ?? '', 'platforms', platform, 'addresses', `${name}.json`);
const on = async () => (await engine.list(platform)).addresses[0]?.on;
const place = (machine: MachineName) => engine.placeAddress(platform, name, machine);

describe('the lab engine', () => {
  specifyPlacedAddress(() => ({ engine, platform, network, ip, one, other, holdersOf }));
});

/** Whom a visitor's neighbour table has for the address, by the machine's own interface. */
async function neighbour(): Promise<string> {
  const [program = '', ...rest] = (await engine.visitor(platform)).argv;
  const shown = execFileSync(program, [...rest, 'ip', 'neigh', 'show', ip], { encoding: 'utf8' });
  return /lladdr (\S+)/.exec(shown)?.[1] ?? '';
}
const hardwareOf = (machine: MachineName): string =>
  /link\/ether (\S+)/.exec(
    execFileSync('ip', ['-netns', machineNetns(platform, machine), 'link', 'show', network], { encoding: 'utf8' }),
  )?.[1] ?? '';

test('the network hears of a move at once', async () => {
  await engine.ensureAddress(spec);
  await place(one);
  const [program = '', ...rest] = (await engine.visitor(platform)).argv;
  execFileSync(program, [...rest, 'bash', '-c', `timeout 1 bash -c '</dev/tcp/${ip}/22'`]);
  expect(await neighbour()).toBe(hardwareOf(one));
  const beganMs = performance.now();
  await place(other);
  expect(performance.now() - beganMs).toBeLessThan(3_000);
  expect(await neighbour()).toBe(hardwareOf(other));
});

test('a machine that hangs loses it, and has lost it when it wakes', async () => {
  await place(one);
  await freeze(cgroupName(platform, one));
  try {
    await place(other);
    expect(await holdersOf(ip)).toEqual([other]);
  } finally {
    await thaw(cgroupName(platform, one));
  }
  expect(await holdersOf(ip)).toEqual([other]);
});

test('a machine whose init died and whose network stack is still there loses it', async () => {
  await place(one);
  const state = readFileSync(join(bench.options.run ?? '', 'runc', `${platform}.${one}`, 'state.json'), 'utf8');
  process.kill((JSON.parse(state) as { init_process_pid: number }).init_process_pid, 'SIGKILL');
  expect(await holdersOf(ip)).toEqual([one]);
  await place(other);
  expect(await holdersOf(ip)).toEqual([other]);
  await engine.startMachine(platform, one);
  expect(await holdersOf(ip)).toEqual([other]);
});

test('a move that was interrupted shows as none, and is ended by asking again', async () => {
  await place(other);
  // As a process leaves it that is killed between the two writes.
  writeFileSync(
    keptFile,
    JSON.stringify({ ...(JSON.parse(readFileSync(keptFile, 'utf8')) as object), on: one, isMoving: true }),
  );
  expect(await on()).toBeUndefined();
  // Nor does a boot end it: the other machine has it still.
  await engine.powerOff(platform, one);
  await engine.startMachine(platform, one);
  expect(await holdersOf(ip)).toEqual([other]);
  await place(one);
  expect(await on()).toBe(one);
  expect(await holdersOf(ip)).toEqual([one]);
});

test('one that somebody took away or added by hand shows as none, and is placed again', async () => {
  await place(one);
  const by = (machine: MachineName, verb: string) =>
    execFileSync('ip', ['-netns', machineNetns(platform, machine), 'addr', verb, `${ip}/32`, 'dev', network]);
  by(one, 'del');
  expect(await on()).toBeUndefined();
  await place(one);
  by(other, 'add');
  expect(await on()).toBeUndefined();
  await place(one);
  expect(await holdersOf(ip)).toEqual([one]);
});

test.each(['powerOff', 'removeMachine'] as const)('%s ends a machine that hangs, at once', async (verb) => {
  await engine.createMachine(bench.web(platform, 2));
  await engine.startMachine(platform, other);
  await freeze(cgroupName(platform, other));
  const beganMs = performance.now();
  await engine[verb](platform, other);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  await engine.createMachine(bench.web(platform, 2));
  expect(await bench.ssh(platform, other, 'hostname')).toBe(other);
});
