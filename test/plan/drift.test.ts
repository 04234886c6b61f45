/** Whatever is damaged: the plan says exactly that, performing it mends it, and then there is nothing left to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Change, Plan } from '../../src/model/plan.ts';
import { changesOf, changeSubject } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Damage } from '../../src/sim/damage.ts';
import { blueprintOf, imagine, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({});
const sofoot = blueprintOf(readFileSync(join(import.meta.dirname, '../../blueprints/sofoot/blueprint.yaml'), 'utf8'));

/** Names need no brand here. */
type Plain<Thing> = Thing extends string
  ? string
  : Thing extends number
    ? number
    : { [Key in keyof Thing]: Plain<Thing[Key]> };

const haproxy = '/etc/haproxy/haproxy.cfg';
const cases: [string, Plain<Damage>, string[], rounds?: number][] = [
  ['a machine died', { kind: 'machine-dies', machine: 'web-1' }, ['web-1/machine start-machine: stopped']],
  [
    'a machine is cut off: it gets its networks back, and is not touched otherwise',
    { kind: 'machine-is-cut-off', machine: 'web-1' },
    ['web-1/machine rejoin-machine: cut-off'],
  ],
  [
    'a machine is mute',
    { kind: 'machine-is-mute', machine: 'web-1' },
    ['web-1/machine restart-machine: unreachable', 'web-1/serves await-machine: answers'],
  ],
  [
    'a machine was never finished',
    { kind: 'machine-breaks', machine: 'web-2' },
    [
      'web-2/machine replace-machine: broken',
      'web-2/base configure: new-machine',
      'web-2/web configure: new-machine',
      'web-2/php configure: new-machine',
      'web-2/commission commission-machine: not-commissioned',
    ],
  ],
  [
    'a machine is gone',
    { kind: 'machine-vanishes', machine: 'database-2' },
    [
      'database-2/machine create-machine: missing',
      'database-2/base configure: new-machine',
      'database-2/mariadb configure: new-machine',
      'database-2/commission commission-machine: not-commissioned',
    ],
  ],
  [
    'a package is not in the image',
    { kind: 'package-is-missing', machine: 'web-1', package: 'php-fpm' },
    [
      'web-1/machine replace-machine: packages',
      'web-1/base configure: new-machine',
      'web-1/web configure: new-machine',
      'web-1/php configure: new-machine',
      'web-1/commission commission-machine: not-commissioned',
    ],
  ],
  [
    'a file was edited',
    { kind: 'file-is-edited', machine: 'balancer-1', path: haproxy },
    [
      'balancer-1/change change-machine: differs',
      `file ${haproxy} changed-by-hand`,
      'unit haproxy.service reads-changed',
    ],
  ],
  [
    'a file was deleted',
    { kind: 'file-is-deleted', machine: 'balancer-1', path: haproxy },
    ['balancer-1/change change-machine: differs', `file ${haproxy} missing`, 'unit haproxy.service reads-changed'],
  ],
  [
    'a file’s mode was changed',
    { kind: 'mode-is-changed', machine: 'web-1', path: '/etc/hosts', mode: 0o666 },
    ['web-1/base configure: differs', 'file /etc/hosts mode'],
  ],
  [
    'a file’s owner was changed',
    { kind: 'owner-is-changed', machine: 'web-1', path: '/etc/hosts', owner: 'www-data:www-data' },
    ['web-1/base configure: differs', 'file /etc/hosts owner'],
  ],
  [
    'a unit was stopped',
    { kind: 'unit-stops', machine: 'database-1', unit: 'mariadb.service' },
    ['database-1/mariadb configure: differs', 'unit mariadb.service stopped'],
  ],
  [
    'a unit was disabled',
    { kind: 'unit-is-disabled', machine: 'web-2', unit: 'nginx.service' },
    ['web-2/web configure: differs', 'unit nginx.service not-enabled'],
  ],
  [
    'a task was undone',
    { kind: 'task-is-undone', machine: 'database-2', task: 'mariadb/follow the primary' },
    ['database-2/mariadb configure: differs', 'task follow the primary not-so'],
  ],
  [
    'a network is gone: it is made again, and its machines are booted again',
    { kind: 'network-vanishes', network: 'public' },
    [
      'network/lab/public create-network: missing',
      'balancer-1/machine start-machine: stopped',
      'balancer-2/machine start-machine: stopped',
    ],
  ],
  ['an address is gone', { kind: 'address-vanishes', address: 'www' }, ['address/lab/www create-address: missing']],
];

test.each(cases)('%s', async (_, what, expected) => {
  const imagined = imagine(upWorld(shop));
  expect((await imagined.plan(shop)).steps).toEqual([]);

  imagined.hurt(what as Damage);
  const { steps } = await imagined.plan(shop);
  expect(
    steps.flatMap((step) => [
      `${step.id} ${step.kind}: ${step.reason.code}`,
      ...(step.reason.code === 'differs' ? changesOf(step).map(showChange) : []),
    ]),
  ).toEqual(expected);

  expect(await imagined.settle(shop)).toBe(1);
});

function showChange(change: Change): string {
  return `${change.kind} ${changeSubject(change)} ${change.why.code}`;
}

test('a machine that was mended while it was off is looked at once it runs', async () => {
  const imagined = imagine(upWorld(shop));
  imagined.hurt({ kind: 'file-is-edited', machine: 'web-1', path: '/etc/hosts' } as Plain<Damage> as Damage);
  imagined.hurt({ kind: 'machine-dies', machine: 'web-1' } as Plain<Damage> as Damage);
  expect(await imagined.settle(shop, 2)).toBe(2);
});

test('what builds on a machine that must be started first waits until that was looked at', async () => {
  const imagined = imagine(upWorld(shop));
  imagined.hurt({
    kind: 'task-is-undone',
    machine: 'database-2',
    task: 'mariadb/follow the primary',
  } as Plain<Damage> as Damage);
  imagined.hurt({ kind: 'machine-dies', machine: 'database-1' } as Plain<Damage> as Damage);
  const { steps } = await imagined.plan(shop);
  expect(steps.map(({ id }) => id)).toEqual(['database-1/machine']);
  expect(await imagined.settle(shop, 2)).toBe(2);
});

test('and so does what builds on that, on a third machine', async () => {
  const imagined = imagine(upWorld(sofoot), sofoot.platform);
  imagined.hurt({
    kind: 'task-is-undone',
    machine: 'backoffice-1',
    task: 'content/fill site',
  } as Plain<Damage> as Damage);
  imagined.hurt({
    kind: 'task-is-undone',
    machine: 'web-3',
    task: 'content/first exchange of site',
  } as Plain<Damage> as Damage);
  imagined.hurt({ kind: 'machine-dies', machine: 'database-2' } as Plain<Damage> as Damage);
  const { steps } = await imagined.plan(sofoot);
  expect(steps.map(({ id }) => id)).toEqual(['database-2/machine']);
});

describe('a machine that cannot be looked at', () => {
  const planWhen = async (machine: number | 'all', because: 'silent' | 'stranger' | 'stuck') => {
    const seen = await imagine(upWorld(shop)).look(shop);
    const names = [...seen.actual.facts.keys()];
    const hit = machine === 'all' ? names : names.slice(machine, machine + 1);
    const facts = new Map(seen.actual.facts);
    for (const name of hit) facts.set(name, { reachable: false, because, why: 'it is tested' });
    return makePlan({ ...seen, actual: { ...seen.actual, facts } });
  };
  const refusals = ({ findings }: Plan) =>
    findings.filter(({ severity }) => severity === 'refused').map(({ name }) => name);

  test.each<['silent' | 'stranger' | 'stuck', string[], string[]]>([
    ['silent', ['balancer-1/machine restart-machine', 'balancer-1/serves await-machine'], []],
    ['stranger', [], ['stranger:balancer-1']],
    ['stuck', [], ['stuck:balancer-1']],
  ])('%s', async (because, steps, refused) => {
    const plan = await planWhen(0, because);
    expect(plan.steps.map(({ id, kind }) => `${id} ${kind}`)).toEqual(steps);
    expect(refusals(plan)).toEqual(refused);
  });

  test('to all of them we are strangers: what we knew of the platform is lost', async () => {
    const plan = await planWhen('all', 'stranger');
    expect(plan.steps).toEqual([]);
    expect(refusals(plan)).toEqual(['state-lost']);
  });
});

test('all of it at once', async () => {
  const imagined = imagine(upWorld(shop));
  for (const [, what] of cases.slice(5)) imagined.hurt(what as Damage);
  await imagined.settle(shop, 3);
});
