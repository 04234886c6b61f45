/** What machines have that will not be good for long. */
import { describe, expect, test } from 'vitest';
import { failingProbes } from '../../src/app/failing.ts';
import type { MachineFacts } from '../../src/model/facts.ts';
import type { MachineName } from '../../src/model/ids.ts';
import { compareRole } from '../../src/plan/compare-role.ts';
import { runningOut, seenCertificates } from '../../src/plan/running-out.ts';
import type { PlanInput } from '../../src/plan/make-plan.ts';
import { digest, imagine, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({ routes: [{ address: 'www', host: 'www.shop.test', to: 'web', tls: true }] });
const dayMs = 86_400_000;
const nowMs = Date.UTC(2030, 0, 1);
const balancer = 'balancer-1' as MachineName;
type Seen = MachineFacts & { readonly reachable: true };

/** The shop, whose balancer’s certificate runs out then. */
async function lookedAt(validUntilMs: number | undefined, blueprint = shop, more: Partial<Seen> = {}) {
  const input: PlanInput = await imagine(upWorld(blueprint)).look(blueprint);
  const facts = new Map(input.actual.facts);
  const seen = facts.get(balancer) as Seen;
  const role = seen.roles.get('balancer')!;
  const path = [...role.paths.keys()].find((one) => one.startsWith('/etc/haproxy/certificates/'))!;
  const fact = { ...role.paths.get(path)!, ...(validUntilMs !== undefined && { validUntilMs }) };
  const roles = new Map([...seen.roles, ['balancer', { ...role, paths: new Map([...role.paths, [path, fact]]) }]]);
  facts.set(balancer, { ...seen, roles, ...more });
  return { ...input, actual: { ...input.actual, facts } };
}

describe('a certificate', () => {
  test.each([
    [22, undefined],
    [20.5, 'runs out on 2030-01-21, in 20 days'],
    [1.5, 'runs out on 2030-01-02, in 1 day'],
    [-1, 'ran out on 2029-12-31: browsers refuse it'],
  ])('%s days before its end: %s', async (days, says) => {
    const found = runningOut(await lookedAt(nowMs + days * dayMs), nowMs);
    expect(found.map((one) => [one.name, one.severity])).toEqual(
      says === undefined ? [] : [['certificate:balancer-1', 'warned']],
    );
    expect(found[0]?.says ?? '').toContain(says ?? '');
    expect(found[0]?.says ?? 'shop.test').toContain('shop.test');
  });

  test('that ran out fails, as a probe does', async () => {
    const { actual } = await lookedAt(nowMs);
    expect(failingProbes(actual.facts, nowMs - 1)).toEqual([]);
    expect(failingProbes(actual.facts, nowMs)).toMatchObject([
      {
        machine: balancer,
        role: 'balancer',
        probe: 'certificate',
        says: expect.stringContaining('2030-01-01') as string,
      },
    ]);
  });

  test('is seen on each machine, with its names', async () => {
    expect(seenCertificates(await lookedAt(nowMs))).toMatchObject([{ machine: balancer, validUntilMs: nowMs }]);
    expect(seenCertificates(await lookedAt(undefined))).toEqual([]);
  });

  test('can be accepted', async () => {
    const accepting = shopWith({ accept: [{ finding: 'certificate:balancer-1', because: 'it is switched off' }] });
    expect(runningOut(await lookedAt(nowMs, accepting), nowMs)).toMatchObject([{ severity: 'accepted' }]);
  });

  test('that is renewed is said to be', async () => {
    const { actual, compiled } = await lookedAt(nowMs);
    const recipe = compiled.recipes.get(balancer)!.find(({ role }) => role === 'balancer')!;
    const facts = (actual.facts.get(balancer) as Seen).roles.get('balancer')!;
    const renewing = (file: Parameters<typeof digest>[0]) =>
      file.content.includes('⟦certificate') ? 'renewed' : digest(file);
    const changes = compareRole(recipe, facts, renewing);
    expect(changes.map(({ kind, why }) => `${kind} ${why.code}`)).toEqual(['file renewed', 'unit reads-changed']);
  });
});

describe('a disk', () => {
  const disk = (freeBytes: number) => ({ disks: [{ path: '/', sizeBytes: 50e9, freeBytes }] });

  test.each([
    [6e9, [], []],
    [4e9, ['disk:balancer-1'], []],
    [0.4e9, [], ['/ is full: 400 MB of 50 GB left']],
    [0, [], ['/ is full: 0 B of 50 GB left']],
  ])('with %d bytes left', async (freeBytes, findings, failing) => {
    const looked = await lookedAt(undefined, shop, disk(freeBytes));
    expect(runningOut(looked, nowMs).map(({ name }) => name)).toEqual(findings);
    expect(failingProbes(looked.actual.facts, nowMs).map(({ says }) => says)).toEqual(failing);
  });
});
