/** SoFoot's overflow begins as a copy: next to nothing is done to it, and it serves what the others serve. */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { noAssets } from '../../src/blueprint/platform.ts';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import { createHosts } from '../../src/hosts/index.ts';
import type { BakeName, ContentName, EngineName, MachineName, PlatformName } from '../../src/model/ids.ts';
import { exchangeCommand } from '../../src/roles/content/exchange.ts';
import { bring, letGo, type Overflowing } from '../../src/runtime/overflow.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, home, spillway, spillwayJson } from '../lab/spillway.ts';
import { whileAsked } from '../lab/while-asked.ts';

const platform = 'test-bakes' as PlatformName;
const engine = createLabEngine();
const clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
};

let lab: ReturnType<typeof machinesOf>;
let overflowing: Overflowing;
let began: string[] = [];
let close: () => void;

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  lab = machinesOf(platform);
  await lab.on('web-1', 'echo "a visitor of web-1" >> /var/log/nginx/access.log');

  const parsed = parseBlueprint(readFileSync(join(home, 'blueprints/sofoot/blueprint.yaml'), 'utf8'));
  if (!parsed.ok) throw new Error('SoFoot’s blueprint has problems');
  const store = openSqliteStore(`/var/lib/spillway/platforms/${platform}/state.sqlite`);
  const vault = createVault(store, platform);
  const hosts = createHosts(vault, platform);
  overflowing = {
    ...{ platform, vault, hosts, clock, blueprint: { ...parsed.blueprint, platform }, assets: noAssets },
    engines: new Map([['lab' as EngineName, engine]]),
    store: imaginedStore(),
    run: 'test',
    digest: ({ content, encoding }) =>
      hash('sha256', encoding === 'base64' ? Buffer.from(content, 'base64') : vault.fill(content), 'hex'),
    signal: new AbortController().signal,
    progress: (event) => {
      if (event.kind === 'began') began.push(event.step.id);
    },
  };
  close = () => {
    hosts.close();
    store.close();
  };
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  close();
  lab.close();
});

const bakes = async () => (await engine.list(platform)).bakes;
const named = (...names: string[]) => new Set(names as MachineName[]);
const filesOf = (bake: BakeName) => join('/var/lib/spillway/lab/platforms', platform, 'bakes', bake, 'files');
const isPlanEmpty = async () => (await spillwayJson('plan', 'sofoot', '--as', platform)).empty;

/** Of what the copy lacks there is nothing but what was written since: it meets those that exchange it. */
const meets = (name: string) => [`${name}/machine`, `${name}/content`, `${name}/commission`];

async function comes(name: string): Promise<readonly string[]> {
  began = [];
  await bring(overflowing, named(name));
  return began;
}

test('`up` leaves one bake of the web machines, and nothing to do', async () => {
  expect(await bakes()).toMatchObject([{ pool: 'web', from: 'web-1' }]);
  expect(await isPlanEmpty()).toBe(true);
});

describe('a machine that comes', () => {
  test('has nothing else to be done to it than to meet the others', async () => {
    expect(await comes('web-x1')).toEqual(meets('web-x1'));
  });

  test('serves what the others serve, and nothing tells it from one that was made from the image but its name', async () => {
    const page = 'curl -s http://127.0.0.1/health';
    expect(await lab.on('web-x1', page)).toBe(await lab.on('web-1', page));
    expect(await lab.on('web-x1', 'cat /etc/hostname; hostname')).toBe('web-x1\nweb-x1');
    const identity = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub';
    const [ours, theirs] = [await lab.on('web-x1', identity), await lab.on('web-1', identity)];
    expect(ours.split('\n').filter((line) => theirs.includes(line))).toEqual([]);
    expect(await lab.on('web-x1', 'grep -c "visitor of web-1" /var/log/nginx/access.log || true')).toBe('0');
    expect(await isPlanEmpty()).toBe(true);
  });

  test('fetches what was written since, and that alone', async () => {
    await lab.on(
      'backoffice-1',
      'echo news > /srv/site/public/media/news.txt; chown www-data /srv/site/public/media/news.txt',
    );
    const steps = await comes('web-x2');
    expect(steps).toEqual(meets('web-x2'));
    expect(await lab.on('web-x2', 'cat /srv/site/public/media/news.txt')).toBe('news');
  });
});

describe('`spillway bake`', () => {
  test('takes the content as it is now, and no visitor loses a request', async () => {
    const [last] = await bakes();
    expect(existsSync(join(filesOf(last!.name), 'var/lib/spillway-content/site/written/public/media/news.txt'))).toBe(
      false,
    );
    // The machines of the base fetch by themselves; the bake may come before they have.
    await lab.on('web-1', exchangeCommand('site' as ContentName, 'once'));
    const { lost } = await whileAsked(platform, () => spillwayJson('bake', platform));
    expect(lost).toEqual([]);
    const [, newest] = await bakes();
    expect(existsSync(join(filesOf(newest!.name), 'var/lib/spillway-content/site/written/public/media/news.txt'))).toBe(
      true,
    );
    expect(await comes('web-x3')).toEqual(meets('web-x3'));
    // Others may still have the news to fetch, which is no reason for a new bake.
    const { steps } = await spillwayJson('plan', 'sofoot', '--as', platform);
    expect((steps as { kind: string }[]).filter(({ kind }) => kind === 'bake')).toEqual([]);
  });

  test('keeps the one before as long as machines stand on it', async () => {
    await letGo(overflowing, named('web-x1'), 'the test wants it');
    expect(await bakes()).toHaveLength(2);
    await letGo(overflowing, named('web-x2', 'web-x3'), 'the test wants it');
    expect(await bakes()).toHaveLength(1);
  });

  test('says which pools bake', async () => {
    const { code, stderr } = await spillway('bake', platform, 'balancer');
    expect(code).toBe(2);
    expect(stderr).toContain('no pool `balancer` of test-bakes bakes');
  });
});
