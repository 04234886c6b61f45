/** An address that no software moves is placed by the plan; and a machine that was the primary is made anew. */
import { describe, expect, test } from 'vitest';
import type { AddressName, MachineName, PoolName } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Primacy } from '../../src/model/primacy.ts';
import { keepPrimacy, madeAnew } from '../../src/runtime/failover/primacies.ts';
import { partOf } from '../../src/sim/imagined-world.ts';
import { firstPlan, imagine, showPlan, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const db = 'db' as AddressName;
const database = 'database' as PoolName;
const machine = (ordinal: number) => `database-${ordinal}` as MachineName;
const shop = shopWith({ addresses: { db: { network: 'private', pool: 'database', ip: '10.8.0.100' } } });

/** The shop is up, but for this address. */
function withAddressOn(on: MachineName | undefined) {
  const imagined = imagine(upWorld(shop));
  const { addresses } = partOf(imagined.world, shop.platform);
  const { on: _, ...there } = addresses.get(db)!;
  addresses.set(db, { ...there, ...(on !== undefined && { on }) });
  return imagined;
}

const placings = ({ steps }: Plan) =>
  steps.flatMap((step) =>
    step.kind === 'place-address' ? [`${step.address} on ${step.machine}: ${step.reason.says}`] : [],
  );
const stepIn = ({ steps }: Plan, id: string) => steps.find((step) => step.id === id);

describe('an address that is placed', () => {
  test('is where it should be: nothing is done', async () => {
    expect(placings(await withAddressOn(machine(1)).plan(shop))).toEqual([]);
  });

  test.each<[string, MachineName | undefined, string]>([
    ['is on no machine', undefined, 'db on database-1: is on no machine'],
    ['is elsewhere', machine(2), 'db on database-1: is on database-2'],
  ])('%s: it is placed, and that is all', async (_, on, says) => {
    const imagined = withAddressOn(on);
    const plan = await imagined.plan(shop);
    expect(placings(plan)).toEqual([says]);
    expect(showPlan(plan)).toMatch(/^address\/lab\/db\/place {2}place-address {2}(unplaced|elsewhere)$/);
    expect(await imagined.settle(shop)).toBe(1);
  });

  test('is made and placed once its machine is there, which is set up only then; others do not wait for it', () => {
    const plan = firstPlan(shop);
    expect(stepIn(plan, 'address/lab/db/place')?.after).toEqual(['address/lab/db', 'database-1/machine']);
    const waiting = plan.steps.filter(({ after }) => after.includes('address/lab/db/place' as never));
    expect(waiting.map(({ id }) => id)).toEqual(['database-1/base', 'database-1/mariadb']);
  });

  test('is elsewhere, and its machine has no power: it is placed once that was started', async () => {
    const imagined = withAddressOn(machine(2));
    imagined.hurt({ kind: 'machine-dies', machine: 'database-1' } as never);
    const plan = await imagined.plan(shop);
    expect(showPlan(plan).split('\n')).toEqual([
      'database-1/machine  start-machine  stopped',
      'address/lab/db/place  place-address  elsewhere  < database-1/machine',
    ]);
    await imagined.settle(shop, 2);
  });

  test('is lost: it is made and placed again', async () => {
    const imagined = imagine(upWorld(shop));
    imagined.hurt({ kind: 'address-vanishes', address: 'db' } as never);
    expect(showPlan(await imagined.plan(shop)).split('\n')).toEqual([
      'address/lab/db  create-address  missing',
      'address/lab/db/place  place-address  unplaced  < address/lab/db',
    ]);
    await imagined.settle(shop);
  });

  test('gets another IP: it is placed again, in the same run', async () => {
    const imagined = imagine(upWorld(shop));
    const other = shopWith({ addresses: { db: { network: 'private', pool: 'database', ip: '10.8.0.101' } } });
    expect(placings(await imagined.plan(other))).toEqual(['db on database-1: is on no machine']);
    await imagined.settle(other);
  });

  test('of a pool where nobody leads is on the first machine', () => {
    const inside = shopWith({ addresses: { inside: { network: 'private', pool: 'web' } } });
    expect(placings(firstPlan(inside))).toEqual(['inside on web-1: is on no machine']);
  });
});

test('an address that balancers move is placed nowhere', () => {
  expect(placings(firstPlan(shopWith({})))).toEqual([]);
});

describe('another machine became the primary', () => {
  const moved: Primacy = { primary: machine(2), inSync: [], deposed: [machine(1)] };
  const afterMove = (primacy: Primacy = moved) => {
    const imagined = imagine(upWorld(shop));
    keepPrimacy(imagined.store, database, primacy);
    return imagined;
  };

  test('the address goes there', async () => {
    expect(placings(await afterMove().plan(shop))).toEqual(['db on database-2: is on database-1']);
  });

  test('the old one is made anew, for it may hold what nobody else has; that is no loss', async () => {
    const plan = await afterMove().plan(shop);
    expect(stepIn(plan, 'database-1/machine')).toMatchObject({
      kind: 'replace-machine',
      reason: {
        code: 'deposed',
        says: 'was the primary until database-2 took its place, and may hold what nobody else has',
      },
    });
    expect(plan.losses).toEqual([]);
    // It follows the one that is the primary now.
    expect(stepIn(plan, 'database-1/mariadb')?.after).toContain('database-2/mariadb');
  });

  test('a blueprint without that machine is refused: the other one would take writes without its last ones', async () => {
    const alone = shopWith({
      pools: { database: { base: { count: 1, site: 'east' }, roles: { mariadb: { replicas: [] } } } },
    });
    const droppedBy = async (primacy: Primacy) =>
      (await afterMove(primacy).plan(alone)).findings.filter(({ name }) => name.startsWith('drops-primary'));
    expect(await droppedBy(moved)).toEqual([
      {
        name: 'drops-primary:database',
        severity: 'refused',
        says: 'database-2 is the primary of `database`, and this would remove it',
        mend: 'before that, with the blueprint as it was: `spillway failover shop database --to database-1`',
      },
    ]);
    expect(await droppedBy({ ...moved, primary: machine(1), deposed: [] })).toEqual([]);
    // Then there is nothing left to be lost.
    expect(await droppedBy({ ...moved, primary: machine(3) })).toEqual([]);
  });

  test('whatever its state is', async () => {
    const imagined = afterMove();
    imagined.hurt({ kind: 'machine-dies', machine: 'database-1' } as never);
    expect(stepIn(await imagined.plan(shop), 'database-1/machine')?.reason.code).toBe('deposed');
  });

  test('once it was made anew, nothing is left to do', async () => {
    const imagined = afterMove();
    await imagined.carryOut(await imagined.plan(shop));
    madeAnew(imagined.store, shop, new Set([machine(1)]));
    expect(await imagined.settle(shop)).toBe(0);
  });

  test('handed over, it only follows', async () => {
    const plan = await afterMove({ ...moved, deposed: [] }).plan(shop);
    expect(stepIn(plan, 'database-1/machine')).toBeUndefined();
    expect(stepIn(plan, 'database-1/mariadb')).toMatchObject({ kind: 'configure', reason: { code: 'differs' } });
  });
});
