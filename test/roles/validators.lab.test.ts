/** What the roles render is what the programs themselves accept: each is asked, in the image, with real secrets. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineName } from '../../src/model/ids.ts';
import { compile } from '../../src/roles/compile.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { openTrial, type Trial } from './image.ts';
import { clusterWith, shopWith, sofoot } from './platforms.ts';

const folder = join(tmpdir(), `spillway-validators-${randomUUID()}`);
const store = openSqliteStore(join(folder, 'state.sqlite'));
const vault = createVault(store, 'trial');
const { packages } = compile(sofoot());

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const haproxy = { name: 'haproxy -c', run: 'haproxy -c -f /etc/haproxy/haproxy.cfg' };
const keepalived = { name: 'keepalived -t', run: 'keepalived -t -f /etc/keepalived/keepalived.conf' };
const nginx = { name: 'nginx -t', run: 'nginx -t' };
const php = { name: 'php-fpm -t', run: 'mkdir -p /run/php; php-fpm8.2 -t' };
const sql = {
  name: 'mariadbd --help',
  // How many files may be open is for the host to say.
  run: 'mariadbd --help --verbose >/dev/null 2>/run/says; code=$?; grep -v max_open_files /run/says; exit $code',
};
const base = [
  { name: 'nft -c', run: 'nft -c -f /etc/nftables.conf' },
  { name: 'sshd -t', run: 'mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N "" -f /tmp/key; sshd -t -h /tmp/key' },
];
const timers = {
  name: 'systemd-analyze verify',
  run: 'cd /etc/systemd/system; systemd-analyze verify --man=no $(ls -d $PWD/spillway-*.service $PWD/spillway-*.timer 2>/dev/null)',
};
const units = {
  name: 'systemd-analyze verify of nginx and PHP',
  run: 'systemd-analyze verify --man=no nginx.service php8.2-fpm.service',
};
const galera = [
  { name: 'perl -c', run: 'perl -c /usr/local/lib/spillway/galera-node 2>&1 | grep -v "syntax OK"; [ $? = 1 ]' },
  {
    name: 'systemd-analyze verify',
    run: 'systemd-analyze verify --man=no /etc/systemd/system/spillway-galera.service mariadb.service',
  },
];
/** There is no check of its configuration alone, so it serves. */
const rsync = {
  name: 'rsync --daemon',
  run: [
    'rsync --daemon --no-detach & sleep 0.3',
    `cut -d : -f 2 /etc/rsyncd.secrets > /run/secret; chmod 600 /run/secret`,
    'rsync --password-file=/run/secret rsync://copies@127.0.0.1/site/ >/dev/null; served=$?',
    `echo wrong > /run/secret`,
    'rsync --password-file=/run/secret rsync://copies@127.0.0.1/site/ >/dev/null 2>&1 && served=open',
    'kill $!; [ $served = 0 ]',
  ].join('\n'),
};

const pair = { pools: { front: { base: { count: 2, site: 'a', flavour: 'small' } } } };
const everything = [
  { of: 'sofoot', platform: sofoot(), machine: 'balancer-1', programs: [haproxy, keepalived, ...base] },
  { of: 'sofoot', platform: sofoot(), machine: 'web-1', programs: [nginx, php, timers, units, ...base] },
  { of: 'sofoot', platform: sofoot(), machine: 'database-1', programs: [sql, ...base] },
  { of: 'sofoot', platform: sofoot(), machine: 'database-2', programs: [sql] },
  { of: 'sofoot', platform: sofoot(), machine: 'backoffice-1', programs: [nginx, php, units, rsync, ...base] },
  { of: 'the shop', platform: shopWith(), machine: 'front-1', programs: [haproxy, keepalived, ...base] },
  { of: 'a shop with two', platform: shopWith(pair), machine: 'front-2', programs: [haproxy, keepalived, ...base] },
  { of: 'the shop', platform: shopWith(), machine: 'database-1', programs: [sql, ...base] },
  { of: 'a shop with a cluster', platform: clusterWith(), machine: 'front-1', programs: [haproxy, keepalived] },
  { of: 'a shop with a cluster', platform: clusterWith(), machine: 'cluster-1', programs: [sql, ...galera, ...base] },
];

describe.each(everything)('$machine of $of', ({ platform, machine, programs }) => {
  let trial: Trial;
  beforeAll(async () => {
    const recipes = compile(platform).recipes.get(machine as MachineName)!;
    await vault.prepare(recipes.flatMap(({ files }) => files.map(({ content }) => content)));
    trial = await openTrial(
      packages,
      platform.machines.find(({ name }) => name === machine)!,
    );
    trial.lay(recipes, (text) => vault.fill(text));
  });
  afterAll(() => trial.close());

  test.each(programs)('passes $name, without a warning', ({ run }) => {
    const { code, says } = trial.run(run);
    const warns = code !== 0 || /warn|alert|deprecated|unknown/i.test(says);
    expect({ code, warns: warns ? says : '' }).toEqual({ code: 0, warns: '' });
  });
});

describe('a file that is wrong is refused', () => {
  const wrong = [
    { ...haproxy, machine: 'balancer-1', file: '/etc/haproxy/haproxy.cfg', content: 'frontend x\n  bind nowhere\n' },
    { ...keepalived, machine: 'balancer-1', file: '/etc/keepalived/keepalived.conf', content: 'vrrp_instance x {\n' },
    { ...nginx, machine: 'web-1', file: '/etc/nginx/nginx.conf', content: 'events {}\nhttp { lisen 80; }\n' },
    { ...php, machine: 'web-1', file: '/etc/php/8.2/fpm/pool.d/spillway.conf', content: '[spillway]\npm = often\n' },
    { ...timers, machine: 'web-1', file: '/etc/systemd/system/spillway-x.timer', content: '[Timer]\nOnBoot=1\n' },
    {
      ...units,
      machine: 'web-1',
      file: '/etc/systemd/system/nginx.service.d/spillway.conf',
      content: '[Service]\nExecStop=\nExecStopp=/bin/true\n',
    },
    {
      ...sql,
      machine: 'database-1',
      file: '/etc/mysql/mariadb.conf.d/90-spillway.cnf',
      content: '[mariadbd]\nx = 1\n',
    },
    { ...base[0]!, machine: 'database-1', file: '/etc/nftables.conf', content: 'table inet x { chain }\n' },
    { ...base[1]!, machine: 'database-1', file: '/etc/ssh/sshd_config.d/00-spillway.conf', content: 'Allow root\n' },
    {
      ...rsync,
      machine: 'backoffice-1',
      file: '/etc/rsyncd.conf',
      content: '[site]\npath = /srv/site\nauth users = x\n',
    },
  ];
  test.each(wrong)('$name', async ({ machine, run, file, content }) => {
    const platform = sofoot();
    const recipes = compile(platform).recipes.get(machine as MachineName)!;
    const trial = await openTrial(
      packages,
      platform.machines.find(({ name }) => name === machine)!,
    );
    try {
      trial.lay(recipes, (text) => vault.fill(text));
      trial.write(file, content);
      const { code, says } = trial.run(run);
      expect(code === 0 && !/unknown/i.test(says), says).toBe(false);
    } finally {
      trial.close();
    }
  });
});
