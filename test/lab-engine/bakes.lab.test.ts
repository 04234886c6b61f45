/** Bakes of the lab: taken from a machine that works, stood upon, kept and removed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bakeDir, bakePaths, bakesDir, type Lab } from '../../src/engines/lab/names.ts';
import type { BakeName, PoolName } from '../../src/model/ids.ts';
import type { BakeSpec, MachineSpec } from '../../src/model/spec.ts';
import { killedAfter } from './crash.ts';
import { ensureNetworks, names, openBench, tracesOf } from './bench.ts';

const bench = openBench();
const { engine } = bench;
const shop = bench.platform('bakes');
const web1 = names.machine('web-1');
const lab = { platforms: join(bench.options.root ?? '', 'platforms') } as Lab;

const order: BakeSpec = {
  ...{ platform: shop, pool: 'web' as PoolName, from: web1, recipes: 'so' },
  transient: ['/var/lib/app/sessions'],
};

/** The n-th machine, as a copy. */
const copyOf = (bake: BakeName, n: number): MachineSpec => ({ ...bench.web(shop, n), part: 'overflow', bake });
const bakes = async () => (await engine.list(shop)).bakes;
const newest = async () => (await bakes()).at(-1)!.name;
const filesOf = (bake: BakeName) => bakePaths(bakeDir(lab, shop, bake)).files;

beforeAll(async () => {
  await engine.ensureImage([], () => undefined);
  await ensureNetworks(engine, shop);
  await engine.createMachine(bench.web(shop, 1));
  await bench.ssh(
    shop,
    'web-1',
    [
      'mkdir -p /srv/site /var/lib/app/sessions /var/log/app && chown 33:33 /var/lib/app/sessions',
      'echo hello > /srv/site/page; touch -d "2026-01-02 03:04:05.678901234" /srv/site/page',
      'ln -s page /srv/site/link; chmod 0640 /srv/site/page; chown 33:33 /srv/site/page',
      'rm /etc/debian_version; rm -r /etc/apt; mkdir /etc/apt; echo mine > /etc/apt/note',
      'echo visitor > /var/lib/app/sessions/1; echo line > /var/log/app/log; echo key > /root/.bash_history',
    ].join('\n'),
  );
});
afterAll(() => bench.close());

describe('a bake', () => {
  beforeAll(() => engine.bake(order));

  test('is listed with all that is known of it', async () => {
    expect(await bakes()).toEqual([
      {
        name: expect.stringMatching(/^web\.\d{13}$/) as string,
        ...{ pool: 'web', image: engine.imageKey([]), recipes: 'so', from: 'web-1' },
        madeAtMs: expect.any(Number) as number,
      },
    ]);
    expect((await engine.list(shop)).leftovers).toEqual([]);
  });

  test('has nothing by which its machine could be told from others, and nothing that passes', async () => {
    const files = filesOf(await newest());
    const has = (path: string) => existsSync(join(files, path));
    expect(has('srv/site/page')).toBe(true);
    const own = ['etc/hostname', 'etc/machine-id', 'etc/ssh/ssh_host_ed25519_key', 'root/.ssh/authorized_keys'];
    const passing = ['root/.bash_history', 'var/log/app/log', 'var/lib/app/sessions/1'];
    expect([...own, ...passing].filter(has)).toEqual([]);
    expect(has('var/lib/app/sessions')).toBe(true);
  });

  test('is what a new machine begins from, as a machine of its own', async () => {
    await engine.createMachine(copyOf(await newest(), 2));
    expect(await bench.ssh(shop, 'web-2', 'hostname; cat /etc/hostname; systemctl is-system-running --wait')).toBe(
      'web-2\nweb-2\nrunning',
    );
    expect(await bench.ssh(shop, 'web-2', 'cat /etc/machine-id')).not.toBe(
      await bench.ssh(shop, 'web-1', 'cat /etc/machine-id'),
    );
    const look = 'cd /srv/site; cat link; stat -c "%U:%G %a %y" page; stat -c %U:%G /var/lib/app/sessions';
    expect(await bench.ssh(shop, 'web-2', look)).toBe(
      'hello\nwww-data:www-data 640 2026-01-02 03:04:05.678901234 +0000\nwww-data:www-data',
    );
    // What was deleted there is deleted here, though the image has it.
    expect(await bench.ssh(shop, 'web-2', 'ls /etc/debian_version 2>&1 | wc -l; ls /etc/apt')).toBe('1\nnote');
    expect(await bench.machine(shop, 'web-2')).toMatchObject({ bake: await newest(), state: 'running' });
  });

  test('is not changed by who stands on it', async () => {
    await bench.ssh(shop, 'web-2', 'echo other > /srv/site/page; rm /srv/site/link');
    expect(readFileSync(join(filesOf(await newest()), 'srv/site/page'), 'utf8')).toBe('hello\n');
    expect(await bench.ssh(shop, 'web-1', 'cat /srv/site/link')).toBe('hello');
  });

  test('a copy that lost its power starts again on it', async () => {
    await engine.powerOff(shop, names.machine('web-2'));
    expect((await bench.machine(shop, 'web-2')).state).toBe('stopped');
    await engine.startMachine(shop, names.machine('web-2'));
    expect(await bench.ssh(shop, 'web-2', 'cat /srv/site/page')).toBe('other');
  });

  test('cannot be taken from a copy, nor from what is not there', async () => {
    await expect(engine.bake({ ...order, from: names.machine('web-2') })).rejects.toMatchObject({
      code: 'lab-bake-of-a-copy',
    });
    await expect(engine.bake({ ...order, from: names.machine('web-9') })).rejects.toMatchObject({
      code: 'lab-machine-missing',
    });
  });

  test('does not go while a machine stands on it, running or not; the newer one is taken', async () => {
    const first = await newest();
    await engine.bake({ ...order, recipes: 'otherwise' });
    expect((await bakes()).map(({ recipes }) => recipes)).toEqual(['so', 'otherwise']);
    await expect(engine.removeBake(shop, first)).rejects.toMatchObject({ code: 'lab-bake-in-use' });
    await engine.powerOff(shop, names.machine('web-2'));
    await expect(engine.removeBake(shop, first)).rejects.toMatchObject({ code: 'lab-bake-in-use' });
    await engine.removeMachine(shop, names.machine('web-2'));
    expect((await bakes()).map(({ recipes }) => recipes)).toEqual(['otherwise']);
    await expect(engine.createMachine(copyOf(first, 2))).rejects.toMatchObject({ code: 'lab-bake-missing' });
  });

  test('of each pool the newest is kept', async () => {
    await engine.bake({ ...order, pool: 'other' as PoolName });
    await engine.bake(order);
    await engine.bake(order);
    expect((await bakes()).map(({ pool }) => pool)).toEqual(['other', 'web']);
  });

  test('is removed, once and again', async () => {
    const all = await bakes();
    for (const { name } of [...all, ...all]) await engine.removeBake(shop, name);
    expect(await bakes()).toEqual([]);
    expect(readdirSync(bakesDir(lab, shop))).toEqual([]);
  });
});

describe('a machine that works while it is baked', () => {
  test('goes on working, and the copy is of files as they were', async () => {
    // Files come and go while they are read, as rsync and nginx let them.
    const churn = [
      'cd /srv/site; mkdir coming; cd coming; i=0',
      'while [ ! -e /run/enough ]; do i=$((i+1)); for n in $(seq 200); do : > .$n.$i; done; rm -f .*.$i; done',
      'echo done',
    ].join('\n');
    const busy = bench.ssh(shop, 'web-1', churn);
    await bench.ssh(shop, 'web-1', 'while [ ! -e /srv/site/coming ]; do sleep 0.1; done');
    for (let turn = 0; turn < 6; turn++) await engine.bake(order);
    await bench.ssh(shop, 'web-1', 'touch /run/enough');
    expect(await busy).toBe('done');
    await engine.createMachine(copyOf(await newest(), 3));
    expect(await bench.ssh(shop, 'web-3', 'cat /srv/site/link')).toBe('hello');
    await engine.removeMachine(shop, names.machine('web-3'));
  });
});

describe('a controller that is killed', () => {
  beforeEach(async () => {
    await engine.bake(order);
  });

  test.each([5, 20, 40, 70, 110, 160, 250, 400])('%i ms after it began to bake', async (ms) => {
    await bench.ssh(
      shop,
      'web-1',
      '[ -e /srv/site/many ] || { mkdir /srv/site/many; cd /srv/site/many; seq 4000 | xargs touch; }',
    );
    const before = await newest();
    await killedAfter(bench, ms + Math.random() * 30, { bakes: [order] });
    // The last one, or a whole new one.
    const after = await newest();
    if (after !== before) expect(readdirSync(join(filesOf(after), 'srv/site/many'))).toHaveLength(4000);
    await engine.bake(order);
    expect(await bakes()).toHaveLength(1);
    expect((await engine.list(shop)).leftovers).toEqual([]);
  });
});

test('nothing is left of a cleared platform', async () => {
  await engine.bake(order);
  await engine.createMachine(copyOf(await newest(), 4));
  await engine.clear(shop);
  expect(await bakes()).toEqual([]);
  expect(tracesOf(shop, bench.options)).toEqual([]);
});
