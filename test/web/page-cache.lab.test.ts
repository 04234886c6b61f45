/** The page cache against what RFC 9111 asks of a shared cache: each case of `cache-cases.ts`, all at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopWith, type Change } from '../roles/platforms.ts';
import { cacheCases, casesWithStaleOnError, type CacheCase, type Headers } from './cache-cases.ts';
import { headerOf, serve, type Answer, type Served } from './served.ts';

const root = '/srv/site/public';

/** Answers what it was told to with `/tell`, in turn, and says in which turn it made a page. */
const origin = `<?php
$said = fn (string $id): string => "/tmp/said-$id";
if (strtok($_SERVER['REQUEST_URI'], '?') === '/tell') {
    file_put_contents($said($_GET['id']), file_get_contents('php://input'));
    return;
}
[, , $id, $turn] = explode('/', strtok($_SERVER['REQUEST_URI'], '?') . '/');
$turns = json_decode(file_get_contents($said($id)), true);
$made = (int) ($_SERVER['HTTP_TURN'] ?? 1);
$turn = $turns[$made - 1];
if (($turn['status'] ?? 200) === 'dies') {
    posix_kill(getmypid(), 9);
}
header_remove('Content-Type');
foreach ($turn['says'] ?? [] as [$name, $value]) {
    header("$name: " . (is_int($value) ? gmdate('D, d M Y H:i:s', time() + $value) . ' GMT' : $value), false);
}
http_response_code($turn['status'] ?? 200);
header("Made-In: $made");
echo $turn['body'] ?? "made in $made";
`;

function date(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

const written = (headers: Headers = []): readonly (readonly [string, string])[] =>
  headers.map(([name, value]) => [name, typeof value === 'number' ? date(value) : value]);

async function play(served: Served, { id, turns }: CacheCase): Promise<Answer> {
  await served.ask({ method: 'POST', path: `/tell?id=${id}`, body: JSON.stringify(turns) });
  let last: Answer | undefined;
  for (const [index, { method = 'GET', asks, query, waitsMs = 0, body }] of turns.entries()) {
    await new Promise((resolve) => setTimeout(resolve, waitsMs));
    const sends = method !== 'GET' && method !== 'HEAD';
    const withBody = sends || asks?.some(([name]) => name === 'Content-Length') === true;
    last = await served.ask({
      ...{ method, path: `/case/${id}${query === undefined ? '' : `?${query}`}` },
      // In which turn it is asked changes no key.
      headers: [['Turn', String(index + 1)], ...written(asks)],
      ...(withBody && { body: body ?? 'abc' }),
    });
  }
  return withAges(last!);
}

/** All cases against one nginx; by their names, the last answer of each. */
function playing(cases: readonly CacheCase[], cache: Change | 'off'): () => ReadonlyMap<string, Answer> {
  let served: Served;
  let answers: ReadonlyMap<string, Answer>;
  beforeAll(async () => {
    const platform = shopWith({ pools: { web: { roles: { web: { root, cache }, php: { workers: 30 } } } } });
    served = await serve(platform, 'web-1', { [`${root}/index.php`]: origin });
    answers = new Map(await Promise.all(cases.map(async (one) => [one.id, await play(served, one)] as const)));
  });
  afterAll(() => served.close());
  return () => answers;
}

/** As the balancer makes it of what nginx says. */
function withAges(answer: Answer): Answer {
  const seconds = Math.floor(Date.now() / 1000);
  const made = headerOf(answer, 'X-Spillway-Made');
  const dated = headerOf(answer, 'Date');
  const ages = [
    ...(made === undefined ? [] : [['age', String(seconds - Number(made))] as const]),
    ...(dated === undefined ? [] : [['date-age', String(seconds - Date.parse(dated) / 1000)] as const]),
  ];
  return { ...answer, headers: [...answer.headers, ...ages] };
}

test('no two cases have the same name', () => {
  const names = cacheCases.map(({ id }) => id);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

function holds(answer: Answer, { is }: CacheCase): void {
  const status = is.status ?? answer.status;
  expect({ madeIn: Number(headerOf(answer, 'Made-In') ?? 0), status: answer.status }).toEqual({
    madeIn: is.madeIn,
    status,
  });
  if (is.body !== undefined) expect(answer.body).toBe(is.body);
  for (const [name, value] of is.has ?? []) {
    const has = headerOf(answer, name);
    if (typeof value === 'number') expect(Number(has)).toBeGreaterThanOrEqual(value);
    else expect(has).toBe(value);
  }
  for (const name of is.lacks ?? []) expect(headerOf(answer, name)).toBeUndefined();
}

describe('what a shared cache does', () => {
  const answers = playing(cacheCases, { size: '64MB' });
  describe.each(['must', 'may'] as const)('that it %s do', (level) => {
    const cases = cacheCases.filter((one) => one.level === level);
    test.each(cases.filter(({ notMet }) => notMet === undefined))('$id', (one) => {
      holds(answers().get(one.id)!, one);
    });
    // One that is met all of a sudden is to be told as met.
    test.each(cases.filter(({ notMet }) => notMet !== undefined))('$id is not met: $notMet', (one) => {
      expect(() => {
        holds(answers().get(one.id)!, one);
      }).toThrow();
    });
  });
});

describe('pages that may be shown old when PHP answers with an error', () => {
  const answers = playing(casesWithStaleOnError, { staleOnError: true });
  test.each(casesWithStaleOnError)('$id', (one) => {
    holds(answers().get(one.id)!, one);
  });
});

describe('without a page cache', () => {
  const answers = playing(
    [
      { id: 'fresh', level: 'must', turns: [{ says: [['Cache-Control', 'max-age=60']] }, {}], is: { madeIn: 2 } },
      {
        id: 'conditions',
        level: 'must',
        turns: [{}, { asks: [['If-None-Match', '"a"']], status: 304, says: [['ETag', '"a"']] }],
        is: { madeIn: 2, status: 304 },
      },
    ],
    'off',
  );
  test('each visitor gets a page of his own, and PHP is told what he has', () => {
    expect(headerOf(answers().get('fresh')!, 'Made-In')).toBe('2');
    expect(headerOf(answers().get('fresh')!, 'X-Page-Cache')).toBeUndefined();
    expect(answers().get('conditions')!.status).toBe(304);
  });
});
