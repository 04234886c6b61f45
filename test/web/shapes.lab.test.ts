/** PHP sites of every usual shape, and what is never shown: nginx and PHP as the roles set them up, asked for real. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { headerOf, serve, type Question, type Served } from './served.ts';

const root = '/srv/site/public';
/** Where the folder that the application writes really is: in the release there is a link in its place. */
const media = '/var/lib/spillway-content/site/written/public/media';

/** Says which script ran, and what it was told of the request. */
const says = (name: string) =>
  `<?php $s = $_SERVER; header('Content-Type: application/json'); echo json_encode(['ran' => '${name}',
    'script' => $s['SCRIPT_NAME'] ?? null, 'file' => $s['SCRIPT_FILENAME'] ?? null, 'info' => $s['PATH_INFO'] ?? null,
    'self' => $s['PHP_SELF'] ?? null, 'uri' => $s['REQUEST_URI'] ?? null, 'query' => $s['QUERY_STRING'] ?? null,
    'root' => $s['DOCUMENT_ROOT'] ?? null, 'https' => $s['HTTPS'] ?? null, 'port' => $s['SERVER_PORT'] ?? null,
    'name' => $s['SERVER_NAME'] ?? null, 'scheme' => $s['REQUEST_SCHEME'] ?? null, 'addr' => $s['REMOTE_ADDR'] ?? null,
    'proxy' => $s['HTTP_PROXY'] ?? null, 'forwardedHost' => $s['HTTP_X_FORWARDED_HOST'] ?? null,
    'method' => $s['REQUEST_METHOD'], 'body' => file_get_contents('php://input')]);`;

const secret = 'SECRET';
const files = {
  [`${root}/index.php`]: says('index'),
  [`${root}/contact.php`]: says('contact'),
  [`${root}/wp-admin/index.php`]: says('admin'),
  [`${root}/docs/index.html`]: 'the docs',
  [`${root}/docs/page.html`]: 'a page of the docs',
  [`${root}/images/dot.png`]: 'a dot',
  [`${root}/.well-known/security.txt`]: 'whom to tell',
  [`${root}/.htaccess`]: secret,
  [`${root}/.env`]: secret,
  [`${root}/.git/config`]: secret,
  [`${root}/docs/.svn/entries`]: secret,
  [`${root}/dump.sql`]: secret,
  [`${root}/dump.sql.gz`]: secret,
  [`${root}/index.php~`]: secret,
  [`${root}/config.php.bak`]: secret,
  [`${root}/config.php.txt`]: secret,
  [`${root}/config.php-dist`]: secret,
  [`${root}/config.php.swp`]: secret,
  [`${root}/config.PHP`]: `${secret}<?php echo 'ran';`,
  [`${root}/page.phtml`]: secret,
  [`${root}/page.php5`]: secret,
  [`${root}/tool.phar`]: secret,
  [`${root}/page.html.bak`]: secret,
  [`${root}/notes.old`]: secret,
  [`${root}/picture.jpg`]: `not a picture: ${says('picture')}`,
  [`${media}/`]: '',
  [`${media}/evil.php`]: `${secret}${says('evil')}`,
  [`${media}/evil.phtml`]: `${secret}${says('evil')}`,
  [`${media}/photo.jpg`]: 'a photo',
  [`${media}/photo.php.jpg`]: 'a photo with an odd name',
  [`${media}/x.php/x.jpg`]: `a photo in an odd folder ${says('evil')}`,
  [`${media}/sub/index.php`]: `${secret}${says('evil')}`,
  [`${media}/sub/index.html`]: 'a page that somebody uploaded',
  [`${media}/.hidden`]: secret,
  '/srv/secret.txt': secret,
};

const site = {
  pools: { web: { roles: { web: { root }, php: { workers: 2 }, content: { of: 'site' } } } },
  content: { site: { writable: ['public/media'] } },
};

const ran = (name: string, more: object = {}) => ({ status: 200, ran: { ran: name, ...more } });
const shows = (body: string) => ({ status: 200, body });
const nothing = { status: 404 };

interface Case {
  readonly of: string;
  readonly ask: string | Question;
  readonly is: { status: number; ran?: object; body?: string; location?: string };
}

function holds(served: () => Served, cases: readonly Case[]): void {
  test.each(cases)('$of', async ({ ask, is }) => {
    const answer = await served().ask(typeof ask === 'string' ? { path: ask } : ask);
    expect(answer.body).not.toContain(secret);
    const { status, ran: told, body, location } = is;
    expect({ status: answer.status, location: headerOf(answer, 'location') }).toEqual({ status, location });
    if (told !== undefined) expect(JSON.parse(answer.body)).toMatchObject(told);
    if (body !== undefined) expect(answer.body).toBe(body);
  });
}

function serving(change: Parameters<typeof shopWith>[0], more: Readonly<Record<string, string>> = files): () => Served {
  let served: Served;
  beforeAll(async () => {
    served = await serve(shopWith(change), 'web-1', more);
    served.sh(`ln -s ${media} ${root}/media`);
  });
  afterAll(() => served.close());
  return () => served;
}

describe('a site with files and a front controller', () => {
  const served = serving(site);

  holds(served, [
    { of: 'the front page', ask: '/', is: ran('index', { script: '/index.php', uri: '/', info: '' }) },
    { of: 'the entry by its name', ask: '/index.php', is: ran('index', { file: `${root}/index.php`, root }) },
    { of: 'another PHP file', ask: '/contact.php', is: ran('contact', { script: '/contact.php' }) },
    {
      of: 'with a query',
      ask: '/contact.php?a=1&b',
      is: ran('contact', { query: 'a=1&b', uri: '/contact.php?a=1&b' }),
    },
    {
      of: 'a path behind the entry',
      ask: '/index.php/foo/bar',
      is: ran('index', { info: '/foo/bar', script: '/index.php' }),
    },
    { of: 'a path behind a file', ask: '/contact.php/to/me?x=1', is: ran('contact', { info: '/to/me', query: 'x=1' }) },
    {
      of: 'a path behind the entry that looks like a file',
      ask: '/index.php/x.jpg',
      is: ran('index', { info: '/x.jpg' }),
    },
    { of: 'a folder with a page of PHP', ask: '/wp-admin/', is: ran('admin', { script: '/wp-admin/index.php' }) },
    { of: 'the same without its slash', ask: '/wp-admin', is: { status: 301, location: '/wp-admin/' } },
    { of: 'a folder with a page of HTML', ask: '/docs/', is: shows('the docs') },
    { of: 'a file', ask: '/docs/page.html', is: shows('a page of the docs') },
    {
      of: 'what is no file',
      ask: '/news/of/today?p=2',
      is: ran('index', { uri: '/news/of/today?p=2', query: 'p=2', script: '/index.php' }),
    },
    { of: 'a PHP file that is not there', ask: '/missing.php', is: ran('index', { uri: '/missing.php' }) },
    { of: 'a folder without a page', ask: '/images/', is: ran('index', { uri: '/images/' }) },
    {
      of: 'a form',
      ask: { path: '/contact.php', method: 'POST', body: 'a=1' },
      is: ran('contact', { method: 'POST', body: 'a=1' }),
    },
    {
      of: 'a form to what is no file',
      ask: { path: '/news', method: 'POST', body: 'a=1' },
      is: ran('index', { method: 'POST', body: 'a=1' }),
    },
    {
      of: 'a form to a folder without a page',
      ask: { path: '/images/', method: 'POST', body: 'a=1' },
      is: ran('index', { method: 'POST', body: 'a=1' }),
    },
    { of: 'another method', ask: { path: '/api/1', method: 'DELETE' }, is: ran('index', { method: 'DELETE' }) },
    { of: 'well-known files', ask: '/.well-known/security.txt', is: shows('whom to tell') },
    {
      of: 'well-known names that the site answers',
      ask: '/.well-known/caldav',
      is: ran('index', { uri: '/.well-known/caldav' }),
    },
    { of: 'a picture with PHP in it, asked for as a folder', ask: '/picture.jpg/x.php', is: ran('index') },
  ]);

  describe('never shows', () => {
    holds(
      served,
      [
        ...['/.htaccess', '/.env', '/.git/config', '/docs/.svn/entries', '/dump.sql', '/dump.sql.gz', '/index.php~'],
        ...['/config.php.bak', '/config.php.txt', '/config.php-dist', '/config.php.swp', '/config.PHP', '/page.phtml'],
        ...['/page.php5', '/tool.phar', '/page.html.bak', '/notes.old', '/%2egit/config', '/docs/..%2f.env'],
        ...['//.env', '/DUMP.SQL'],
      ].map((ask) => ({ of: ask, ask, is: nothing })),
    );
  });

  describe('in a folder that the application writes', () => {
    holds(served, [
      { of: 'files are shown', ask: '/media/photo.jpg', is: shows('a photo') },
      { of: 'also with an odd name', ask: '/media/photo.php.jpg', is: shows('a photo with an odd name') },
      {
        of: 'what is not there goes to the site',
        ask: '/media/missing.jpg',
        is: ran('index', { uri: '/media/missing.jpg' }),
      },
      {
        of: 'also as a form',
        ask: { path: '/media/new', method: 'POST', body: 'a=1' },
        is: ran('index', { method: 'POST', body: 'a=1' }),
      },
      { of: 'PHP does not run', ask: '/media/evil.php', is: nothing },
      { of: 'nor is its source shown', ask: '/media/evil.phtml', is: nothing },
      { of: 'nor with a path behind it', ask: '/media/evil.php/x.jpg', is: nothing },
      { of: 'nor from a folder with its name', ask: '/media/x.php/x.jpg', is: nothing },
      { of: 'nor with slashes doubled', ask: '//media//evil.php', is: nothing },
      { of: 'nor in other letters', ask: '/media/%65vil.ph%70', is: nothing },
      { of: 'nor around a corner', ask: '/images/../media/evil.php', is: nothing },
      { of: 'nor as the page of a folder', ask: '/media/sub/', is: shows('a page that somebody uploaded') },
      { of: 'nor behind a picture', ask: '/media/photo.jpg/x.php', is: nothing },
      { of: 'nothing hidden is shown', ask: '/media/.hidden', is: nothing },
    ]);
  });

  describe('links', () => {
    beforeAll(() => {
      served().sh(
        [
          `ln -s /srv/secret.txt ${root}/link.txt`,
          `ln -s /srv ${root}/up`,
          `cp ${root}/contact.php /srv/outside.php; ln -s /srv/outside.php ${root}/linked.php`,
          `cd ${media}`,
          `ln -s /etc/passwd passwd.txt; ln -s /srv/secret.txt own.txt; ln -s /etc etc; ln -s ${root}/contact.php run.php`,
          'cp photo.jpg /srv/mine.jpg; chown www-data /srv/mine.jpg; ln -s /srv/mine.jpg mine.jpg',
          'chown -h www-data passwd.txt own.txt etc run.php mine.jpg',
        ].join('; '),
      );
    });
    holds(served, [
      { of: 'out of the site are not followed', ask: '/link.txt', is: ran('index') },
      { of: 'nor are folders', ask: '/up/secret.txt', is: ran('index') },
      { of: 'nor does PHP run behind one', ask: '/linked.php', is: ran('index') },
      { of: 'in a writable folder neither', ask: '/media/passwd.txt', is: ran('index') },
      { of: 'to others neither', ask: '/media/own.txt', is: ran('index') },
      { of: 'to folders neither', ask: '/media/etc/passwd', is: ran('index') },
      { of: 'to PHP neither', ask: '/media/run.php', is: nothing },
      { of: 'not even to what the application owns', ask: '/media/mine.jpg', is: ran('index') },
    ]);
  });

  describe('says what is true of the request', () => {
    const forwarded = (proto: string): NonNullable<Question['headers']> => [
      ['X-Forwarded-For', '198.51.100.200'],
      ['X-Forwarded-Proto', proto],
    ];
    holds(served, [
      {
        of: 'over TLS',
        ask: { path: '/', headers: forwarded('https') },
        is: ran('index', { https: 'on', port: '443', scheme: 'https', name: 'www.shop.test', addr: '198.51.100.200' }),
      },
      {
        of: 'without TLS',
        ask: { path: '/', headers: forwarded('http') },
        is: ran('index', { https: null, port: '80', scheme: 'http', name: 'www.shop.test' }),
      },
      {
        of: 'and believes nobody but the balancers',
        ask: { path: '/', headers: forwarded('https'), from: 'elsewhere' },
        is: ran('index', { https: null, port: '80', scheme: 'http', addr: '127.0.0.2' }),
      },
      {
        of: 'and nothing that changes what pages say unseen',
        ask: {
          path: '/',
          headers: [
            ['Proxy', 'http://evil.test'],
            ['X-Forwarded-Host', 'evil.test'],
          ],
        },
        is: ran('index', { proxy: null, forwardedHost: null }),
      },
    ]);
  });

  test('a site that is switched to another release is the other one at once', async () => {
    served().sh('mv /srv/site /srv/one; cp -a /srv/one /srv/two; ln -s one /srv/site');
    expect(JSON.parse((await served().ask({ path: '/contact.php' })).body)).toMatchObject({
      file: '/srv/one/public/contact.php',
      root: '/srv/one/public',
    });
    served().sh(`echo '<?php echo "the new one";' >/srv/two/public/contact.php; ln -sfn two /srv/site`);
    expect((await served().ask({ path: '/contact.php' })).body).toBe('the new one');
  });
});

describe('a site of files alone', () => {
  const served = serving({ ...site, pools: { web: { roles: { web: { root, entry: 'none' } } } } });
  holds(served, [
    { of: 'the front page', ask: '/', is: ran('index') },
    { of: 'a PHP file', ask: '/contact.php/to', is: ran('contact', { info: '/to' }) },
    { of: 'a folder', ask: '/wp-admin/', is: ran('admin') },
    { of: 'what is no file', ask: '/news', is: nothing },
    { of: 'a PHP file that is not there', ask: '/missing.php', is: nothing },
    { of: 'a folder without a page', ask: '/images/', is: { status: 403 } },
    { of: 'PHP in a writable folder', ask: '/media/evil.php', is: nothing },
    { of: 'what is not in a writable folder', ask: '/media/none.jpg', is: nothing },
  ]);
});

describe('a site with a front controller alone', () => {
  const served = serving({ ...site, pools: { web: { roles: { web: { root, scripts: 'entry' } } } } });
  holds(served, [
    { of: 'the front page', ask: '/', is: ran('index') },
    { of: 'the entry by its name', ask: '/index.php', is: ran('index') },
    { of: 'the entry with a path', ask: '/index.php/foo', is: ran('index', { info: '/foo' }) },
    { of: 'what is no file', ask: '/news', is: ran('index') },
    { of: 'another PHP file', ask: '/contact.php', is: nothing },
    { of: 'the PHP of a folder', ask: '/wp-admin/index.php', is: nothing },
    { of: 'a folder', ask: '/wp-admin/', is: ran('index', { uri: '/wp-admin/' }) },
    { of: 'a file', ask: '/docs/page.html', is: shows('a page of the docs') },
  ]);
});

describe('a site without PHP', () => {
  const served = serving({
    ...site,
    pools: { web: { roles: { web: { root, entry: '/docs/index.html' }, php: undefined } } },
  });
  holds(served, [
    { of: 'a folder with a page', ask: '/docs/', is: shows('the docs') },
    { of: 'what is no file', ask: '/news', is: shows('the docs') },
    { of: 'PHP is not shown', ask: '/contact.php', is: nothing },
    { of: 'nor the entry of PHP', ask: '/index.php', is: nothing },
  ]);
});

describe('the editors’ own entrance', () => {
  const desk = '/srv/site/desk';
  let served: Served;
  beforeAll(async () => {
    const forDesk = Object.entries(files).map(([path, text]) => [path.replace(root, desk), text]);
    served = await serve(shopWith(), 'desk-1', Object.fromEntries(forDesk) as Record<string, string>, 'public');
  });
  afterAll(() => served.close());
  const over = (question: Question): Question => ({ ...question, port: 443 });

  holds(
    () => served,
    [
      {
        of: 'the front page',
        ask: over({ path: '/' }),
        is: ran('index', { https: 'on', port: '443', scheme: 'https' }),
      },
      { of: 'another PHP file', ask: over({ path: '/contact.php/to' }), is: ran('contact', { info: '/to' }) },
      { of: 'a folder', ask: over({ path: '/wp-admin/' }), is: ran('admin') },
      { of: 'a folder without a page', ask: over({ path: '/images/' }), is: ran('index') },
      { of: 'nothing hidden', ask: over({ path: '/.git/config' }), is: nothing },
      { of: 'nothing left behind', ask: over({ path: '/config.php.bak' }), is: nothing },
      { of: 'nobody else: a page', ask: over({ path: '/', from: 'elsewhere' }), is: { status: 403 } },
      { of: 'nobody else: what is no file', ask: over({ path: '/news', from: 'elsewhere' }), is: { status: 403 } },
      { of: 'nobody else: a PHP file', ask: over({ path: '/contact.php', from: 'elsewhere' }), is: { status: 403 } },
      {
        of: 'nobody else: a folder without a page',
        ask: over({ path: '/images/', from: 'elsewhere' }),
        is: { status: 403 },
      },
      { of: 'that it lives, whoever asks', ask: over({ path: '/.spillway/alive' }), is: { status: 204 } },
    ],
  );
});
