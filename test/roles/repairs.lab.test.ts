/** What somebody breaks by hand behind the roles' backs is seen, named and mended; what cannot be mended without loss is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContentName } from '../../src/model/ids.ts';
import { exchangeCommand } from '../../src/roles/content/exchange.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, spillway, spillwayJson } from '../lab/spillway.ts';
import { recipesOn, sofoot } from './platforms.ts';

const platform = 'test-repairs';
let lab: ReturnType<typeof machinesOf>;
const on = (machine: string, script: string) => lab.on(machine, script);

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  lab = machinesOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
});

async function plan(): Promise<string[]> {
  const { steps } = (await spillwayJson('plan', platform)) as {
    steps: { id: string; changes?: { what: string }[] }[];
  };
  return steps
    .flatMap(({ id, changes = [] }) => changes.map(({ what }) => `${id}: ${what.replace(/^site [0-9a-f]+$/, 'site')}`))
    .sort();
}

const nets = '10.8.0.0/255.255.255.0';
const exchange = exchangeCommand('site' as ContentName, 'once');

interface Drift {
  readonly name: string;
  readonly machine: string;
  readonly by: string;
  readonly plan: readonly string[];
  /** What the check of a task then prints. */
  readonly says?: { readonly of: string; readonly line: string };
  /** Prints nothing once it is mended. */
  readonly wrong?: string;
}

const firewall = 'base: firewall';
const rights = 'mariadb: databases and accounts';
const follow = 'mariadb: follow the primary';
const says = (of: string, line: string) => ({ of, line });
/** The release is laid again, in turn, as a new one is. */
const release = ['change: site'];

/** Each round is broken, planned and mended at once; what would hide another drift is in another round. */
const rounds: readonly { readonly round: string; readonly drifts: readonly Drift[] }[] = [
  {
    round: 'what was stopped, taken out or deleted',
    drifts: [
      {
        name: 'the firewall was emptied',
        machine: 'balancer-1',
        by: 'nft flush ruleset',
        plan: [firewall],
        says: says('firewall', 'no rules are loaded'),
      },
      {
        name: 'a chain lost its rules',
        machine: 'balancer-2',
        by: 'nft flush chain inet spillway output',
        plan: [firewall],
        says: says('firewall', 'the loaded rules are not those of /etc/nftables.conf'),
      },
      {
        name: 'an account was dropped',
        machine: 'database-1',
        by: `mariadb -e "drop user site@'${nets}'"`,
        plan: [rights],
        wrong: `mariadb -e "show grants for site@'${nets}'" 2>&1 | grep ERROR`,
        says: says('databases and accounts', `account editor@${nets} lacks UPDATE on sofoot.* (and 3 more)`),
      },
      {
        name: 'an account lost a right',
        machine: 'database-1',
        by: `mariadb -e "revoke update on sofoot.* from editor@'${nets}'"`,
        plan: [],
        wrong: `mariadb -e "show grants for editor@'${nets}'" | grep -q UPDATE || echo lost`,
      },
      {
        name: 'the replica was stopped',
        machine: 'database-2',
        by: `mariadb -e 'stop slave'`,
        plan: [follow],
        says: says('follow the primary', 'the replication SQL thread is stopped, error 0'),
      },
      {
        name: 'an interface was taken down',
        machine: 'web-3',
        by: 'ip link set private down',
        plan: ['base: network'],
        wrong: 'ip -o link show dev private up | grep -q . || echo down',
      },
      {
        name: 'a file of the release is gone',
        machine: 'web-1',
        by: 'rm /srv/site/public/index.php',
        plan: release,
        wrong: 'ls /srv/site/public/index.php >/dev/null 2>&1 || echo gone',
      },
    ],
  },
  {
    round: 'what was added',
    drifts: [
      {
        name: 'one more port was opened',
        machine: 'balancer-1',
        by: 'nft add rule inet spillway input tcp dport 9999 accept',
        plan: [firewall],
        wrong: 'nft list ruleset | grep 9999',
      },
      {
        name: 'an interface has another address',
        machine: 'web-3',
        by: 'ip addr del 10.8.0.6/24 dev private; ip addr add 10.8.0.66/24 dev private',
        plan: ['base: network'],
        wrong: "ip -o -4 addr show dev private | grep -q ' 10.8.0.6/24 ' || echo lost",
      },
      {
        name: 'sshd lets in passwords',
        machine: 'web-2',
        by: 'echo PasswordAuthentication yes > /etc/ssh/sshd_config.d/00-spillway.conf; systemctl reload ssh',
        plan: ['base: /etc/ssh/sshd_config.d/00-spillway.conf', 'base: ssh.service'],
        wrong: 'sshd -T | grep "^passwordauthentication yes"',
      },
      {
        name: 'somebody let a key of their own in',
        machine: 'web-3',
        by: 'echo ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFnM somebody >> /root/.ssh/authorized_keys',
        plan: ['base: /root/.ssh/authorized_keys'],
        wrong: 'grep -v " spillway test-repairs$" /root/.ssh/authorized_keys',
      },
      {
        name: 'an account got more rights, and the right to give them away',
        machine: 'database-1',
        by: `mariadb -e "grant delete on sofoot.comments to site@'${nets}' with grant option; grant file on *.* to site@'${nets}'"`,
        plan: [rights],
        wrong: `mariadb -e "show grants for site@'${nets}'" | grep -E 'DELETE|FILE|GRANT OPTION'`,
        says: says('databases and accounts', `account guest@% should not be there (and 3 more)`),
      },
      {
        name: 'somebody has an account that no blueprint gave',
        machine: 'database-1',
        by: `mariadb -e "create user guest@'%' identified by 'x'; grant all on *.* to guest@'%'"`,
        plan: [],
        wrong: `mariadb -BNe "select user from mysql.user where user = 'guest'"`,
      },
      {
        name: 'the replica wrote something itself',
        machine: 'database-2',
        by: `mariadb -e 'create table sofoot.own (id int)'`,
        plan: [follow],
        says: says('follow the primary', 'it has written something itself'),
        wrong: `mariadb -BNe "show tables in sofoot like 'own'"`,
      },
      {
        name: 'the release has one file more',
        machine: 'web-1',
        by: 'touch /srv/site/public/mine',
        plan: release,
        wrong: 'ls /srv/site/public/mine 2>/dev/null',
      },
    ],
  },
  {
    round: 'what was left half done',
    drifts: [
      {
        name: 'a copy of the database was cut off in the middle',
        machine: 'database-2',
        by: `mariadb -e 'stop slave; reset slave all; set sql_log_bin = 0; drop table sofoot.comments'; touch /var/lib/spillway/copying-database /var/lib/mysql-copy.old`,
        plan: [follow],
        says: says('follow the primary', 'it follows nobody'),
        wrong: `ls /var/lib/mysql-copy.old 2>/dev/null; mariadb -BNe 'select 1 from sofoot.comments limit 1' >/dev/null || echo lost`,
      },
      {
        name: 'a file of the release is another',
        machine: 'web-1',
        by: 'echo >> /srv/site/public/index.php',
        plan: release,
      },
    ],
  },
  {
    round: 'one thread of two',
    drifts: [
      {
        name: 'the replica no longer listens to its primary',
        machine: 'database-2',
        by: `mariadb -e 'stop slave io_thread'`,
        plan: [follow],
        says: says('follow the primary', 'the replication IO thread is stopped, error 0'),
      },
    ],
  },
];

/** What the check of a task prints on its machine. */
function saysOn(machine: string, task: string): Promise<string> {
  const { check = '' } = recipesOn(sofoot(), machine)
    .flatMap(({ tasks }) => tasks)
    .find(({ name }) => name === task)!;
  return on(machine, check);
}

describe.each(rounds)('seen and mended: $round', ({ drifts }) => {
  const said = new Map<string, string>();
  let planned: readonly string[];
  let left: readonly string[];
  beforeAll(async () => {
    for (const { machine, by } of drifts) await on(machine, by);
    for (const { name, machine, says } of drifts) if (says) said.set(name, await saysOn(machine, says.of));
    planned = await plan();
    const { code, stdout, stderr } = await spillway('up', platform);
    expect(code, stdout + stderr).toBe(0);
    left = await plan();
  });

  test('nothing else, and nothing is left', () => {
    expect(planned).toEqual(drifts.flatMap(({ machine, plan: its }) => its.map((what) => `${machine}/${what}`)).sort());
    expect(left).toEqual([]);
  });

  test.each(drifts)('$name', async ({ name, machine, says, wrong = 'true' }) => {
    expect(said.get(name)).toBe(says?.line);
    expect(await on(machine, wrong)).toBe('');
  });
});

describe('a replica that crashed', () => {
  test('comes back, and the primary lets everybody in meanwhile', async () => {
    const insert =
      'insert into sofoot.comments select null, article_id, author, body, created_at from sofoot.comments limit 1';
    await lab.powerOff('database-2');
    // What the primary still sends keeps its old connection from ending. Nobody is told that it is done before a
    // replica has it, or the controller says that there is none.
    for (let time = 0; time < 3; time++) await on('database-1', `setsid mariadb -e '${insert}' >/dev/null 2>&1 &`);
    const { code, stdout, stderr } = await spillway('up', platform);
    expect(code, stdout + stderr).toBe(0);
    expect(await on('database-1', `timeout 5 mariadb -BNe 'select 1'`)).toBe('1');
  });
});

describe('a server that has data and follows nobody', () => {
  const count = `mariadb -BNe 'select count(*) from sofoot.comments'`;

  test('goes on where it was, when the primary has all that it has', async () => {
    await on('database-2', `mariadb -e 'stop slave; reset slave all'`);
    const { code, stdout, stderr } = await spillway('up', platform);
    expect(code, stdout + stderr).toBe(0);
    expect(await plan()).toEqual([]);
    expect(await on('database-2', count)).toBe(await on('database-1', count));
  });

  test('is not emptied when it has a write of its own: it may have been the primary', async () => {
    const own =
      'insert into sofoot.comments select null, article_id, author, body, created_at from sofoot.comments limit 1';
    await on('database-2', `mariadb -e 'stop slave; reset slave all; ${own}'`);
    const { code, stderr } = await spillway('up', platform);
    expect(code).toBe(1);
    expect(stderr).toContain('this server follows nobody, and holds what database-1 may lack (sofoot)');
    expect(Number(await on('database-2', count))).toBe(Number(await on('database-1', count)) + 1);
  });

  test('is made a replica once its data was dropped by hand', async () => {
    await on('database-2', `mariadb -e 'set sql_log_bin = 0; drop database sofoot'`);
    const { code, stdout, stderr } = await spillway('up', platform);
    expect(code, stdout + stderr).toBe(0);
    expect(await on('database-2', count)).toBe(await on('database-1', count));
    expect(await plan()).toEqual([]);
  });
});

describe('a replica that must start again from a copy', () => {
  const own = (sql: string) => on('database-2', `mariadb -BNe '${sql}'`);
  const rows = 'select count(*) from sofoot.comments';
  const fake = '/usr/local/bin/mariadb-dump';
  let before: string;

  beforeAll(async () => {
    before = await own(rows);
    expect(Number(before)).toBeGreaterThan(0);
    await own('create table sofoot.own (id int)');
  });

  test.each([
    {
      when: 'the primary is away',
      by: 'ip route add unreachable $(getent ahostsv4 primary.database | head -n 1 | cut -d " " -f 1)/32',
      mend: 'ip route del unreachable $(getent ahostsv4 primary.database | head -n 1 | cut -d " " -f 1)/32',
      says: 'database-1 cannot be asked for its data',
    },
    {
      when: 'the dump fails midway',
      by: `printf '#!/bin/sh\\n/usr/bin/mariadb-dump "$@" | head -c 20000; exit 3' > ${fake}; chmod +x ${fake}`,
      mend: `rm ${fake}`,
      says: 'the copy of database-1 failed',
    },
    {
      when: 'the dump ends early, and nobody says so',
      by: `printf '#!/bin/sh\\n/usr/bin/mariadb-dump "$@" | head -c 20000' > ${fake}; chmod +x ${fake}`,
      mend: `rm ${fake}`,
      says: 'the copy of database-1 is not complete',
    },
    {
      when: 'there is no room for it',
      by: `printf '#!/bin/sh\\necho; echo disk 9 9 9 0%% /' > /usr/local/bin/df; chmod +x /usr/local/bin/df`,
      mend: 'rm /usr/local/bin/df',
      says: '/var/lib has 9 kB free',
    },
  ])('keeps what it has when $when', async ({ by, mend, says }) => {
    await on('database-2', by);
    const { code, stderr } = await spillway('up', platform);
    await on('database-2', mend);
    expect(stderr).toContain(says);
    expect(stderr).toContain('what this server has was left as it was');
    expect(code).toBe(1);
    expect(await own(rows)).toBe(before);
    expect(await on('database-2', 'ls /var/lib/mysql-copy.* 2>/dev/null')).toBe('');
  });

  test('is a replica again once there is one', async () => {
    expect((await spillway('up', platform)).code).toBe(0);
    expect(await own(rows)).toBe(await on('database-1', `mariadb -BNe '${rows}'`));
    expect(await own('show tables in sofoot like "own"')).toBe('');
    expect(await plan()).toEqual([]);
  });
});

describe('content', () => {
  test('that is put on the origin is soon on all copies, and what is deleted there is gone', async () => {
    await on('backoffice-1', 'echo new > /srv/site/public/media/new.txt');
    await eventually(
      () => on('web-2', 'cat /srv/site/public/media/new.txt 2>/dev/null'),
      (text) => text === 'new',
    );
    await on('backoffice-1', 'rm /srv/site/public/media/new.txt');
    await eventually(
      () => on('web-2', 'ls /srv/site/public/media/new.txt 2>/dev/null'),
      (text) => text === '',
    );
  });

  test('of equal size in the same second is told apart', async () => {
    const put = (text: string, at: string) =>
      on(
        'backoffice-1',
        `printf ${text} > /srv/site/public/media/x; touch -d '2026-01-01 00:00:00.${at}' /srv/site/public/media/x`,
      );
    await put('one', '1');
    await on('backoffice-1', exchange);
    await on('web-3', exchange);
    await put('two', '2');
    await on('backoffice-1', exchange);
    await on('web-3', exchange);
    expect(await on('web-3', 'cat /srv/site/public/media/x')).toBe('two');
    await on('backoffice-1', 'rm /srv/site/public/media/x');
  });

  test('comes over once the origin is back', async () => {
    await on('backoffice-1', 'systemctl stop rsync; echo later > /srv/site/public/media/later.txt');
    expect(await on('web-2', `${exchange} 2>&1 || true`)).toContain('the origin does not answer');
    await on('backoffice-1', 'systemctl start rsync');
    await eventually(
      () => on('web-2', 'cat /srv/site/public/media/later.txt 2>/dev/null'),
      (text) => text === 'later',
    );
    await on('backoffice-1', 'rm /srv/site/public/media/later.txt');
  });
});

describe('without a break', () => {
  test('HAProxy reads its files again, and its runtime socket answers from the new process', async () => {
    const pid = `echo 'show info' | socat - UNIX-CONNECT:/run/haproxy/admin.sock | grep '^Pid'`;
    const before = await on('balancer-1', pid);
    expect(before).toMatch(/^Pid: \d+$/);
    await on('balancer-1', 'systemctl reload haproxy');
    await eventually(
      () => on('balancer-1', pid),
      (after) => /^Pid: \d+$/.test(after) && after !== before,
    );
  });

  test('keepalived does what is new in its file', async () => {
    const edit = (from: string, to: string) =>
      `sed -i 's/${from}/${to}/' /etc/keepalived/keepalived.conf; systemctl reload keepalived`;
    const [holder] = await holders();
    await on(holder!, edit('203.0.113.10', '203.0.113.77'));
    await eventually(
      () => on(holder!, 'ip -4 -br addr show public'),
      (ips) => ips.includes('203.0.113.77/24') && !ips.includes('203.0.113.10/'),
    );
    await on(holder!, edit('203.0.113.77', '203.0.113.10'));
    await eventually(holders, (all) => all.length === 1);
  });

  test('PHP ends the requests that it has begun', async () => {
    const page = '/srv/site/public/slow.php';
    const ask = [
      '$s = stream_socket_client("unix:///run/php/spillway.sock");',
      'function pair($k, $v) { return chr(strlen($k)) . chr(strlen($v)) . $k . $v; }',
      'function record($type, $body) { return pack("CCnnCx", 1, $type, 1, strlen($body), 0) . $body; }',
      `$params = pair("SCRIPT_FILENAME", "${page}") . pair("REQUEST_METHOD", "GET") . pair("REQUEST_URI", "/");`,
      'fwrite($s, record(1, pack("nCx5", 1, 0)) . record(4, $params) . record(4, "") . record(5, ""));',
      'echo strpos(stream_get_contents($s), "to the end") === false ? "cut off" : "to the end";',
    ].join(' ');
    await on('web-1', `echo '<?php sleep(2); echo "to the end";' > ${page}`);
    const answer = on('web-1', `php -r '${ask}'`);
    await on('web-1', 'sleep 0.7; systemctl reload php8.2-fpm');
    expect(await answer).toBe('to the end');
    const { code, stderr } = await spillway('up', platform);
    expect(code, stderr).toBe(0);
    expect(await on('web-1', `ls ${page} 2>/dev/null`)).toBe('');
  });
});

test('a balancer that has lost the public network gives the address away', async () => {
  const [one] = await holders();
  await on(one!, 'ip link set public down');
  const [other] = await eventually(holders, (all) => all.length === 1 && all[0] !== one);
  await on(one!, 'ip link set public up');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await holders()).toEqual([other]);
});

describe('a primary that lost everything', () => {
  test('does not take the last good copy with it', async () => {
    const count = `mariadb -BNe 'select count(*) from sofoot.comments'`;
    const before = await on('database-2', count);
    await on('database-1', `mariadb -e 'set sql_log_bin = 0; drop database sofoot; reset master'`);
    // Its replica cannot follow any more, so that this waits; it is there when the server is back.
    await on(
      'database-1',
      `timeout 5 mariadb -e 'create database sofoot; create table sofoot.comments (id int)' || true`,
    );
    await on('database-1', 'systemctl restart mariadb');
    await eventually(
      () => on('database-2', `mariadb -e 'show slave status\\G' | grep -c 'Slave_IO_Running: No'`),
      (stopped) => stopped === '1',
    );
    const { code, stderr } = await spillway('up', platform);
    expect(code).toBe(1);
    expect(stderr).toContain('database-1 has less than this server');
    expect(await on('database-2', count)).toBe(before);
  });
});

async function holders(): Promise<readonly string[]> {
  const pair = ['balancer-1', 'balancer-2'];
  const ips = await Promise.all(pair.map((machine) => on(machine, 'ip -4 -br addr show public')));
  return pair.filter((_, index) => ips[index]?.includes('203.0.113.10/'));
}
