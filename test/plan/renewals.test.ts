/** Of all that differs, only certificates are renewed without a person. */
import { expect, test } from 'vitest';
import type { MachineFacts } from '../../src/model/facts.ts';
import type { MachineName } from '../../src/model/ids.ts';
import { changesOf, changeSubject } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { renewalsOf } from '../../src/plan/renewals.ts';
import { digest, imagine, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({});
const balancers = ['balancer-1', 'balancer-2'] as MachineName[];

/** A shop that is up, whose certificate was renewed here; `hurt` is what else was done to it. */
async function planOf(hurt: (imagined: ReturnType<typeof imagine>) => void = () => undefined) {
  const imagined = imagine(upWorld(shop));
  hurt(imagined);
  const input = await imagined.look(shop);
  const facts = new Map(
    [...input.actual.facts].map(([name, seen]) => [name, balancers.includes(name) ? withDate(seen) : seen]),
  );
  const renewed: typeof digest = (file) => (file.content.includes('⟦certificate') ? 'renewed' : digest(file));
  return makePlan({ ...input, actual: { ...input.actual, facts }, digest: renewed }).steps;
}

function withDate(seen: MachineFacts): MachineFacts {
  if (!seen.reachable) return seen;
  const roles = [...seen.roles].map(([role, facts]) => {
    const paths = [...facts.paths].map(
      ([path, fact]) => [path, path.endsWith('.pem') ? { ...fact, validUntilMs: 1 } : fact] as const,
    );
    return [role, { ...facts, paths: new Map(paths) }] as const;
  });
  return { ...seen, roles: new Map(roles) };
}

const told = (steps: ReturnType<typeof renewalsOf>) =>
  steps.map(
    (step) =>
      `${step.id}: ${changesOf(step)
        .map((one) => `${one.kind} ${changeSubject(one)}`)
        .join(', ')}`,
  );
const both = balancers.map((name) => `${name}/change: file /etc/haproxy/certificates/www.pem, unit haproxy.service`);

test('the certificate and who reads it, one balancer after the other', async () => {
  const renewals = renewalsOf(await planOf());
  expect(told(renewals)).toEqual(both);
  expect(renewals[1]!.after).toEqual(['balancer-1/change']);
});

test('nothing else that differs there, nor elsewhere', async () => {
  const steps = await planOf(({ hurt }) => {
    hurt({ kind: 'file-is-edited', machine: balancers[0]!, path: '/etc/haproxy/haproxy.cfg' });
    hurt({ kind: 'file-is-edited', machine: balancers[0]!, path: '/etc/keepalived/keepalived.conf' });
    hurt({ kind: 'unit-stops', machine: 'web-1' as MachineName, unit: 'nginx.service' });
    hurt({ kind: 'machine-vanishes', machine: 'web-2' as MachineName });
  });
  expect(told(steps).join()).toContain('haproxy.cfg');
  expect(told(renewalsOf(steps))).toEqual(both);
});

test('none that a person changed', async () => {
  const steps = await planOf(({ hurt }) =>
    hurt({ kind: 'file-is-edited', machine: balancers[0]!, path: '/etc/haproxy/certificates/www.pem' }),
  );
  expect(told(renewalsOf(steps))).toEqual(both.slice(1));
});

test('nothing where nothing was renewed', async () => {
  expect(renewalsOf((await imagine(upWorld(shop)).look(shop)).plan.steps)).toEqual([]);
});
