/** What a blueprint says of PHP's settings and environment is what PHP has. */
import { expect, test } from 'vitest';
import { shopWith } from '../roles/platforms.ts';
import { serve } from './served.ts';

const root = '/srv/site/public';

const settings = {
  memory_limit: '128M',
  max_input_vars: 3000,
  error_reporting: 'E_ALL & ~E_DEPRECATED',
  'session.name': 'my; id # [x] = !',
  short_open_tag: false,
  auto_prepend_file: '/srv/site/before.php',
};
const environment = { APP_ENV: 'a "b" $c ${d} \\n; #e [f] = !&|', PAGES: 12, DEBUG: false };

test('settings and environment arrive as they were written', async () => {
  const page = `<?php
    $names = json_decode($_GET['names']);
    echo json_encode([
      'settings' => array_map('ini_get', array_combine($names[0], $names[0])),
      'environment' => array_map('getenv', array_combine($names[1], $names[1])),
      'before' => BEFORE,
    ]);`;
  const platform = shopWith({ pools: { web: { roles: { web: { root }, php: { settings, environment } } } } });
  const served = await serve(platform, 'web-1', {
    [`${root}/index.php`]: page,
    '/srv/site/before.php': `<?php define('BEFORE', 'the site’s own');`,
  });
  const names = encodeURIComponent(JSON.stringify([Object.keys(settings), Object.keys(environment)]));
  const { body } = await served.ask({ path: `/?names=${names}` });
  await served.close();
  expect(JSON.parse(body)).toEqual({
    settings: {
      ...{ memory_limit: '128M', max_input_vars: '3000', error_reporting: '24575', short_open_tag: '' },
      'session.name': 'my; id # [x] = !',
      auto_prepend_file: '/usr/local/lib/spillway/php/first.php',
    },
    environment: { ...environment, PAGES: '12', DEBUG: 'false' },
    before: 'the site’s own',
  });
});

test('a site that uses no sessions, by what the blueprint says, is told so when it begins one', async () => {
  const platform = shopWith({ pools: { web: { roles: { web: { root }, php: { sessions: 'none' } } } } });
  const served = await serve(platform, 'web-1', {
    [`${root}/index.php`]: `<?php try { session_start(); echo 'began'; } catch (Throwable $error) { echo $error->getMessage(); }`,
  });
  const { body } = await served.ask({ path: '/' });
  await served.close();
  expect(body).toContain('uses no sessions (php.sessions: none)');
});
