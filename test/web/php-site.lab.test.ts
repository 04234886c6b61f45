/** A small site of many PHP files on two machines behind a balancer: its shapes, its limits at their edges, its kept pages. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { bringUp, eventually, spillway } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-php-site';
const host = 'www.site.test';
const entrance = '203.0.113.10';
const folder = mkdtempSync(join(tmpdir(), 'spillway-php-site-'));

const says = (name: string) =>
  `<?php header('X-Ran: ${name}'); header('X-Https: ' . ($_SERVER['HTTPS'] ?? 'no') . ' ' . $_SERVER['SERVER_NAME'] . ' ' . $_SERVER['SERVER_PORT']); echo '${name}';`;

const site = {
  'public/index.php': says('index'),
  'public/contact.php': says('contact'),
  'public/admin/index.php': says('admin'),
  'public/style.css': 'body {}',
  'public/kept.php': `<?php header('Cache-Control: s-maxage=60'); echo 'made ', microtime(true);`,
  'public/secret.php': `<?php header('Cache-Control: max-age=60'); echo $_SERVER['HTTP_AUTHORIZATION'] ?? 'nobody';`,
  'public/away.php': `<?php header('Cache-Control: max-age=60'); if (!isset($_SERVER['HTTPS'])) { header('Location: https://' . $_SERVER['HTTP_HOST'] . '/away.php', true, 301); } else { echo 'here'; }`,
  'public/large.php': `<?php
    for ($i = 0; $i < (int) $_GET['headers']; $i++) { header("X-Number-$i: " . str_repeat('x', (int) $_GET['each'])); }
    echo strlen(file_get_contents('php://input')), ' ', strlen($_SERVER['HTTP_COOKIE'] ?? '');`,
};

const machines = (count: number) => ({ count, site: 'a', flavour: 'small' });
const blueprint = {
  platform: 'php-site',
  sites: { a: {} },
  networks: {
    public: { kind: 'public', cidr: '203.0.113.0/24' },
    private: { kind: 'private', cidr: '10.8.0.0/24' },
  },
  engines: { lab: { kind: 'lab', cores: '10 %', memory: '5 %' } },
  flavours: { small: { cores: '2 cores', memory: '8GB', price: '10 EUR/month' } },
  pools: {
    balancer: { roles: { balancer: {} }, networks: ['public', 'private'], base: machines(1) },
    web: {
      roles: { web: { root: '/srv/site/public' }, php: { workers: 3, sessions: 'none' }, content: { of: 'site' } },
      networks: ['private'],
      base: machines(2),
    },
  },
  addresses: { www: { network: 'public', pool: 'balancer', ip: entrance } },
  routes: [{ address: 'www', host, to: 'web', health: '/admin/' }],
  content: { site: { source: './site', path: '/srv/site', origin: 'web' } },
};

let visitor: Awaited<ReturnType<typeof visitorOf>>;

/** The status, the headers by name in lower case, and the body. */
async function ask(path: string, ...options: readonly string[]) {
  const url = `${options.includes('-k') ? 'https' : 'http'}://${host}${path}`;
  const to = ['--resolve', `${host}:443:${entrance}`, '--resolve', `${host}:80:${entrance}`];
  const { body: text, stderr } = await visitor.curl('-i', '-g', '-H', 'Expect:', ...to, ...options, url);
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = stderr, ...headers] = head.split('\r\n');
  const named = new Map(headers.map((line) => [line.split(':')[0]!.toLowerCase(), line.replace(/^[^:]*: */, '')]));
  return { status: Number(first.split(' ')[1]), headers: named, body: body.join('\r\n\r\n') };
}

const fileOf = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  for (const [path, text] of Object.entries(site)) {
    mkdirSync(dirname(join(folder, 'site', path)), { recursive: true });
    fileOf(join('site', path), text);
  }
  await bringUp(platform, fileOf('blueprint.yaml', stringify(blueprint)));
  visitor = await visitorOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  { path: '/', ran: 'index' },
  { path: '/contact.php', ran: 'contact' },
  { path: '/index.php/foo', ran: 'index' },
  { path: '/admin/', ran: 'admin' },
  { path: '/what/is/no/file', ran: 'index' },
])('$path on both machines', async ({ path, ran }) => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => ask(path)));
  expect(answers.map(({ status, headers }) => `${status} ${headers.get('x-ran')}`)).toEqual(
    Array(4).fill(`200 ${ran}`),
  );
  const served = new Set(answers.map(({ headers }) => headers.get('x-served-by')));
  expect([...served].sort()).toEqual(['web-1', 'web-2']);
});

test('a page knows how it was asked for', async () => {
  expect((await ask('/contact.php', '-k')).headers.get('x-https')).toBe(`on ${host} 443`);
  expect((await ask('/contact.php')).headers.get('x-https')).toBe(`no ${host} 80`);
  expect((await ask('/contact.php', '-H', 'X-Forwarded-Proto: https')).headers.get('x-https')).toBe(`no ${host} 80`);
});

describe('limits, at their edges', () => {
  const line = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: x\r\nAccept: */*\r\nCookie: \r\n\r\n`;
  const bare = ['-H', 'User-Agent: x'];

  test('a body of 16 MB, and a byte more', async () => {
    const path = '/large.php?headers=0';
    expect(await ask(path, '--data-binary', `@${fileOf('whole', 'x'.repeat(16_000_000))}`)).toMatchObject({
      status: 200,
      body: '16000000 0',
    });
    const larger = fileOf('larger', 'x'.repeat(16_000_001));
    expect(await ask(path, '--data-binary', `@${larger}`)).toMatchObject({ status: 413 });
    const chunked = ['-H', 'Transfer-Encoding: chunked', '--data-binary', `@${larger}`];
    expect(await ask(path, ...chunked)).toMatchObject({ status: 413 });
  });

  test('headers of 32 kB, as one cookie, and far more', async () => {
    const path = '/large.php?headers=0';
    const chars = 32_000 - line(path).length;
    expect(await ask(path, ...bare, '-H', `Cookie: ${'x'.repeat(chars)}`)).toMatchObject({
      status: 200,
      body: `0 ${chars}`,
    });
    expect(await ask(path, ...bare, '-H', `Cookie: ${'x'.repeat(48_000)}`)).toMatchObject({ status: 400 });
    expect(await ask(path, '-k', ...bare, '-H', `Cookie: ${'x'.repeat(chars)}`)).toMatchObject({
      status: 200,
      body: `0 ${chars}`,
    });
  });

  test('a hundred and fifty headers', async () => {
    const headers = Array.from({ length: 150 }, (_, index) => ['-H', `X-Number-${index}: x`]).flat();
    expect(await ask('/large.php?headers=0', ...headers)).toMatchObject({ status: 200 });
  });

  test('a URL of 8 kB, and a letter more', async () => {
    const path = `/large.php?headers=0&${'x'.repeat(8_000 - '/large.php?headers=0&'.length)}`;
    expect(await ask(path)).toMatchObject({ status: 200 });
    expect(await ask(`${path}x`)).toMatchObject({ status: 414 });
  });

  test('answers with headers of 32 kB, and with two hundred', async () => {
    expect(await ask('/large.php?headers=1&each=31500')).toMatchObject({ status: 200, body: '0 0' });
    expect(await ask('/large.php?headers=100&each=290')).toMatchObject({ status: 200 });
    expect(await ask('/large.php?headers=190&each=1')).toMatchObject({ status: 200 });
  });
});

describe('kept pages', () => {
  test('say how old they are', async () => {
    const { value } = await eventually(
      async () => {
        const { headers } = await ask('/kept.php');
        return { value: headers };
      },
      ({ value: headers }) => Number(headers.get('age') ?? 0) >= 2,
    );
    expect(value.get('x-page-cache')).toBe('HIT');
    expect(value.has('x-spillway-made')).toBe(false);
  });

  test('are for nobody else when a password was needed', async () => {
    for (const _ of [1, 2, 3])
      expect((await ask('/secret.php', '-H', 'Authorization: Basic abc')).body).toBe('Basic abc');
    for (const _ of [1, 2, 3]) expect((await ask('/secret.php')).body).toBe('nobody');
    expect((await ask('/secret.php', '-H', 'Authorization: Basic def')).body).toBe('Basic def');
  });

  test('with and without TLS are two', async () => {
    for (const _ of [1, 2, 3]) expect((await ask('/away.php')).status).toBe(301);
    for (const _ of [1, 2, 3]) expect((await ask('/away.php', '-k')).body).toBe('here');
  });
});
