/** Machines of the overflow come and go in an imagined world, whatever else there is to do. */
import { expect, test } from 'vitest';
import { noAssets } from '../../src/blueprint/platform.ts';
import type { EngineName, MachineName } from '../../src/model/ids.ts';
import { bring, letGo } from '../../src/runtime/overflow.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { allWell, createCaller, partOf } from '../../src/sim/imagined-world.ts';
import { digest, imagine, upWorld, vault } from '../plan/imagined.ts';
import { shopWith } from '../plan/shop.ts';

const overflow = { count: 3, site: 'east', flavour: 'large' };
const shop = shopWith({ pools: { web: { overflow } } });
const names = (...all: string[]) => new Set(all as MachineName[]);

function ready() {
  const imagined = imagine(upWorld(shop));
  const caller = createCaller(allWell);
  const store = imaginedStore();
  const began: string[] = [];
  let nowMs = 0;
  const overflowing = {
    ...{ blueprint: shop, assets: noAssets, digest, platform: shop.platform, store, vault, run: 'test' },
    engines: new Map([['lab' as EngineName, imaginedEngine(imagined.world, caller)]]),
    hosts: imaginedHosts(imagined.world, shop.platform, caller),
    clock: { now: () => nowMs++, wall: () => nowMs, sleep: async () => undefined },
    signal: new AbortController().signal,
    progress: (event: { kind: string; step: { id: string } }) => {
      if (event.kind === 'began') began.push(event.step.id);
    },
  };
  const machines = () => [...partOf(imagined.world, shop.platform).machines.keys()];
  return { imagined, overflowing, began, machines };
}

test('two come: only they are made and set up, and the plan has nothing to add', async () => {
  const { imagined, overflowing, began, machines } = ready();
  await bring(overflowing, names('web-x1', 'web-x3'));
  expect(began.sort()).toEqual(
    ['web-x1', 'web-x3'].flatMap((name) =>
      ['base', 'commission', 'machine', 'php', 'web'].map((step) => `${name}/${step}`),
    ),
  );
  expect(machines()).toEqual(expect.arrayContaining(['web-x1', 'web-x3']));
  expect((await imagined.plan(shop)).steps).toEqual([]);
});

test('what differs elsewhere is left to `up`', async () => {
  const { imagined, overflowing, began } = ready();
  imagined.hurt({ kind: 'file-is-edited', machine: 'web-1', path: '/etc/hosts' } as never);
  await bring(overflowing, names('web-x1'));
  expect(began.filter((id) => !id.startsWith('web-x1/'))).toEqual([]);
});

test('brought twice, it is there once, and nothing is done', async () => {
  const { overflowing, began } = ready();
  await bring(overflowing, names('web-x1'));
  began.length = 0;
  await bring(overflowing, names('web-x1'));
  expect(began).toEqual([]);
});

test('one goes; a machine of the base is never let go', async () => {
  const { overflowing, machines } = ready();
  await bring(overflowing, names('web-x1', 'web-x2'));
  await letGo(overflowing, names('web-x1', 'web-1'), 'less is enough');
  expect(machines()).toContain('web-1');
  expect(machines()).toContain('web-x2');
  expect(machines()).not.toContain('web-x1');
});
