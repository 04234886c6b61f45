/**
 * What RFC 9111 asks of a shared cache, as cases that are played against nginx: a page is made with these headers, some
 * time passes, and it is asked for again. The names are those of the public suite of HTTP cache tests
 * (https://cache-tests.fyi), which says what other caches do with them; the cases are written anew after it, for pages
 * of PHP. `must`: the standard demands it; `may`: a good cache does it.
 */

/** A number stands for that many seconds from now, as an HTTP date. */
export type Headers = readonly (readonly [name: string, value: string | number])[];

export interface Turn {
  readonly method?: string;
  readonly asks?: Headers;
  /** What PHP answers, if it is asked. */
  readonly status?: number | 'dies';
  readonly says?: Headers;
  readonly body?: string;
  readonly query?: string;
  /** Before it. */
  readonly waitsMs?: number;
}

export interface CacheCase {
  readonly id: string;
  readonly level: 'must' | 'may';
  readonly turns: readonly Turn[];
  /** What the last answer is. */
  readonly is: {
    /** By which turn, from 1, it was made. */
    readonly madeIn: number;
    readonly status?: number;
    readonly body?: string;
    /** A number: at least so many. */
    readonly has?: readonly (readonly [name: string, value: string | number])[];
    readonly lacks?: readonly string[];
  };
  /** Why it is not so here. */
  readonly notMet?: string;
}

const day = 24 * 60 * 60;
const fresh: Headers = [['Cache-Control', 'max-age=3600']];
const staleMs = 3_100;

const control = (value: string): Headers => [['Cache-Control', value]];

/** The page is made, and asked for again: it is the kept one, or another. */
const must = (id: string, says: Headers, { kept = false, waitsMs = 0, asks }: Once = {}): CacheCase =>
  once('must', id, says, { kept, waitsMs, ...(asks && { asks }) });
const may = (id: string, says: Headers, { kept = true, waitsMs = 0, asks }: Once = {}): CacheCase =>
  once('may', id, says, { kept, waitsMs, ...(asks && { asks }) });

interface Once {
  readonly kept?: boolean;
  readonly waitsMs?: number;
  /** With both. */
  readonly asks?: readonly [first: Headers, second: Headers];
}

function once(level: CacheCase['level'], id: string, says: Headers, { kept, waitsMs = 0, asks }: Once): CacheCase {
  return {
    ...{ id, level },
    turns: [
      { says, asks: asks?.[0] ?? [] },
      { waitsMs, asks: asks?.[1] ?? [] },
    ],
    is: { madeIn: kept === true ? 1 : 2 },
  };
}

const notMet = (why: string, ...cases: readonly CacheCase[]): readonly CacheCase[] =>
  cases.map((one) => ({ ...one, notMet: why }));

const freshness: readonly CacheCase[] = [
  must('freshness-none', []),
  may('freshness-max-age', fresh),
  must('freshness-max-age-stale', control('max-age=2'), { waitsMs: staleMs }),
  must('freshness-max-age-0', control('max-age=0')),
  may('freshness-max-age-max', control('max-age=2147483648')),
  may('freshness-max-age-leading-zero', control('max-age=003600')),
  must('freshness-max-age-single-quoted', control(`max-age='3600'`)),
  must('freshness-max-age-age', [
    ['Date', 0],
    ['Cache-Control', 'max-age=10'],
    ['Age', '15'],
  ]),
  may('freshness-max-age-expires', [
    ['Cache-Control', 'max-age=3600'],
    ['Expires', -10_000],
    ['Date', 0],
  ]),
  may('freshness-max-age-expires-invalid', [
    ['Cache-Control', 'max-age=3600'],
    ['Expires', '0'],
    ['Date', 0],
  ]),
  must('freshness-max-age-0-expires', [
    ['Expires', 10_000],
    ['Cache-Control', 'max-age=0'],
    ['Date', 0],
  ]),
  may('freshness-max-age-extension', control('foobar, max-age=3600')),
  may('freshness-max-age-case-insenstive', control('MaX-aGe=3600')),
  may('freshness-s-maxage-shared', control('s-maxage=3600')),
  must('freshness-max-age-s-maxage-shared-longer', control('max-age=3600, s-maxage=1'), { waitsMs: staleMs }),
  must('freshness-max-age-s-maxage-shared-longer-reversed', control('s-maxage=1, max-age=3600'), { waitsMs: staleMs }),
  must(
    'freshness-max-age-s-maxage-shared-longer-multiple',
    [
      ['Cache-Control', 'max-age=3600'],
      ['Cache-Control', 's-maxage=1'],
    ],
    { waitsMs: staleMs },
  ),
  may('freshness-max-age-s-maxage-shared-shorter', control('max-age=1, s-maxage=3600'), { waitsMs: staleMs }),
  may('freshness-expires-future', [
    ['Expires', 30 * day],
    ['Date', 0],
  ]),
  must('freshness-expires-past', [
    ['Expires', -30 * day],
    ['Date', 0],
  ]),
  // nginx counts in whole seconds.
  must(
    'freshness-expires-present',
    [
      ['Expires', 0],
      ['Date', 0],
    ],
    { waitsMs: 1_100 },
  ),
  ...notMet(
    'nginx holds `Expires` against its own clock, which is that of PHP on the same machine; a `Date` that is not now has no meaning to it.',
    must('freshness-expires-old-date', [
      ['Expires', 300],
      ['Date', 400],
    ]),
  ),
  must('freshness-expires-invalid', [
    ['Expires', '0'],
    ['Date', 0],
  ]),
  must('freshness-expires-age-slow-date', [
    ['Date', -10],
    ['Expires', 10],
    ['Age', '25'],
  ]),
  must('freshness-expires-age-fast-date', [
    ['Date', 10],
    ['Expires', 20],
    ['Age', '15'],
  ]),
  must('freshness-max-age-ignore-quoted', control('extension="max-age=3600", max-age=1'), { waitsMs: staleMs }),
  must('freshness-max-age-ignore-quoted-rev', control('max-age=1, extension="max-age=3600"'), { waitsMs: staleMs }),
];

const modified = (status: number, level: 'must' | 'may', more: Headers = []): CacheCase => ({
  ...{ id: `heuristic-${status}-${level === 'may' ? 'cached' : 'not_cached'}`, level },
  turns: [{ status, says: [['Last-Modified', -day], ['Date', 0], ...more] }, { status }],
  is: { madeIn: level === 'may' ? 1 : 2, status },
});

const heuristic: readonly CacheCase[] = [
  ...[201, 202, 403, 502, 503, 504, 599].map((status) => modified(status, 'must')),
];

const statuses = [200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599];
const byStatus: readonly CacheCase[] = statuses.flatMap((status): CacheCase[] => [
  {
    ...{ id: `status-${status}-stale`, level: 'must' },
    turns: [
      { status, says: control('max-age=1') },
      { status, waitsMs: staleMs },
    ],
    is: { madeIn: 2, status },
  },
  {
    ...{ id: `status-${status}-fresh`, level: 'may' },
    turns: [{ status, says: fresh }, { status }],
    is: { madeIn: 1, status },
  },
]);

const directives: readonly CacheCase[] = [
  must('cc-resp-private-shared', control('private, max-age=3600')),
  must('cc-resp-no-store', control('no-store')),
  must('cc-resp-no-store-case-insensitive', control('No-StOrE')),
  must('cc-resp-no-store-fresh', [
    ['Cache-Control', 'max-age=10000, no-store'],
    ['Expires', 10_000],
    ['Date', 0],
  ]),
  must('cc-resp-no-cache', [
    ['Cache-Control', 'max-age=10000, no-cache'],
    ['Expires', 10_000],
    ['Date', 0],
  ]),
  must('cc-resp-no-cache-case-insensitive', control('max-age=10000, No-CaChE')),
  may('cc-resp-must-revalidate-fresh', [
    ['Cache-Control', 'max-age=10000, must-revalidate'],
    ['ETag', '"abcd"'],
  ]),
  must(
    'cc-resp-must-revalidate-stale',
    [
      ['Cache-Control', 'max-age=2, must-revalidate'],
      ['ETag', '"abcd"'],
    ],
    {
      waitsMs: staleMs,
    },
  ),
];

const password: Headers = [['Authorization', 'Basic dXNlcjpwYXNz']];
const credentials: readonly CacheCase[] = [
  must(
    'other-authorization',
    [
      ['Expires', 30 * day],
      ['Date', 0],
    ],
    { asks: [password, []] },
  ),
  must('spillway-authorization-max-age', fresh, { asks: [password, []] }),
  must('spillway-authorization-of-another', fresh, { asks: [password, [['Authorization', 'Basic YW5vdGhlcjpvbmU=']]] }),
  must('spillway-authorization-after-none', fresh, { asks: [[], password] }),
  ...notMet(
    'What was asked for with credentials is never kept: a page that says `public` by mistake harms nobody here.',
    may('other-authorization-public', control('max-age=3600, public'), { asks: [password, []] }),
    may('other-authorization-must-revalidate', control('max-age=3600, must-revalidate'), { asks: [password, []] }),
    may('other-authorization-smaxage', control('s-maxage=3600'), { asks: [password, []] }),
  ),
];

const varied = (vary: string): Headers => [
  ['Expires', 5000],
  ['Last-Modified', -3000],
  ['Date', 0],
  ['Vary', vary],
];
const asks = (foo?: string, bar?: string, baz?: string): Headers =>
  Object.entries({ Foo: foo, Bar: bar, Baz: baz }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
const variants: readonly CacheCase[] = [
  may('vary-match', varied('Foo'), { asks: [asks('1'), asks('1')] }),
  must('vary-no-match', varied('Foo'), { asks: [asks('1'), asks('2')] }),
  must('vary-omit', varied('Foo'), { asks: [asks('1'), []] }),
  {
    ...{ id: 'vary-invalidate', level: 'may' },
    turns: [{ says: varied('Foo'), asks: asks('1') }, { says: varied('Foo'), asks: asks('2') }, { asks: asks('1') }],
    is: { madeIn: 1 },
  },
  may('vary-cache-key', varied('Foo'), {
    asks: [
      [...asks('1'), ['Other', '2']],
      [...asks('1'), ['Other', '3']],
    ],
  }),
  may('vary-2-match', varied('Foo, Bar'), { asks: [asks('1', 'abc'), asks('1', 'abc')] }),
  must('vary-2-no-match', varied('Foo, Bar'), { asks: [asks('1', 'abc'), asks('2', 'abc')] }),
  must('vary-2-match-omit', varied('Foo, Bar'), { asks: [asks('1'), []] }),
  may('vary-3-match', varied('Foo, Bar, Baz'), { asks: [asks('1', 'abc', '789'), asks('1', 'abc', '789')] }),
  must('vary-3-no-match', varied('Foo, Bar, Baz'), { asks: [asks('1', 'abc', '789'), asks('2', 'abc', '789')] }),
  must('vary-3-order', varied('Foo, Bar, Baz'), { asks: [asks('1', 'abc4', '789'), asks('1', 'abc', '789')] }),
  may('vary-3-omit', varied('Foo, Bar, Baz'), { asks: [asks('1', undefined, '789'), asks('1', undefined, '789')] }),
  must('vary-star', varied('*'), { asks: [asks('1', undefined, '789'), asks('1', undefined, '789')] }),
  ...notMet(
    'nginx compares letter by letter: two ways to write the same are two variants.',
    may('vary-normalise-space', varied('Foo'), { asks: [asks('1,2'), asks('1, 2')] }),
  ),
  must('vary-syntax-star-star', varied('*, *')),
  must('vary-syntax-star-star-lines', [...fresh, ['Vary', '*'], ['Vary', '*']]),
  must('vary-syntax-empty-star', varied(', *')),
  must('vary-syntax-star-foo', varied('*, Foo'), { asks: [asks('1'), asks('1')] }),
  must('vary-syntax-foo-star', varied('Foo, *'), { asks: [asks('1'), asks('1')] }),
  must('spillway-vary-lines', [...fresh, ['Vary', 'Foo'], ['Vary', 'Bar']], { asks: [asks('1', 'a'), asks('2', 'a')] }),
  must('spillway-vary-lines-second', [...fresh, ['Vary', 'Foo'], ['Vary', 'Bar']], {
    asks: [asks('1', 'a'), asks('1', 'b')],
  }),
];

const whenGone = (
  id: string,
  level: 'must' | 'may',
  says: string,
  madeIn: number,
  status: number | 'dies',
): CacheCase => ({
  ...{ id, level },
  turns: [{ says: control(says) }, { waitsMs: staleMs, status }],
  is: { madeIn },
});
const stale: readonly CacheCase[] = [
  ...['must-revalidate', 'proxy-revalidate', 's-maxage=2'].map((word): CacheCase => ({
    ...whenGone(`stale-close-${word}`, 'must', `max-age=2, ${word}`, 0, 'dies'),
    is: { madeIn: 0, status: 502 },
  })),
  {
    ...whenGone('spillway-stale-503', 'must', 'max-age=2, must-revalidate', 2, 503),
    is: { madeIn: 2, status: 503 },
  },
  { ...whenGone('spillway-stale-unsaid', 'must', 'max-age=2', 2, 503), is: { madeIn: 2, status: 503 } },
  whenGone('stale-sie-close', 'may', 'max-age=2, stale-if-error=60', 1, 'dies'),
  ...notMet(
    'nginx 1.22 asks a page for `stale-if-error` only when PHP does not answer at all. With `staleOnError` it is met.',
    whenGone('stale-sie-503', 'may', 'max-age=2, stale-if-error=60', 1, 503),
  ),
  {
    ...whenGone('spillway-stale-sie-over', 'must', 'max-age=1, stale-if-error=1', 2, 503),
    is: { madeIn: 2, status: 503 },
  },
];

const onlyItself =
  'nginx forgets no page by its URL, and the caches of the other machines would not know of it. A page that changes when somebody writes says `no-cache`, or a lifetime of seconds.';
const unsafe = (method: string, more: Headers): readonly Turn[] => [
  { says: fresh },
  { method, body: 'abc', says: more },
  {},
];
const invalidation: readonly CacheCase[] = notMet(
  onlyItself,
  ...['POST', 'PUT', 'DELETE'].map((method): CacheCase => ({
    id: `invalidate-${method}`,
    level: 'must',
    turns: unsafe(method, []),
    is: { madeIn: 3 },
  })),
);

const other: readonly CacheCase[] = [
  {
    ...{ id: 'query-args-different', level: 'must' },
    turns: [{ says: fresh, query: 'test=1' }, { query: 'test=2' }],
    is: { madeIn: 2 },
  },
  {
    ...{ id: 'query-args-same', level: 'may' },
    turns: [{ says: fresh, query: 'test=1' }, { query: 'test=1' }],
    is: { madeIn: 1 },
  },
  must('spillway-set-cookie', [...fresh, ['Set-Cookie', 'a=b']]),
  may('other-cookie', fresh, { asks: [[], [['Cookie', 'a=b']]] }),
  ...notMet(
    'What one visitor gets as his own cookie, no other one gets.',
    may('other-set-cookie', [...fresh, ['Set-Cookie', 'a=b']]),
  ),
  {
    ...{ id: 'headers-omit-headers-listed-in-Connection', level: 'must' },
    turns: [{ says: [...fresh, ['Connection', 'a, b'], ['a', '1'], ['b', '2'], ['c', '3']] }, {}],
    is: { madeIn: 1, has: [['c', '3']], lacks: ['a', 'b'] },
    notMet: 'The headers of a connection mean nothing in FastCGI: PHP has none to nginx.',
  },
  {
    ...{ id: 'other-age-gen', level: 'must' },
    turns: [
      {
        says: [
          ['Expires', 30 * day],
          ['Date', 0],
        ],
      },
      { waitsMs: staleMs },
    ],
    is: { madeIn: 1, has: [['Age', 2]] },
  },
  {
    ...{ id: 'spillway-age-gen-max-age', level: 'must' },
    turns: [{ says: fresh }, { waitsMs: staleMs }],
    is: { madeIn: 1, has: [['Age', 2]] },
  },
  {
    ...{ id: 'other-date-update', level: 'must' },
    turns: [
      {
        says: [
          ['Expires', 30 * day],
          ['Date', 0],
        ],
      },
      { waitsMs: staleMs },
    ],
    is: { madeIn: 1, has: [['Date-Age', 2]] },
  },
  must('other-age-update-expires', [
    ['Expires', 30 * day],
    ['Date', 0],
    ['Age', '30'],
  ]),
  must('other-age-update-max-age', [...fresh, ['Date', 0], ['Age', '30']]),
  {
    ...{ id: 'spillway-head-is-no-page', level: 'must' },
    turns: [{ method: 'HEAD', says: fresh }, { body: 'the page' }],
    is: { madeIn: 2, body: 'the page' },
  },
  {
    ...{ id: 'spillway-post-is-made', level: 'must' },
    turns: [{ says: fresh }, { method: 'POST' }],
    is: { madeIn: 2 },
  },
  {
    ...{ id: 'spillway-post-is-not-kept', level: 'must' },
    turns: [{ method: 'POST', says: fresh }, {}],
    is: { madeIn: 2 },
  },
  {
    ...{ id: 'spillway-get-with-a-body', level: 'must' },
    turns: [{ says: fresh, asks: [['Content-Length', '3']], body: 'x=1' }, {}],
    is: { madeIn: 2 },
  },
];

const from = (scheme: string): Headers => [
  ['X-Forwarded-For', '198.51.100.7'],
  ['X-Forwarded-Proto', scheme],
];
const whatIsAsked: readonly CacheCase[] = [
  must('spillway-scheme', [...fresh, ['Location', 'https://www.shop.test/']], { asks: [from('http'), from('https')] }),
  may('spillway-scheme-same', fresh, { asks: [from('https'), from('https')] }),
  must('spillway-host', fresh, { asks: [[['Host', 'www.shop.test']], [['Host', 'shop.test']]] }),
  must('spillway-port', fresh, { asks: [[['Host', 'www.shop.test:81']], [['Host', 'www.shop.test']]] }),
];

const etag: Headers = [...fresh, ['ETag', '"abcdef"']];
const conditional = (id: string, level: 'must' | 'may', says: Headers, second: Headers): CacheCase => ({
  ...{ id, level },
  turns: [{ says }, { asks: second }],
  is: { madeIn: 1, status: 304 },
});
const conditions: readonly CacheCase[] = [
  conditional('conditional-etag-strong-respond', 'may', etag, [['If-None-Match', '"abcdef"']]),
  {
    ...conditional('conditional-304-etag', 'must', etag, [['If-None-Match', '"abcdef"']]),
    is: { madeIn: 1, status: 304, has: [['ETag', '"abcdef"']] },
  },
  ...notMet(
    'nginx answers 304 only if both conditions are met; else with the whole page, which is right for everybody.',
    conditional(
      'conditional-etag-precedence',
      'must',
      [...etag, ['Last-Modified', -5000]],
      [
        ['If-None-Match', '"abcdef"'],
        ['If-Modified-Since', -10_000],
      ],
    ),
  ),
  conditional(
    'conditional-etag-weak-respond',
    'may',
    [...fresh, ['ETag', 'W/"abcdef"']],
    [['If-None-Match', 'W/"abcdef"']],
  ),
  conditional('conditional-etag-strong-respond-multiple-first', 'may', etag, [['If-None-Match', '"abcdef", "1234"']]),
  conditional('conditional-etag-strong-respond-multiple-last', 'may', etag, [['If-None-Match', '"1234", "abcdef"']]),
  conditional(
    'conditional-lm-fresh',
    'may',
    [...fresh, ['Last-Modified', -3000], ['Date', 0]],
    [['If-Modified-Since', -2000]],
  ),
];

const digits = '01234567890';
const whole: Headers = [...fresh, ['Accept-Ranges', 'bytes'], ['Content-Length', '11'], ['ETag', '"r"']];
const partly = (id: string, range: string, body: string): CacheCase => ({
  ...{ id, level: 'may' },
  turns: [{ says: whole, body: digits }, { asks: [['Range', range]] }],
  is: { madeIn: 1, status: 206, body },
});
const parts: readonly CacheCase[] = [
  partly('partial-store-complete-reuse-partial', 'bytes=0-1', '01'),
  partly('partial-store-complete-reuse-partial-no-last', 'bytes=1-', '1234567890'),
  partly('partial-store-complete-reuse-partial-suffix', 'bytes=-1', '0'),
  {
    ...{ id: 'spillway-part-is-no-page', level: 'must' },
    turns: [
      { asks: [['Range', 'bytes=0-1']], status: 206, says: [...fresh, ['Content-Range', 'bytes 0-1/11']], body: '01' },
      { body: digits },
    ],
    is: { madeIn: 2, status: 200, body: digits },
  },
  {
    ...{ id: 'spillway-304-is-no-page', level: 'must' },
    turns: [{ asks: [['If-None-Match', '"x"']], status: 304, says: [...fresh, ['ETag', '"x"']] }, { body: digits }],
    is: { madeIn: 2, status: 200, body: digits },
  },
];

/** With `staleOnError`: pages that allow it are shown old whatever PHP answers, those that forbid it never. */
export const casesWithStaleOnError: readonly CacheCase[] = [
  whenGone('stale-sie-503', 'may', 'max-age=2, stale-if-error=60', 1, 503),
  whenGone('stale-503', 'may', 'max-age=2', 1, 503),
  whenGone('stale-close', 'may', 'max-age=2', 1, 'dies'),
  whenGone('spillway-stale-sie-s-maxage', 'may', 's-maxage=2, stale-if-error=60', 1, 503),
  ...['must-revalidate', 'proxy-revalidate', 's-maxage=2'].map((word): CacheCase => ({
    ...whenGone(`stale-close-${word}`, 'must', `max-age=2, ${word}`, 0, 'dies'),
    is: { madeIn: 0, status: 502 },
  })),
];

export const cacheCases: readonly CacheCase[] = [
  ...freshness,
  ...heuristic,
  ...byStatus,
  ...directives,
  ...credentials,
  ...variants,
  ...stale,
  ...invalidation,
  ...other,
  ...whatIsAsked,
  ...conditions,
  ...parts,
];
