/** The limits of a pool at their edges, in nginx and PHP; what HAProxy makes of them, `php-site.lab.test.ts` asks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopWith, type Change } from '../roles/platforms.ts';
import { serve, type Served } from './served.ts';

const root = '/srv/site/public';
const files = {
  [`${root}/index.php`]: `<?php
    for ($i = 0; $i < (int) ($_GET['headers'] ?? 0); $i++) { header("X-Number-$i: " . str_repeat('x', (int) $_GET['each'])); }
    header('X-Body: ' . strlen(file_get_contents('php://input')));
    header('X-Cookie: ' . strlen($_SERVER['HTTP_COOKIE'] ?? ''));
    header('X-Files: ' . implode(' ', array_map(fn (array $file) => "{$file['error']}:{$file['size']}", $_FILES)));
    header('X-Query: ' . strlen($_SERVER['QUERY_STRING']));
    echo 'whole';`,
};

const text = (chars: number) => 'x'.repeat(chars);
const requestLine = 'GET / HTTP/1.1\r\nHost: www.shop.test\r\nConnection: close\r\nCookie: \r\n\r\n'.length;

function upload(bytes: number): { headers: [string, string][]; body: string } {
  const before = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n';
  const after = '\r\n--b--\r\n';
  return {
    headers: [['Content-Type', 'multipart/form-data; boundary=b']],
    body: `${before}${text(bytes - before.length - after.length)}${after}`,
  };
}

describe.each([
  { name: 'as they are by default', limits: {}, body: 16_000_000, url: 8_000, request: 32_000, answer: 32_000 },
  {
    name: 'as large as they can be',
    limits: { body: '40MB', requestHeaders: '48kB', answerHeaders: '48kB', headers: 400 },
    ...{ body: 40_000_000, url: 8_000, request: 48_000, answer: 48_000 },
  },
  {
    name: 'small',
    limits: { body: '100kB', url: '1kB', requestHeaders: '4kB', answerHeaders: '4kB' },
    ...{ body: 100_000, url: 1_000, request: 4_000, answer: 4_000 },
  },
])('limits $name', ({ limits, body, url, request, answer }) => {
  let served: Served;
  beforeAll(async () => {
    const pool: Change = { roles: { web: { root }, php: { workers: 2 } }, limits };
    served = await serve(shopWith({ pools: { web: pool } }), 'web-1', files);
  });
  afterAll(() => served.close());

  const headerOf = async (question: Parameters<Served['ask']>[0], name: string) => {
    const { status, headers } = await served.ask(question);
    return { status, [name]: headers.find(([one]) => one === name)?.[1] };
  };
  const post = (chars: number) => ({ method: 'POST', path: '/', body: text(chars) });

  test('a body', async () => {
    expect(await headerOf(post(body), 'x-body')).toEqual({ status: 200, 'x-body': String(body) });
    expect(await served.ask(post(body + 1))).toMatchObject({ status: 413 });
  });

  test('an upload', async () => {
    expect(await headerOf({ method: 'POST', path: '/', ...upload(body) }, 'x-files')).toMatchObject({
      status: 200,
      'x-files': expect.stringMatching(/^0:\d+$/) as string,
    });
  });

  test('a URL', async () => {
    const path = (chars: number) => `/?${text(chars - 2)}`;
    expect(await headerOf({ path: path(url) }, 'x-query')).toEqual({ status: 200, 'x-query': String(url - 2) });
    expect(await served.ask({ path: path(url + 1) })).toMatchObject({ status: 414 });
  });

  test('all headers of a request, most of them one cookie', async () => {
    const cookie = (chars: number) => ({ path: '/', headers: [['Cookie', text(chars - requestLine)] as const] });
    expect(await headerOf(cookie(request), 'x-cookie')).toEqual({
      status: 200,
      'x-cookie': String(request - requestLine),
    });
    expect(await served.ask(cookie(request + 8_000))).toMatchObject({ status: 400 });
  });

  test('all headers of a request, in several, and a long URL', async () => {
    const left = request - url - requestLine - 200;
    const headers = Array.from(
      { length: 10 },
      (_, index) => [`X-Part-${index}`, text(Math.floor(left / 10) - 12)] as const,
    );
    expect(await headerOf({ path: `/?${text(url - 2)}`, headers }, 'x-query')).toEqual({
      status: 200,
      'x-query': String(url - 2),
    });
  });

  test('all headers of an answer', async () => {
    const each = (count: number, total: number) => `/?headers=${count}&each=${Math.floor(total / count) - 16}`;
    expect(await served.ask({ path: each(1, answer - 400) })).toMatchObject({ status: 200, body: 'whole' });
    expect(await served.ask({ path: each(100, answer - 400) })).toMatchObject({ status: 200, body: 'whole' });
    expect(await served.ask({ path: each(1, answer + 16_000) })).toMatchObject({ status: 502 });
  });
});
