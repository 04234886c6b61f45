/** A pool with several addresses: all of them go where the services run, and where each is, is seen. */
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { failoverPools } from '../../../src/roles/failover-pools.ts';
import type { EnginesSeen } from '../../../src/runtime/failover/engines-seen.ts';
import { failoverHands, type FailoverWork } from '../../../src/runtime/failover/failover-hands.ts';
import { mobileVpn } from '../../roles/platforms.ts';

const platform = mobileVpn();
const [pool] = failoverPools(platform);
const server = (ordinal: number) => `server-${ordinal}` as MachineName;

/** An engine that places, and refuses what stands in `refuses`; what it says of addresses follows. */
function world(on: Readonly<Record<string, MachineName | undefined>>) {
  const where = new Map(Object.entries(on));
  const refuses = new Set<string>();
  const placed: string[] = [];
  const engine = {
    async placeAddress(_: string, name: string, machine: MachineName) {
      if (refuses.has(name)) throw new Error(`${name} cannot be placed`);
      placed.push(`${name} on ${machine}`);
    },
  };
  const seen = () => ({
    machines: platform.machines.map(({ name }) => ({ engine, actual: { name, state: 'running' } })),
    addresses: [...where].map(([name, at]) => ({ engine, actual: { name, ...(at !== undefined && { on: at }) } })),
  });
  const work = {
    pool,
    overflowing: {
      store: { append: () => 1, kept: () => undefined },
      clock: { now: () => 0 },
      blueprint: platform.blueprint,
    },
    watch: { told: new Map() },
    sight: {
      now: () => seen() as unknown as ReturnType<EnginesSeen['now']>,
      placed: (name: string, machine: MachineName) => void where.set(name, machine),
    },
  };
  return { hands: failoverHands(work as unknown as FailoverWork), refuses, placed };
}

const all = ['extranet', 'files', 'maintenance', 'copies'];
const allOn = (machine: MachineName) => Object.fromEntries(all.map((name) => [name, machine]));

test('every address of the pool goes with it, found by the private one; whoever watches from outside is asked', () => {
  expect(pool?.addresses.map(({ name }) => name)).toEqual(all);
  expect(pool?.address.name).toBe('copies');
  expect(pool?.users.map(({ name }) => name)).toEqual(['monitoring-1']);
  expect(pool?.terms).toEqual({ automatic: true, holdMs: 600_000, waits: 'never' });
});

describe('to place', () => {
  test('places each, and that is seen at once', async () => {
    const { hands, placed } = world(allOn(server(1)));
    expect(hands.observe(false).addressesOn).toEqual([server(1)]);
    await hands.place(server(2));
    expect(placed.toSorted()).toEqual(all.map((name) => `${name} on server-2`).toSorted());
    expect(hands.observe(false).addressesOn).toEqual([server(2)]);
  });

  test('one cannot be placed: the others are, it fails, and who looks sees both machines', async () => {
    const { hands, placed, refuses } = world(allOn(server(1)));
    refuses.add('files');
    await expect(hands.place(server(2))).rejects.toThrow('files cannot be placed');
    expect(placed).toHaveLength(3);
    expect(new Set(hands.observe(false).addressesOn)).toEqual(new Set([server(1), server(2)]));
    refuses.clear();
    await hands.place(server(2));
    expect(hands.observe(false).addressesOn).toEqual([server(2)]);
  });

  test('of what is nowhere, and of others, nothing is said', () => {
    const { hands } = world({ ...allOn(server(1)), files: undefined, other: server(2) });
    expect(hands.observe(false).addressesOn).toEqual([server(1)]);
  });
});
