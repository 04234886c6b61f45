/** Bakes: when one is made, of whom, what begins from it, and when it goes. */
import { describe, expect, test } from 'vitest';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { noAssets } from '../../src/blueprint/platform.ts';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { BakeName, EngineName, MachineName, PlatformName, PoolName } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { bring } from '../../src/runtime/overflow.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { allWell, createCaller, partOf } from '../../src/sim/imagined-world.ts';
import { digest, firstPlan, imagine, upWorld, vault, type Imagined } from './imagined.ts';
import { shop as shopText, shopWith } from './shop.ts';

const overflow = { count: 3, site: 'east', flavour: 'large', bake: true };
const shopThat = (changes: object = {}, pools: object = {}) =>
  shopWith({ ...changes, pools: { web: { overflow }, ...pools } });
const shop = shopThat();
const without = shopWith({ pools: { web: { overflow: { ...overflow, bake: false } } } });

const told = ({ steps }: Plan) => steps.map(({ id, kind, reason }) => `${id} ${kind}: ${reason.code}`);
const bakesOf = ({ steps }: Plan) => steps.filter((step) => step.kind === 'bake');
const partOfShop = ({ world }: Imagined) => partOf(world, 'shop' as PlatformName);
const bakesIn = (imagined: Imagined) => [...partOfShop(imagined).bakes.values()].map(({ actual }) => actual);

/** The machines come as the scale controller lets them come. */
async function comes(imagined: Imagined, blueprint: Blueprint, name: string): Promise<readonly string[]> {
  const began: string[] = [];
  const caller = createCaller(allWell);
  let nowMs = 0;
  await bring(
    {
      ...{ blueprint, assets: noAssets, digest, platform: blueprint.platform, store: imaginedStore(), vault },
      run: 'test',
      engines: new Map([['lab' as EngineName, imaginedEngine(imagined.world, caller)]]),
      hosts: imaginedHosts(imagined.world, blueprint.platform, caller),
      clock: { now: () => nowMs++, wall: () => nowMs, sleep: async () => undefined },
      signal: new AbortController().signal,
      progress: (event) => {
        if (event.kind === 'began') began.push(event.step.id);
      },
    },
    new Set([name as MachineName]),
  );
  return began;
}

describe('a bake is made', () => {
  test('with the platform, once the machine of which it is taken is set up', async () => {
    const [step] = bakesOf(firstPlan(shop));
    expect(step?.bake).toMatchObject({
      pool: 'web',
      from: 'web-1',
      transient: ['/var/lib/nginx', '/var/cache/nginx', '/var/lib/php/sessions'],
    });
    expect(step?.after).toEqual(['machine', 'base', 'web', 'php', 'commission'].map((one) => `web-1/${one}`));
    const imagined = imagine();
    await imagined.settle(shop);
    expect(bakesIn(imagined)).toMatchObject([{ pool: 'web', from: 'web-1' }]);
  });

  test('not where nobody asks for it', () => {
    expect(bakesOf(firstPlan(without))).toEqual([]);
    expect(bakesOf(firstPlan(shopWith({})))).toEqual([]);
  });

  test('of a platform that is up without one, and then there is nothing left to do', async () => {
    const imagined = imagine(upWorld(without));
    expect(told(await imagined.plan(shop))).toEqual(['bake/lab/web bake: missing']);
    await imagined.settle(shop);
  });

  test('anew when its machines are configured in another way, after the one of which it is taken', async () => {
    const imagined = imagine(upWorld(shop));
    const other = shopThat({}, { web: { overflow, roles: { php: { workers: 9 } } } });
    const plan = await imagined.plan(other);
    expect(bakesOf(plan)).toMatchObject([{ reason: { code: 'recipes' }, after: ['web-1/change'] }]);
    await imagined.settle(other);
    expect(bakesIn(imagined)).toHaveLength(1);
  });

  test('anew when a secret of theirs is another one', async () => {
    const imagined = imagine(upWorld(shop));
    const { plan: _, ...input } = await imagined.look(shop);
    const rotated: typeof digest = (file) =>
      digest({ ...file, content: file.content.replaceAll('⟦password', 'new ⟦password') });
    expect(bakesOf(makePlan({ ...input, digest: rotated }))).toMatchObject([{ reason: { code: 'recipes' } }]);
  });

  test('anew when its machine has another image', async () => {
    const imagined = imagine(upWorld(shop));
    const { bakes } = partOfShop(imagined);
    for (const [name, bake] of bakes) bakes.set(name, { ...bake, actual: { ...bake.actual, image: 'old' as never } });
    expect(told(await imagined.plan(shop))).toEqual(['bake/lab/web bake: image']);
    await imagined.settle(shop);
  });

  test('not for a machine that comes, nor for one that is damaged', async () => {
    const imagined = imagine(upWorld(shop));
    await comes(imagined, shop, 'web-x1');
    expect(told(await imagined.plan(shop))).toEqual([]);
    imagined.hurt({ kind: 'file-is-edited', machine: 'web-1', path: '/etc/nginx/nginx.conf' } as never);
    expect(bakesOf(await imagined.plan(shop))).toEqual([]);
  });

  test('because a person asks, of that pool alone', async () => {
    const imagined = imagine(upWorld(shop));
    const { plan: _, ...input } = await imagined.look(shop);
    const asked = (pool: string) => told(makePlan({ ...input, rebake: new Set([pool as PoolName]) }));
    expect(asked('web')).toEqual(['bake/lab/web bake: asked']);
    expect(asked('balancer')).toEqual([]);
  });
});

describe('it is taken', () => {
  const fromOf = async (imagined: Imagined) => bakesOf(await imagined.plan(shop)).map(({ bake }) => bake.from);

  test('of another machine while the first is down', async () => {
    const imagined = imagine(upWorld(without));
    imagined.hurt({ kind: 'machine-dies', machine: 'web-1' } as never);
    expect(await fromOf(imagined)).toEqual(['web-2']);
  });

  test('of one with which nothing is wrong, if there is one', async () => {
    const imagined = imagine(upWorld(without));
    imagined.hurt({ kind: 'unit-stops', machine: 'web-1', unit: 'nginx.service' } as never);
    expect(await fromOf(imagined)).toEqual(['web-2']);
    imagined.hurt({ kind: 'unit-stops', machine: 'web-2', unit: 'nginx.service' } as never);
    expect(await fromOf(imagined)).toEqual(['web-1']);
  });

  test('of none while none can be looked at', async () => {
    const imagined = imagine(upWorld(without));
    for (const machine of ['web-1', 'web-2']) imagined.hurt({ kind: 'machine-dies', machine } as never);
    expect(await fromOf(imagined)).toEqual([]);
  });

  test('and fits, whichever it was', async () => {
    const imagined = imagine(upWorld(without));
    imagined.hurt({ kind: 'machine-dies', machine: 'web-1' } as never);
    await imagined.carryOut(await imagined.plan(shop));
    expect(bakesIn(imagined)).toMatchObject([{ from: 'web-2' }]);
    expect(told(await imagined.plan(shop))).toEqual([]);
  });

  test('never of a machine that does what the others do not', () => {
    const content = { site: { source: './site', path: '/srv/shop', origin: 'web', writable: ['uploads'] } };
    const roles = { content: { of: 'site' } };
    const holding = shopThat({ content }, { web: { overflow, roles } });
    expect(bakesOf(firstPlan(holding)).map(({ bake }) => bake.from)).toEqual(['web-2']);
  });
});

describe('a machine of the overflow begins from it', () => {
  test('and only what a look at it finds is done', async () => {
    const imagined = imagine(upWorld(shop));
    const began = await comes(imagined, shop, 'web-x1');
    // An imagined copy has its name and its network to learn, and nothing else.
    expect(began).toEqual(['web-x1/machine', 'web-x1/base', 'web-x1/commission']);
    expect(partOfShop(imagined).machines.get('web-x1' as MachineName)?.actual).toMatchObject({
      bake: 'web.1',
      commissioned: true,
    });
    expect(told(await imagined.plan(shop))).toEqual([]);
  });

  test('also when it is out of date: what is other by now is found as well', async () => {
    const imagined = imagine(upWorld(shop));
    const other = shopThat({}, { web: { overflow, roles: { php: { workers: 9 } } } });
    expect(await comes(imagined, other, 'web-x1')).toContain('web-x1/php');
    expect((await imagined.plan(other)).steps.filter(({ id }) => id.startsWith('web-x1'))).toEqual([]);
  });

  test('the newest one', async () => {
    const imagined = imagine(upWorld(shop));
    await comes(imagined, shop, 'web-x1');
    const { plan: _, ...input } = await imagined.look(shop);
    await imagined.carryOut(makePlan({ ...input, rebake: new Set(['web' as PoolName]) }));
    await comes(imagined, shop, 'web-x2');
    const { machines } = partOfShop(imagined);
    expect(['web-x1', 'web-x2'].map((name) => machines.get(name as MachineName)?.actual.bake)).toEqual([
      'web.1',
      'web.2',
    ]);
  });

  test('and from the image when there is none', async () => {
    const imagined = imagine(upWorld(without));
    expect(await comes(imagined, without, 'web-x1')).toEqual(
      ['machine', 'base', 'web', 'php', 'commission'].map((one) => `web-x1/${one}`),
    );
  });

  test('a machine of the base never does: it is in its balancers before it can be looked at', async () => {
    const imagined = imagine(upWorld(shop));
    imagined.hurt({ kind: 'machine-vanishes', machine: 'web-2' } as never);
    const { steps } = await imagined.plan(shop);
    expect(steps.flatMap((step) => (step.kind === 'create-machine' ? [step.machine.bake] : []))).toEqual([undefined]);
    expect(steps.map(({ id }) => id)).toContain('web-2/php');
  });
});

describe('a bake goes', () => {
  test('when its pool bakes no longer, after the last machine that stands on it', async () => {
    const imagined = imagine(upWorld(shop));
    await comes(imagined, shop, 'web-x1');
    expect(told(await imagined.plan(without))).toEqual([]);
    partOfShop(imagined).machines.delete('web-x1' as MachineName);
    expect(told(await imagined.plan(without))).toEqual(['bake/lab/web.1 remove-bake: not-wanted']);
    await imagined.settle(without);
    expect(bakesIn(imagined)).toEqual([]);
  });

  test('with its pool', async () => {
    const imagined = imagine(upWorld(shop));
    const smaller = shopWith({ pools: { web: null }, routes: [], flows: [], data: null });
    const { steps } = await imagined.plan(smaller);
    expect(steps.filter(({ kind }) => kind === 'remove-bake')).toMatchObject([{ bake: 'web.1' as BakeName }]);
  });
});

test('a pool whose overflow is on another engine than its base cannot bake', () => {
  const [base, pools] = [{ engine: 'one' }, structuredClone(shopText.pools)];
  for (const pool of Object.values(pools)) Object.assign(pool.base, base);
  Object.assign(pools.web, { overflow: { ...overflow, engine: 'two' } });
  const engines = { one: { kind: 'lab' }, two: { kind: 'lab' } };
  const parsed = parseBlueprint(JSON.stringify({ ...shopText, engines, pools }));
  expect(parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'pools.web.overflow.bake: a copy cannot be carried from one engine to another',
  ]);
});
