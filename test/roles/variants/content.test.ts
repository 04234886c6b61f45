/** Which machines have a content, which may write it, and what fills it. */
import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/blueprint/platform.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { compile } from '../../../src/roles/compile.ts';
import { fileOn, machines, recipesOn, shopWith, sofoot } from '../platforms.ts';
import { firewall, nginx, holds } from './variant.ts';

describe('content', () => {
  const recipe = (platform: Platform, machine: string) =>
    recipesOn(platform, machine).find(({ role }) => role === 'content')!;

  test('without a fill there is nothing to run, and no environment', () => {
    const { tasks, files, after } = recipe(shopWith(), 'desk-1');
    expect(tasks).toEqual([]);
    expect(after).toEqual([]);
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('.env'))).toEqual([]);
  });

  test('with one it waits for every server of its database, so that no replica copies while it is filled', () => {
    expect(recipe(sofoot(), 'backoffice-1').after).toEqual([
      { machine: 'database-1', role: 'mariadb' },
      { machine: 'database-2', role: 'mariadb' },
    ]);
  });

  test('a command with quotes stays one word', () => {
    const platform = shopWith({ content: { site: { fill: { run: `echo 'it is'`, check: 'true' } } } });
    expect(recipe(platform, 'desk-1').tasks[0]!.run).toContain(`sh -c 'echo '\\''it is'\\'''`);
  });

  const written = { content: { site: { writable: ['public/uploads'] } } };
  const two = { pools: { desk: { base: machines(2, 'a') } } };

  test('the origin is set up first; the others have what it has, so that no disk holds it alone', () => {
    const platform = shopWith({ ...written, ...two });
    expect(recipe(platform, 'desk-1').after).toEqual([]);
    expect(recipe(platform, 'desk-2').after).toEqual([{ machine: 'desk-1', role: 'content' }]);
    expect(compile(platform).keepers).not.toContain('desk-1' as MachineName);
    const alone = shopWith({ ...written, pools: { web: { roles: { content: undefined } } } });
    expect(compile(alone).keepers).toContain('desk-1' as MachineName);
  });

  test('where applications write nothing, no machine speaks to another', () => {
    const { files, units, tasks } = recipe(shopWith(), 'web-1');
    expect([files, units, tasks]).toEqual([[], [], []]);
    expect(fileOn(shopWith(), 'web-1', firewall)).not.toContain('873');
  });

  test.each([
    ['the origin’s pool', 'desk-1', {}, 'www-data:www-data'],
    ['another pool', 'web-1', {}, 'root:root'],
    ['another pool whose files are sent', 'web-1', { writes: 'sent' }, 'www-data:www-data'],
    ['the origin’s pool, refused', 'desk-2', { writes: 'refused' }, 'root:root'],
  ])('applications may write, or not, on machines of %s', (_, machine, settings, owner) => {
    const [pool = ''] = machine.split('-');
    const roles = { content: { of: 'site', ...settings } };
    const platform = shopWith({
      ...written,
      pools: { desk: two.pools.desk, [pool]: { ...(pool === 'desk' ? two.pools.desk : {}), roles } },
    });
    const folders = recipe(platform, machine).directories.filter(({ path }) => path.endsWith('/public/uploads'));
    expect(folders.map((folder) => folder.owner)).toEqual([owner]);
  });

  test('where nobody may write, no machine knows how to write elsewhere', () => {
    const secrets = (machine: string) =>
      recipe(shopWith({ ...written, ...two }), machine)
        .files.map(({ path }) => path)
        .filter((path) => path.startsWith('/etc/spillway/content/site/'))
        .map((path) => path.split('/').at(-1));
    expect(secrets('desk-1')).toEqual(['read', 'from-origin']);
    expect(secrets('desk-2')).toEqual(['read', 'to-origin']);
    expect(secrets('web-1')).toEqual(['read']);
  });

  holds([
    {
      name: 'that second machine may come for it without a flow',
      of: shopWith({ ...written, ...two }),
      machine: 'desk-1',
      file: firewall,
      has: ['iifname "inside" ip saddr { 10.1.0.6, 10.1.0.7 } tcp dport 873 accept comment "content from desk"'],
    },
    {
      name: 'copies come over the network that they share with the origin',
      of: shopWith({
        ...written,
        networks: { office: { kind: 'private', cidr: '10.2.0.0/24' } },
        pools: { desk: { networks: ['public', 'office', 'inside'] } },
      }),
      machine: 'web-1',
      file: '/etc/spillway/content/site.conf',
      has: ['origin 10.1.0.6', 'folder public/uploads', 'writes no'],
    },
  ]);
});

describe('the back-office', () => {
  holds([
    {
      name: 'lets in its editors’ networks only, at both doors: nginx,',
      of: shopWith({ pools: { desk: { roles: { backoffice: { from: ['198.51.100.64/28', '192.0.2.0/24'] } } } } }),
      machine: 'desk-1',
      file: nginx,
      has: ['listen 198.51.100.3:443 ssl http2;', 'allow 198.51.100.64/28;', 'allow 192.0.2.0/24;', 'deny all;'],
    },
    {
      name: 'and the firewall',
      of: shopWith({ pools: { desk: { roles: { backoffice: { from: ['198.51.100.64/28', '192.0.2.0/24'] } } } } }),
      machine: 'desk-1',
      file: firewall,
      has: ['iifname "public" ip saddr { 198.51.100.64/28, 192.0.2.0/24 } tcp dport 443 accept comment "editors"'],
    },
  ]);
});
