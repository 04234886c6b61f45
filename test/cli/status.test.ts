import { expect, test } from 'vitest';
import { load } from '../../src/app/load.ts';
import type { PoolStatus } from '../../src/app/pool-status.ts';
import { status, type Status } from '../../src/app/status.ts';
import { up } from '../../src/app/up.ts';
import { withLook, withWork } from '../../src/app/work.ts';
import { isWell, statusText } from '../../src/cli/status-view.ts';
import type { MachineName, PlatformName, PoolName } from '../../src/model/ids.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';

async function sofootUp() {
  const imagined = imaginedToolbox();
  const { toolbox } = imagined;
  const signal = new AbortController().signal;
  const loaded = load(toolbox, 'sofoot');
  await withWork(toolbox, loaded, (work) => up(work, { acceptLosses: false, signal, progress: () => undefined }));
  const machines = imagined.world.platforms.get('sofoot' as PlatformName)!.machines;
  return { machines, seen: () => withLook(toolbox, loaded, status) };
}

/** As it is read: without the colours. The bake is two hours old. */
const text = async (seen: Status) => {
  const bakedAtMs = seen.pools.flatMap(({ bakes = [] }) => bakes)[0]?.madeAtMs ?? 0;
  return `${statusText({ ...seen, seenAtMs: bakedAtMs + 7_200_000 }).replaceAll(/\u001b\[\d+m/g, '')}\n`;
};

test('a platform that is well', async () => {
  const { seen } = await sofootUp();
  await expect(await text(await seen())).toMatchFileSnapshot('golden/status-well.txt');
});

test('a platform that lost a machine, and has one on which something fails', async () => {
  const { machines, seen } = await sofootUp();
  machines.delete('web-2' as MachineName);
  const now = await seen();
  const failing = [
    { machine: 'web-1' as MachineName, role: 'web', probe: 'answers', says: 'nothing answers on port 80' },
  ];
  const sites = now.sites.map((site) => ({
    ...site,
    machines: site.machines.map((one) =>
      one.name === 'web-1' ? { ...one, health: ['nothing answers on port 80', 'the disk is full'] } : one,
    ),
  }));
  await expect(await text({ ...now, failing, sites })).toMatchFileSnapshot('golden/status-not-well.txt');
});

test('a platform on which something is broken on purpose', async () => {
  const { seen } = await sofootUp();
  const now = await seen();
  const faults = [{ kind: 'kill', target: 'web-1', run: 'fault-1', sinceMs: 60_000 } as const];
  const broken = { ...now, faults, seenAtMs: 120_000 };
  expect(isWell(now)).toBe(true);
  expect(isWell(broken)).toBe(false);
  const lines = (await text(broken)).split('\n');
  expect(lines).toContain('sofoot is broken on purpose');
  expect(lines.some((line) => line.startsWith('kill web-1, on purpose, since'))).toBe(true);
});

test('a certificate is told with its day', async () => {
  const { seen } = await sofootUp();
  const certificates = [{ hosts: ['www.sofoot.test'], validUntilMs: Date.UTC(2031, 4, 6), isLate: false }];
  const now = { ...(await seen()), certificates };
  expect(statusText(now)).toContain('the certificate of www.sofoot.test is valid until 2031-05-06');
  expect(statusText({ ...now, seenAtMs: Date.UTC(2031, 4, 7) })).toContain('ran out on 2031-05-06');
});

test.each<[PoolStatus['relief'], string | undefined]>([
  [{ state: 'flowing', shed: [] }, undefined],
  [{ state: 'flowing', shed: [], sinceMs: 60_000, says: 'all is well' }, undefined],
  [
    { state: 'queueing', shed: [], sinceMs: 60_000, says: '60 of 2500 wait' },
    'web lets requests wait, since 1 min 0 s  60 of 2500 wait',
  ],
  [
    { state: 'shedding', shed: ['search', 'comments'], sinceMs: 90_000, says: 'too many wait' },
    'web does without search, comments, since 30 s  too many wait',
  ],
  [
    { state: 'turning-away', shed: ['search'], sinceMs: 90_000, says: 'too many wait' },
    'web does without search and turns some away, since 30 s  too many wait',
  ],
])('what a pool does without: %j', async (relief, line) => {
  const { seen } = await sofootUp();
  const pools = [{ pool: 'web' as PoolName, relief, bakes: [] } as PoolStatus];
  const lines = statusText({ ...(await seen()), pools, seenAtMs: 120_000 })
    .replaceAll(/\u001b\[\d+m/g, '')
    .split('\n')
    .filter((one) => one.startsWith('web'));
  expect(lines).toEqual([
    ...(line === undefined ? [] : [line]),
    'web: new machines begin from the image: there is no bake',
  ]);
});

test('a machine that is kept out of the balancers is told, and the platform is not well', async () => {
  const { seen } = await sofootUp();
  const pools = [{ pool: 'web' as PoolName, out: [{ machine: 'web-1' as MachineName, sinceMs: 60_000 }] }];
  const now = { ...(await seen()), pools, seenAtMs: 120_000 };
  expect(isWell(now)).toBe(false);
  const lines = statusText(now)
    .replaceAll(/\u001b\[\d+m/g, '')
    .split('\n');
  expect(lines).toContain('sofoot is not well');
  expect(lines.find((one) => one.startsWith('web:'))).toMatch(/^web: web-1 is kept out of the balancers, since 1 min/);
});
