/** Machines that serve are changed as a whole, one after the other within a pool; all else is configured as it comes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Assets } from '../../src/blueprint/platform.ts';
import type { ContentName, DatabaseName, MachineName, ReleaseId } from '../../src/model/ids.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { withAllAfter } from '../../src/plan/graph.ts';
import { blueprintOf, imagine, showPlan, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({});
const file = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../blueprints', name, 'blueprint.yaml'), 'utf8');

function released(id: string): Assets {
  const files = [{ path: 'index.php', sha256: id, bytes: 2, isExecutable: false, modifiedAtS: 1 }];
  return {
    content: new Map([['site' as ContentName, { release: { id: id as ReleaseId, files }, leftOut: [] }]]),
    schemas: new Map(),
  };
}

const kinds = ({ steps }: Plan) => steps.map(({ id, kind }) => `${id} ${kind}`);
const waitsFor = ({ steps }: Plan, id: string, other: string) =>
  withAllAfter(steps, new Set([steps.find((step) => step.id === other)!.id])).has(id as never);
const changeOf = ({ steps }: Plan, id: string) =>
  steps.find((step) => step.id === id) as Step & { readonly kind: 'change-machine' };

describe('a setting that the web machines read', () => {
  const other = shopWith({ pools: { web: { roles: { web: { root: '/srv/other' } } } } });

  test('changes one machine after the other', async () => {
    const plan = await imagine(upWorld(shop)).plan(other);
    expect(kinds(plan)).toEqual(['web-1/change change-machine', 'web-2/change change-machine']);
    expect(waitsFor(plan, 'web-2/change', 'web-1/change')).toBe(true);
  });

  test('takes each of them from both balancers, and asks for the route’s pages before visitors come back', async () => {
    const pages = shopWith({
      pools: { web: { roles: { web: { root: '/srv/other' } } } },
      routes: [{ address: 'www', host: 'www.shop.test', to: 'web', health: '/health', pages: ['/', '/basket'] }],
    });
    const change = changeOf(await imagine(upWorld(shop)).plan(pages), 'web-1/change');
    expect(change.visits).toEqual({ balancers: ['balancer-1', 'balancer-2'], backends: ['web'] });
    expect(change.pages.probes.map(({ name }) => name)).toEqual([
      'page www.shop.test/health',
      'page www.shop.test/',
      'page www.shop.test/basket',
    ]);
    expect(change.watch.flatMap(({ probes }) => probes.map(({ name }) => name))).toContain('nginx answers');
    expect(change.logs).toEqual({
      units: ['nginx.service', 'php8.2-fpm.service'],
      files: ['/var/log/nginx/error.log', '/var/log/php8.2-fpm.log'],
    });
  });

  test('is done before a machine is made from it', async () => {
    const imagined = imagine(upWorld(shop));
    const large = shopWith({ pools: { web: { base: { count: 3 }, roles: { web: { root: '/srv/other' } } } } });
    const plan = await imagined.plan(large);
    expect(kinds(plan)).toContain('web-3/machine create-machine');
    expect(await imagine(upWorld(shop)).settle(large, 2)).toBeLessThanOrEqual(2);
  });

  test('the imagined world gets there', async () => {
    expect(await imagine(upWorld(shop)).settle(other)).toBe(1);
  });
});

test('tables that a release asks for are there before the first machine shows it', async () => {
  const sofoot = blueprintOf(file('sofoot'));
  const at = (id: string, schema: string): Assets => ({
    ...released(id),
    schemas: new Map([['sofoot' as DatabaseName, schema]]),
  });
  const plan = await imagine(upWorld(sofoot, at('aa', 'CREATE TABLE IF NOT EXISTS a (id INT);')), sofoot.platform).plan(
    sofoot,
    at('bb', 'CREATE TABLE IF NOT EXISTS a (id INT); ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT;'),
  );
  for (const web of ['web-1', 'web-2', 'web-3'])
    expect(waitsFor(plan, `${web}/change`, 'database-1/mariadb'), web).toBe(true);
});

test('of a pool with a primary, its machine comes last', async () => {
  const db = { addresses: { db: { network: 'private', pool: 'database' } } };
  const plan = await imagine(upWorld(shopWith(db))).plan(
    shopWith({ ...db, pools: { database: { roles: { mariadb: { memory: '30 %' } } } } }),
  );
  expect(kinds(plan)).toEqual(['database-1/change change-machine', 'database-2/change change-machine']);
  expect(waitsFor(plan, 'database-1/change', 'database-2/change')).toBe(true);
});

test('what nobody notices needs no turn: a machine more is told to all at once', async () => {
  const plan = await imagine(upWorld(shop)).plan(shopWith({ pools: { web: { base: { count: 3 } } } }));
  expect(kinds(plan).filter((line) => !line.startsWith('web-3/'))).toEqual([
    'balancer-1/change change-machine',
    'balancer-2/change change-machine',
    'web-1/base configure',
    'web-2/base configure',
    'database-1/base configure',
    'database-2/base configure',
  ]);
});

test('a daemon that had stopped is started at once, without a turn', async () => {
  const imagined = imagine(upWorld(shop));
  imagined.hurt({ kind: 'unit-stops', machine: 'web-1' as MachineName, unit: 'nginx.service' });
  expect(kinds(await imagined.plan(shop))).toEqual(['web-1/web configure']);
});

describe('a release', () => {
  const sofoot = blueprintOf(file('sofoot'));
  const plan = () => imagine(upWorld(sofoot, released('aa')), sofoot.platform).plan(sofoot, released('bb'));

  test('comes to the origin first, then to the web machines in turns', async () => {
    const made = await plan();
    expect(kinds(made).filter((line) => line.endsWith('change-machine'))).toEqual([
      'web-1/change change-machine',
      'web-2/change change-machine',
      'web-3/change change-machine',
      'backoffice-1/change change-machine',
    ]);
    for (const [later, earlier] of [
      ['web-1/change', 'backoffice-1/change'],
      ['web-2/change', 'web-1/change'],
      ['web-3/change', 'web-2/change'],
    ] as const)
      expect(waitsFor(made, later, earlier), showPlan(made)).toBe(true);
  });

  test('has its checks asked', async () => {
    const changes = changeOf(await plan(), 'web-1/change').parts.flatMap((part) => part.changes);
    expect(changes).toMatchObject([{ kind: 'release', isChecked: true, spec: { rereads: ['php8.2-fpm.service'] } }]);
  });

  test('that the machines show is nothing to do', async () => {
    expect(await imagine(upWorld(sofoot, released('aa')), sofoot.platform).plan(sofoot, released('aa'))).toMatchObject({
      steps: [],
    });
  });

  test('where each machine is the whole application, nobody waits in a circle', async () => {
    const erp = blueprintOf(file('erp'));
    const made = await imagine(upWorld(erp, released('aa')), erp.platform).plan(erp, released('bb'));
    expect(kinds(made)).toEqual(['servers-1/change change-machine', 'servers-2/change change-machine']);
    for (const { id } of made.steps)
      expect(
        withAllAfter(
          made.steps.filter((step) => step.after.includes(id)),
          new Set([id]),
        ).size,
      ).toBeLessThan(3);
    await imagine(upWorld(erp, released('aa')), erp.platform).carryOut(made);
  });
});

describe('a machine whose change was begun, and whose controller died', () => {
  test('is proven, or taken back, though nothing differs', async () => {
    const imagined = imagine(upWorld(shop));
    imagined.hurt({ kind: 'change-is-left', machine: 'web-2' as MachineName });
    const plan = await imagined.plan(shop);
    expect(plan.steps).toMatchObject([
      { id: 'web-2/change', kind: 'change-machine', parts: [], reason: { code: 'unproven' } },
    ]);
    expect(await imagined.settle(shop)).toBe(1);
  });
});
