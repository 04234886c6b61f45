/**
 * A WordPress of Debian's packages, as they are, through a site's life: nothing that its visitors and editors did is lost.
 * Not among the tests yet, for it was not run to its end: as `wordpress.lab.test.ts` it would be.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machinesOf } from '../lab/machines.ts';
import { asAPerson, eventually, spillway, spillwayJson } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';
import { wordpressOf } from './packages.ts';

const platform = 'test-wordpress';
const host = 'www.press.test';
const entrance = '203.0.113.10';
const folder = mkdtempSync(join(tmpdir(), 'spillway-wordpress-'));
const file = join(folder, 'blueprint.yaml');

const base = (count: number) => ({ count, site: 'a', flavour: 'small' });
const blueprint = {
  platform: 'press',
  sites: { a: {}, b: {} },
  networks: {
    public: { kind: 'public', cidr: '203.0.113.0/24' },
    private: { kind: 'private', cidr: '10.7.0.0/24' },
  },
  engines: { lab: { kind: 'lab', cores: '15 %', memory: '10 %' } },
  flavours: { small: { cores: '4 cores', memory: '16GB', price: '20 EUR/month' } },
  pools: {
    balancer: { roles: { balancer: {} }, networks: ['public', 'private'], base: base(1) },
    web: {
      roles: {
        web: { root: '/srv/site/public' },
        php: { workers: 4, sessions: 'none', extensions: ['gd', 'xml'], database: { name: 'press', account: 'site' } },
        content: { of: 'site', every: '2s' },
      },
      networks: ['private'],
      base: base(2),
    },
    database: {
      roles: { mariadb: { primary: 'a', replicas: ['b'], replication: 'semi-synchronous' } },
      networks: ['private'],
      base: { count: 2, site: ['a', 'b'], flavour: 'small' },
    },
  },
  addresses: {
    www: { network: 'public', pool: 'balancer', ip: entrance },
    db: { network: 'private', pool: 'database', ip: '10.7.0.100' },
  },
  routes: [{ address: 'www', host, to: 'web', health: '/wp-login.php', pages: ['/'] }],
  flows: [{ from: 'web', to: 'database' }],
  data: {
    press: {
      pool: 'database',
      accounts: {
        site: {
          from: 'web',
          rights: { '*': ['select', 'insert', 'update', 'delete', 'create', 'alter', 'drop', 'index'] },
        },
      },
    },
  },
  content: { site: { source: './site', path: '/srv/site', origin: 'web', writable: ['public/wp-content/uploads'] } },
};

/** What a person writes beside the package; Debian's own asks for a file in /etc. */
const config = `<?php
define('DB_NAME', getenv('DB_NAME'));
define('DB_USER', getenv('DB_USER'));
define('DB_PASSWORD', getenv('DB_PASSWORD'));
define('DB_HOST', getenv('DB_HOST') . ':' . getenv('DB_PORT'));
define('DB_CHARSET', 'utf8mb4');
define('AUTH_KEY', 'of the test'); define('SECURE_AUTH_KEY', 'of the test');
define('LOGGED_IN_KEY', 'of the test'); define('NONCE_KEY', 'of the test');
define('AUTH_SALT', 'of the test'); define('SECURE_AUTH_SALT', 'of the test');
define('LOGGED_IN_SALT', 'of the test'); define('NONCE_SALT', 'of the test');
define('DISALLOW_FILE_MODS', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/public/');
require_once ABSPATH . 'wp-settings.php';
`;

/** A red point: the smallest PNG that PHP's gd reads. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

let lab: ReturnType<typeof machinesOf>;
let visitor: Awaited<ReturnType<typeof visitorOf>>;
let pictureUrl: string;
let shown: string;

const up = (...words: readonly string[]) => asAPerson('up', file, '--as', platform, ...words).ended;
const packaged = async (codename: string) => {
  await wordpressOf(codename, join(folder, 'site/public'), join(folder, 'packages'));
  rmSync(join(folder, 'site/public/wp-config.php'));
  writeFileSync(join(folder, 'site/wp-config.php'), config);
};
const editor = join(folder, 'cookies');
async function ask(path: string, ...options: readonly string[]): Promise<string> {
  const { body } = await visitor.curl(
    ...['--resolve', `${host}:80:${entrance}`, '-L', '--max-time', '60', '-b', editor, '-c', editor],
    ...[...options, path.startsWith('http') ? path : `http://${host}${path}`],
  );
  return body;
}
const form = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
const version = async () => /content="WordPress ([\d.]+)/.exec(await ask(`/?${Math.random()}`))?.[1];
const pictureSum = async () =>
  visitor.run('sh', '-c', `curl -s --resolve ${host}:80:${entrance} '${pictureUrl}' | sha256sum`);

beforeAll(async () => {
  await spillway('down', platform, '--yes');
  await packaged('bookworm');
  writeFileSync(file, JSON.stringify(blueprint));
  const { code, stdout, stderr } = await up();
  expect(code, stdout + stderr).toBe(0);
  lab = machinesOf(platform);
  visitor = await visitorOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
  rmSync(folder, { recursive: true });
});

test('it is installed over the web, and an editor uploads a picture that each machine shows', async () => {
  const installed = await ask(
    '/wp-admin/install.php?step=2',
    ...form({
      ...{ weblog_title: 'The Press', user_name: 'editor', admin_email: 'editor@press.test', language: '' },
      ...{
        admin_password: 'a word of the test',
        admin_password2: 'a word of the test',
        pw_weak: 'on',
        Submit: 'Install',
      },
    }),
  );
  expect(installed).toContain('Success!');
  await ask('/wp-login.php');
  await ask('/wp-login.php', ...form({ log: 'editor', pwd: 'a word of the test', testcookie: '1' }));
  const page = await ask('/wp-admin/media-new.php');
  const [, nonce = ''] = /name="_wpnonce" value="([^"]+)"/.exec(page) ?? [];
  const png = join(folder, 'point.png');
  writeFileSync(png, Buffer.from(picture, 'base64'));
  const answer = await ask(
    '/wp-admin/async-upload.php',
    ...['-F', 'name=point.png', '-F', 'action=upload-attachment', '-F', `_wpnonce=${nonce}`],
    ...['-F', `async-upload=@${png};type=image/png`],
  );
  const { success, data } = JSON.parse(answer) as { success: boolean; data: { url: string } };
  expect(success, answer).toBe(true);
  pictureUrl = data.url;
  const at = `/srv/site/public${new URL(pictureUrl).pathname}`;
  for (const machine of ['web-1', 'web-2'])
    await eventually(
      () => lab.on(machine, `base64 -w 0 ${at} 2>/dev/null || true`),
      (text) => text === picture,
    );
});

test('the origin is made anew, and the picture is on it', async () => {
  shown = await pictureSum();
  const { code, stdout, stderr } = await up('--replace', 'web-1');
  expect(code, stdout + stderr).toBe(0);
  const at = `/srv/site/public${new URL(pictureUrl).pathname}`;
  expect(await lab.on('web-1', `base64 -w 0 ${at}`)).toBe(picture);
  expect(await pictureSum()).toBe(shown);
});

test('the primary is lost: the site goes on, and takes what is written', async () => {
  const primary = async () =>
    ((await spillwayJson('status', platform)).pools as { pool: string; primary?: { primary: string } }[]).find(
      ({ pool }) => pool === 'database',
    )?.primary?.primary;
  expect(await primary()).toBe('database-1');
  await lab.powerOff('database-1');
  await eventually(primary, (name) => name === 'database-2');
  const comment = { comment: 'Written after the primary was lost.', author: 'A reader', email: 'reader@press.test' };
  await eventually(
    () => ask('/wp-comments-post.php', ...form({ ...comment, comment_post_ID: '1', comment_parent: '0' })),
    (page) => page.includes(comment.comment) || page.includes('Duplicate comment'),
  );
});

test('it is upgraded by a release, and gone back from', async () => {
  expect((await up()).code).toBe(0);
  const before = await version();
  expect(before).toMatch(/^6\.1/);
  await packaged('trixie');
  const { code, stdout, stderr } = await up();
  expect(code, stdout + stderr).toBe(0);
  await ask('/wp-admin/upgrade.php?step=1');
  expect(await version()).toMatch(/^6\.8/);
  expect((await spillway('rollback', platform)).code).toBe(0);
  expect(await version()).toBe(before);
});

test('nothing was lost', async () => {
  expect(await pictureSum()).toBe(shown);
  expect(await ask(pictureUrl, '-o', '/dev/null', '-w', '%{http_code}')).toBe('200');
  expect(await ask('/?p=1')).toContain('Written after the primary was lost.');
  expect((await spillwayJson('plan', platform)).steps).toEqual([]);
});
