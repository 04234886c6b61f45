/** Sessions of PHP in the platform's database: known to both machines, one page at a time, and kept through a failover. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, spillway } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-sessions';
const entrance = '203.0.113.10';
const folder = mkdtempSync(join(tmpdir(), 'spillway-sessions-'));

const files = {
  'site/public/index.php': `<?php session_start(); $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1; usleep(20000); echo $_SESSION['visits'];`,
  'site/public/reads.php': `<?php session_start(); echo $_SESSION['visits'] ?? 'none';`,
  'site/public/leaves.php': `<?php session_start(); session_destroy(); echo 'left';`,
  'site/public/anew.php': `<?php session_start(); session_regenerate_id(true); echo $_SESSION['visits'] ?? 'none';`,
  'site/public/health.php': `<?php echo 'well';`,
};

const machines = (count: number, site: string | readonly string[] = 'a') => ({ count, site, flavour: 'small' });
const blueprint = {
  platform: 'sessions',
  sites: { a: {}, b: {} },
  networks: {
    public: { kind: 'public', cidr: '203.0.113.0/24' },
    private: { kind: 'private', cidr: '10.8.0.0/24' },
  },
  engines: { lab: { kind: 'lab', cores: '10 %', memory: '5 %' } },
  flavours: { small: { cores: '2 cores', memory: '8GB', price: '10 EUR/month' } },
  pools: {
    balancer: { roles: { balancer: {} }, networks: ['public', 'private'], base: machines(1) },
    web: {
      roles: {
        web: { root: '/srv/site/public' },
        php: { workers: 4, sessions: 'database', database: { name: 'shop', account: 'site' } },
        content: { of: 'site' },
      },
      networks: ['private'],
      base: machines(2),
    },
    database: {
      roles: { mariadb: { primary: 'a', replicas: ['b'], memory: '20 %' } },
      networks: ['private'],
      base: machines(2, ['a', 'b']),
    },
  },
  addresses: {
    www: { network: 'public', pool: 'balancer', ip: entrance },
    db: { network: 'private', pool: 'database' },
  },
  routes: [{ address: 'www', host: 'www.shop.test', to: 'web', health: '/health.php' }],
  flows: [{ from: 'web', to: 'database' }],
  data: { shop: { pool: 'database', accounts: { site: { from: 'web', rights: { '*': ['select'] } } } } },
  content: { site: { source: './site', path: '/srv/site', origin: 'web' } },
};

let visitor: Awaited<ReturnType<typeof visitorOf>>;
let lab: ReturnType<typeof machinesOf> | undefined;

const jar = (name: string) => join(folder, name);
/** curl writes its jar anew each time, so that of several at once none may. */
async function visit(page: string, who: string, writes = true) {
  const { body } = await visitor.curl(
    ...[
      '-b',
      jar(who),
      ...(writes ? ['-c', jar(who)] : []),
      '--max-time',
      '30',
      '-w',
      ' %{http_code} %header{x-served-by}',
    ],
    `http://${entrance}/${page}`,
  );
  const [says = '', status, machine] = body.split(' ');
  return { says, status, machine };
}

beforeAll(async () => {
  for (const [path, text] of Object.entries({ ...files, 'blueprint.yaml': stringify(blueprint) })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  await bringUp(platform, join(folder, 'blueprint.yaml'));
  visitor = await visitorOf(platform);
  lab = machinesOf(platform);
});

afterAll(async () => {
  lab?.close();
  await spillway('down', platform, '--yes');
  rmSync(folder, { recursive: true, force: true });
});

test('a visitor is known on both machines', async () => {
  const visits = [];
  for (const _ of [1, 2, 3, 4]) visits.push(await visit('', 'ana'));
  expect(visits.map(({ says }) => says)).toEqual(['1', '2', '3', '4']);
  expect(new Set(visits.map(({ machine }) => machine)).size).toBe(2);
  expect((await visit('', 'ben')).says).toBe('1');
});

test('pages of one visitor at once lose nothing', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => visit('', 'ana', false)));
  expect(all.map(({ says }) => Number(says)).sort((one, other) => one - other)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
});

test('many visitors who come at once do not wait for each other', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, index) => visit('', `new-${index}`)));
  expect(all.map(({ says, status }) => `${status} ${says}`)).toEqual(Array(20).fill('200 1'));
});

test('a page that only reads writes nothing', async () => {
  const position = () => lab!.on('database-1', 'mariadb -BNe "select @@gtid_binlog_pos"');
  const before = await position();
  for (const _ of [1, 2, 3]) expect((await visit('reads.php', 'ana')).says).toBe('12');
  expect(await position()).toBe(before);
});

test('a visitor who gets another name keeps what he has, and one who leaves is not known', async () => {
  expect((await visit('anew.php', 'ana')).says).toBe('12');
  expect((await visit('reads.php', 'ana')).says).toBe('12');
  await visit('leaves.php', 'ben');
  expect((await visit('reads.php', 'ben')).says).toBe('none');
});

test('the account may do no more than that', async () => {
  const grants = await lab!.on('database-1', `mariadb -BNe "show grants for 'site'@'10.8.0.0/255.255.255.0'"`);
  expect(grants).toContain('SELECT, INSERT, UPDATE, DELETE ON `shop`.`spillway_sessions`');
  expect(grants).toContain('GRANT SELECT ON `shop`.*');
});

test('who is logged in stays so when the primary changes', async () => {
  const moved = spillway('failover', platform, 'database');
  const during = [];
  const over = { yet: false };
  void moved.then(() => (over.yet = true));
  while (!over.yet) during.push(await visit('', 'ana'));
  const { code, stderr, stdout } = await moved;
  expect({ code, says: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, says: '' });
  during.push(await visit('', 'ana'));
  expect(during.filter(({ status }) => status !== '200')).toEqual([]);
  expect(during.map(({ says }) => Number(says))).toEqual(during.map((_, index) => 13 + index));
  expect(await lab!.on('database-2', 'mariadb -BNe "select @@read_only"')).toBe('0');
});
