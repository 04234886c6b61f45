/** What was wanted once, and is not any more, goes: and nothing else. */
import { expect, test } from 'vitest';
import { changesOf, changeSubject } from '../../src/model/plan.ts';
import { leftovers } from '../../src/plan/leftovers.ts';
import { emptyRecipe } from '../hosts/changes.ts';
import { imagine, upWorld } from './imagined.ts';
import { shopWith } from './shop.ts';

const shop = shopWith({});

test('a role less: its units are stopped, then its files removed, before anything else is done there', async () => {
  const without = shopWith({ pools: { web: { roles: { php: null } } } });
  const imagined = imagine(upWorld(shop));
  const { steps } = await imagined.plan(without);
  const [first] = steps.filter(({ id }) => id.startsWith('web-1/'));
  if (first === undefined) throw new Error('there is no step on web-1');
  // nginx knows of PHP, so that the machine is changed as a whole.
  expect(first.id).toBe('web-1/change');
  expect(changesOf(first).map((change) => `${change.kind} ${changeSubject(change)}`)).toEqual([
    'stop-unit php8.2-fpm.service',
    'remove-file /etc/php/8.2/fpm/pool.d/spillway.conf',
    'remove-file /etc/php/8.2/fpm/conf.d/90-spillway.ini',
    'remove-file /usr/local/lib/spillway/php/first.php',
    'remove-file /etc/systemd/system/php8.2-fpm.service.d/spillway.conf',
    'file /etc/nginx/nginx.conf',
    'unit nginx.service',
  ]);
  expect(await imagined.settle(without)).toBe(1);
});

test('another root for the site: the file that named it is another, and its forerunner goes', async () => {
  const imagined = imagine(upWorld(shop));
  const moved = shopWith({
    addresses: { www: null, shop: { network: 'public', pool: 'balancer' } },
    routes: [{ address: 'shop', host: 'www.shop.test', to: 'web', tls: true }],
  });
  const { steps } = await imagined.plan(moved);
  const removed = steps.flatMap((step) =>
    changesOf(step).flatMap((change) => (change.kind === 'remove-file' ? [`${step.id} ${change.path}`] : [])),
  );
  expect(removed).toEqual([
    'balancer-1/change /etc/haproxy/certificates/www.pem',
    'balancer-2/change /etc/haproxy/certificates/www.pem',
  ]);
});

test('what was written where a role brings files by its own means stays', () => {
  const copy = { ...emptyRecipe, synced: ['/srv/site'] };
  const noted = { units: [], paths: ['/srv/site/index.php', '/srv/site-of-old/index.php', '/srv/site'] };
  expect(leftovers([copy], noted).map(changeSubject)).toEqual(['/srv/site-of-old/index.php', '/srv/site']);
});
