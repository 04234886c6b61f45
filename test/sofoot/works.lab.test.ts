/** SoFoot on real machines: it is up, does what it should, closes what it should, and is mended when it drifts. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { belongingsOf, stillThere } from '../lab/belongings.ts';
import { cameBetween, thingsOnHost, type Thing } from '../lab/host.ts';
import { machinesOf } from '../lab/machines.ts';
import { eventually, output, spillway, spillwayJson, start } from '../lab/spillway.ts';
import { tracesOf } from '../lab/traces-left.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-works';
const webs = ['web-1', 'web-2', 'web-3'];
const machines = ['balancer-1', 'balancer-2', ...webs, 'database-1', 'database-2', 'backoffice-1'];
const entrance = '203.0.113.10';
const host = 'www.sofoot.test';

const folder = mkdtempSync(join(tmpdir(), 'spillway-works-'));
const authorityFile = join(folder, 'authority.pem');
let before: readonly Thing[] = [];
let visitor: Awaited<ReturnType<typeof visitorOf>>;

let lab: ReturnType<typeof machinesOf>;
const on = (machine: string, script: string) => lab.on(machine, script);
const secrets = () => {
  const database = new DatabaseSync(`/var/lib/spillway/platforms/${platform}/state.sqlite`, { readOnly: true });
  const rows = database.prepare('SELECT name, value FROM secrets').all() as { name: string; value: string }[];
  database.close();
  return rows;
};

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  await spillway('down', platform, '--yes');
  before = await thingsOnHost();
  const first = start('up', 'sofoot', '--as', platform);
  await eventually(
    () => spillway('events', platform),
    ({ stdout }) => stdout.includes('spillway up'),
  );
  const second = await spillway('up', 'sofoot', '--as', platform);
  expect(second.code, 'a second `up` is refused while the first works').toBe(3);
  expect(second.stderr).toMatch(
    new RegExp(`\`spillway up ${platform}\` works on this platform, as process ${first.child.pid} on \\S+, since \\d`),
  );
  const { code, stderr, stdout } = await first.ended;
  expect(code, stdout + stderr).toBe(0);
  visitor = await visitorOf(platform);
  lab = machinesOf(platform);
  writeFileSync(authorityFile, secrets().find(({ name }) => name === 'authority-certificate')?.value ?? '');
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a visitor', () => {
  test('sees the front page, with what the database holds', async () => {
    const title = await on(
      'database-1',
      `mariadb -BNe 'select title from sofoot.articles order by published_at desc, id desc limit 1'`,
    );
    const { body } = await visitor.curl(`http://${entrance}/`, '-H', `Host: ${host}`);
    const plain = body.replaceAll('&amp;', '&').replaceAll('&#039;', "'").replaceAll('&quot;', '"');
    expect(title).not.toBe('');
    expect(plain).toContain(title);
  });

  test('is answered by all three web machines in turn', async () => {
    const served = [];
    for (let round = 0; round < 6; round++) {
      const { body } = await visitor.curl('-D', '-', '-o', '/dev/null', `http://${entrance}/search?q=cup`);
      served.push(/x-served-by: (\S+)/i.exec(body)?.[1]);
    }
    expect(new Set(served)).toEqual(new Set(webs));
    expect(served.slice(0, 3)).toEqual(served.slice(3));
  });

  test('posts a comment, reads it back, and it is on the replica', async () => {
    const words = `Posted by a test ${Date.now()}`;
    const posted = await visitor.curl(
      ...['-H', 'Accept: application/json', '--data-urlencode', 'author=Tester', '--data-urlencode', `body=${words}`],
      `http://${entrance}/article/1/comments`,
    );
    const { id } = JSON.parse(posted.body) as { id: number };
    const { body } = await visitor.curl(`http://${entrance}/article/1/comments.json`);
    expect((JSON.parse(body) as { body: string }[]).map((comment) => comment.body)).toContain(words);
    const onReplica = () => on('database-2', `mariadb -BNe 'select body from sofoot.comments where id = ${id}'`);
    expect(await eventually(onReplica, (found) => found !== '')).toBe(words);
  });

  test('trusts the certificate because of the platform’s authority, and only then', async () => {
    const secure = [
      '--resolve',
      `${host}:443:${entrance}`,
      `https://${host}/`,
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
    ];
    expect(await visitor.curl('--cacert', authorityFile, ...secure)).toMatchObject({ code: 0, body: '200' });
    // 60: the peer's certificate cannot be verified.
    expect(await visitor.curl(...secure)).toMatchObject({ code: 60 });
  });

  test('sees the page in a second from the other balancer when one dies', async () => {
    const holder = (await on('balancer-1', 'ip -4 -br address show dev public')).includes(`${entrance}/`)
      ? 'balancer-1'
      : 'balancer-2';
    await on(holder, 'systemctl kill --signal=KILL keepalived haproxy; systemctl stop keepalived haproxy');
    const answer = () =>
      visitor.curl('-o', '/dev/null', '-w', '%{http_code}', '--max-time', '2', `http://${entrance}/`);
    expect((await eventually(answer, ({ body }) => body === '200')).body).toBe('200');
    expect((await spillway('up', platform)).code).toBe(0);
  });
});

describe('what is closed', () => {
  test('of the entrance and of the machines with a public address all 65,535 ports, but the entrance’s 80 and 443', async () => {
    const publicIp = async (machine: string) =>
      /203\.0\.113\.\d+/.exec(await on(machine, 'ip -4 -br address show dev public'))?.[0] ?? '';
    const own = await Promise.all([publicIp('balancer-1'), publicIp('backoffice-1')]);
    expect(await visitor.answering([entrance, ...own], '1-65535')).toEqual({
      [entrance]: [80, 443],
      ...Object.fromEntries(own.map((ip) => [ip, []])),
    });
  });

  test.each(['203.0.113.1', '203.0.113.2', '203.0.113.4'])(
    'every machine, for a visitor who would go through %s',
    async (gateway) => {
      const inner = await Promise.all(
        machines.map(
          async (machine) => /10\.8\.0\.\d+/.exec(await on(machine, 'ip -4 -br address show dev private'))?.[0] ?? '',
        ),
      );
      await visitor.run('ip', 'route', 'replace', '10.8.0.0/24', 'via', gateway);
      const closed = Object.fromEntries(inner.map((ip) => [ip, []]));
      expect(await visitor.answering(inner, '1-1024', '3306', '8000-8100')).toEqual(closed);
      await visitor.run('ip', 'route', 'del', '10.8.0.0/24');
    },
  );

  test('a web machine reaches what it has a flow to, and nothing else', async () => {
    const reaches = async (address: string, port: number) =>
      (await on(
        'web-1',
        `timeout 1 bash -c 'echo > /dev/tcp/${address}/${port}' 2>/dev/null && echo yes || echo no`,
      )) === 'yes';
    const wanted = { 'database-1:3306': true, 'database-2:3306': true, 'backoffice-1:873': true };
    const closed = [
      'database-1:22',
      'backoffice-1:443',
      'backoffice-1:22',
      'web-2:80',
      'web-2:22',
      'balancer-1:80',
      'balancer-1:443',
      'balancer-1:22',
    ];
    const controller =
      (await on('web-1', 'ip -4 -br address show dev mgmt0')).split(/\s+/)[2]?.replace(/\.\d+\/\d+$/, '.1') ?? '';
    for (const [target, open] of [
      ...Object.entries(wanted),
      ...[...closed, `${controller}:22`].map((one) => [one, false] as const),
    ]) {
      const [address = '', port] = target.split(':');
      expect(await reaches(address, Number(port)), target).toBe(open);
    }
  });

  test('the editors’ site, but for editors', async () => {
    const editors = 'redaction.sofoot.test';
    const page = [
      '--cacert',
      authorityFile,
      '--resolve',
      `${editors}:443:203.0.113.4`,
      `https://${editors}/`,
      '--connect-timeout',
      '2',
      '-w',
      '%{http_code}',
      '-o',
      '/dev/null',
    ];
    // 28: no answer in time.
    expect(await visitor.curl(...page)).toMatchObject({ code: 28 });
    await visitor
      .run('ip', 'address', 'add', '203.0.113.130/24', 'dev', 'public')
      .catch(() =>
        visitor.run(
          'sh',
          '-c',
          'ip address add 203.0.113.130/24 dev $(ip -br link | grep -v ^lo | cut -d@ -f1 | cut -d" " -f1)',
        ),
      );
    expect(await visitor.curl('--interface', '203.0.113.130', ...page)).toMatchObject({ code: 0, body: '200' });
  });
});

describe('the content', () => {
  const digests = () =>
    Promise.all(
      ['backoffice-1', ...webs].map((machine) =>
        on(machine, `cd /srv/site && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum`),
      ),
    );

  test('is equal on every web machine, to the last byte', async () => {
    const [origin, ...copies] = await digests();
    expect(origin).toMatch(/^[0-9a-f]{64}/);
    expect(copies).toEqual(webs.map(() => origin));
  });

  test('that an editor publishes is soon on every web machine', async () => {
    const editors = 'redaction.sofoot.test';
    const { body } = await visitor.curl(
      ...[
        '--interface',
        '203.0.113.130',
        '--cacert',
        authorityFile,
        '--resolve',
        `${editors}:443:203.0.113.4`,
        '-H',
        'Accept: application/json',
      ],
      ...[
        '--data-urlencode',
        'title=Spillway holds the line',
        '--data-urlencode',
        'author=A Tester',
        '--data-urlencode',
        'category=opinion',
      ],
      ...[
        '--data-urlencode',
        'summary=A summary of the thing.',
        '--data-urlencode',
        'body=A body that says a little more than the summary does.',
      ],
      `https://${editors}/articles`,
    );
    const { path } = JSON.parse(body) as { path: string };
    const page = await eventually(
      () => visitor.curl('-w', '%{http_code}', `http://${entrance}${path}`),
      (answer) => answer.body.endsWith('200'),
    );
    expect(page.body).toContain('Spillway holds the line');
    const all = await eventually(digests, (found) => new Set(found).size === 1);
    expect(all).toHaveLength(4);
  });

  test('is missed by the health page when it is gone', async () => {
    const health = () => on('web-3', `curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health`);
    expect(await health()).toBe('200');
    await on('web-3', 'mv /srv/site/public/media /srv/site/public/gone');
    expect(await health()).toBe('503');
    await on('web-3', 'mv /srv/site/public/gone /srv/site/public/media');
    expect(await health()).toBe('200');
  });

  test('without its database a web machine that had it a short while ago stays well, and a new one is not', async () => {
    const health = () => on('web-3', `curl -s -m 1 -o /dev/null -w '%{http_code}' http://127.0.0.1/health`);
    const chain = 'chain inet lost output { type filter hook output priority -10; }';
    await on('web-3', `nft 'add table inet lost; add ${chain}; add rule inet lost output tcp dport 3306 drop'`);
    expect(await health()).toBe('200');
    await on('web-3', 'rm /tmp/sofoot-database-seen');
    expect(await health()).toBe('503');
    await on('web-3', `nft 'delete table inet lost'`);
    expect(await health()).toBe('200');
  });
});

describe('a request that a web machine does not answer', () => {
  /** Takes the place of nginx: well for the balancer's check, and hangs up on everybody else after noting who came. */
  const hangsUp = `
    $server = stream_socket_server('tcp://0.0.0.0:80');
    while (true) {
      $visitor = @stream_socket_accept($server, -1);
      if (!$visitor) continue;
      stream_set_timeout($visitor, 1);
      $line = (string) fgets($visitor);
      while (($header = fgets($visitor)) !== false && trim($header) !== '') { }
      if (str_contains($line, '/health')) fwrite($visitor, "HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n");
      else file_put_contents('/tmp/came', $line, FILE_APPEND);
      fclose($visitor);
    }`;

  test('is sent again if it only reads, and never if it was a POST', async () => {
    const encoded = Buffer.from(`<?php${hangsUp}`).toString('base64');
    await Promise.all(
      webs.map((web) =>
        on(
          web,
          `systemctl stop nginx; echo ${encoded} | base64 -d > /tmp/hangs-up.php; rm -f /tmp/came; systemd-run --unit=hangs-up php /tmp/hangs-up.php`,
        ),
      ),
    );
    const seenUp = () =>
      on(
        'balancer-1',
        `echo 'show servers state' | socat - UNIX-CONNECT:/run/haproxy/admin.sock | awk '/^[0-9]+ / && $6 == 2' | wc -l`,
      );
    await eventually(seenUp, (up) => up === '3');
    await visitor.curl(`http://${entrance}/twice`);
    await visitor.curl('-X', 'POST', '-d', 'once', `http://${entrance}/once`);
    const came = (await Promise.all(webs.map((web) => on(web, 'cat /tmp/came')))).join('\n').split('\n');
    expect(came.filter((line) => line.startsWith('GET /twice')).length).toBeGreaterThan(1);
    expect(came.filter((line) => line.startsWith('POST /once'))).toHaveLength(1);
    await Promise.all(webs.map((web) => on(web, 'systemctl stop hangs-up; rm -f /tmp/came /tmp/hangs-up.php')));
    expect((await spillway('up', platform)).code).toBe(0);
  });
});

describe('drift', () => {
  const plan = async () => {
    const { steps } = (await spillwayJson('plan', platform)) as {
      steps: { id: string; reason: { says: string }; changes?: { what: string; why: string }[] }[];
    };
    return steps.flatMap(({ id, reason, changes }) =>
      changes === undefined ? [`${id}: ${reason.says}`] : changes.map(({ what, why }) => `${id}: ${what} ${why}`),
    );
  };

  test('there is none after `up`, and a second `up` does nothing', async () => {
    expect(await plan()).toEqual([]);
    expect(await spillwayJson('up', platform)).toMatchObject({ stepsDone: 0 });
  });

  test('is named exactly, and mended', async () => {
    await lab.powerOff('web-2');
    await on('web-1', 'echo "# edited" >> /etc/nginx/nginx.conf');
    await on('web-3', 'systemctl stop php8.2-fpm');
    await on('database-1', 'chmod 644 /etc/mysql/spillway/accounts.sql');
    await on('balancer-2', 'rm /etc/keepalived/keepalived.conf');
    await on('database-2', `mariadb -e 'stop slave'`);
    await output('ip', 'netns', 'exec', `spw-${platform}`, 'nft', 'delete', 'table', 'inet', 'door');
    expect((await plan()).sort()).toEqual([
      'address/lab/www: is not there',
      'balancer-2/change: /etc/keepalived/keepalived.conf is missing',
      'balancer-2/change: keepalived.service reads /etc/keepalived/keepalived.conf',
      'database-1/mariadb: /etc/mysql/spillway/accounts.sql has mode 0644, should have 0600',
      'database-2/mariadb: follow the primary the replication SQL thread is stopped, error 0',
      'web-1/change: /etc/nginx/nginx.conf was changed by hand',
      'web-1/change: nginx.service reads /etc/nginx/nginx.conf',
      'web-2/machine: does not run',
      'web-3/php: php8.2-fpm.service does not run',
    ]);
    expect((await spillway('status', platform)).code).toBe(1);
    const { code, stderr } = await spillway('up', platform);
    expect(code, stderr).toBe(0);
    expect(await plan()).toEqual([]);
    expect((await spillway('status', platform)).code).toBe(0);
  });
});

describe('secrets', () => {
  test('stand in nothing that is printed, nor in the journal, nor in a list of processes', async () => {
    const commands = [['plan'], ['status'], ['events', '--last', '100000'], ['explain'], ['cost']];
    const printed = await Promise.all(
      commands.flatMap(([command = '', ...options]) => [
        spillway(command, platform, ...options),
        spillway(command, platform, ...options, '--json'),
      ]),
    );
    const listed = await Promise.all(machines.map((machine) => on(machine, `cat /proc/[0-9]*/cmdline | tr '\\0' ' '`)));
    const everything = [...printed.map(({ stdout, stderr }) => stdout + stderr), ...listed].join('\n');
    const passwords = secrets().filter(
      ({ name }) => name.includes('password') || name.includes('key') || name.includes('ssh'),
    );
    expect(passwords.length).toBeGreaterThan(4);
    for (const { name, value } of passwords) {
      for (const part of value
        .split(/\\n|\n/)
        .filter((line) => line.length >= 24 && !line.startsWith('-----') && !line.includes('ssh-ed25519'))) {
        expect(everything.includes(part), name).toBe(false);
      }
    }
  });

  test('that visitors see are those of the vault: the certificate is for the declared hosts, and the balancer shows it', async () => {
    const kept = secrets().find(({ name }) => name.includes('certificate www.sofoot.test'))?.value ?? '';
    const { subjectAltName = '', raw } = new X509Certificate(kept);
    expect(subjectAltName.split(', ')).toEqual(['DNS:www.sofoot.test', 'DNS:sofoot.test', `IP Address:${entrance}`]);
    const shown = await visitor.curl(
      ...['--cacert', authorityFile, '--resolve', `${host}:443:${entrance}`, `https://${host}/`],
      ...['-o', '/dev/null', '-w', '%{certs}'],
    );
    const [pem = ''] = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/s.exec(shown.body) ?? [];
    expect(sha256(new X509Certificate(pem).raw)).toBe(sha256(raw));
  });
});

describe('down', () => {
  test('asks before data is lost', async () => {
    const { code, stderr } = await spillway('down', platform);
    expect(code).toBe(3);
    expect(stderr).toContain('--yes');
    expect((await spillway('status', platform)).code).toBe(0);
  });

  test('leaves nothing on this host that was not there before', async () => {
    const had = await belongingsOf(platform);
    // Each machine's namespace, the fabric's and the visitor's; and at least an init for each machine.
    expect(had.namespaces.size).toBe(machines.length + 2);
    expect(had.processes.length).toBeGreaterThan(machines.length);
    expect(had.links).toHaveLength(1);
    expect((await spillway('down', platform, '--yes')).code).toBe(0);
    expect(await tracesOf(platform)).toEqual([]);
    expect(await stillThere(platform, had)).toEqual([]);
    // Another platform's link is there for a moment before it bears its owner's name.
    const nothing = (found: readonly string[]) => found.length === 0;
    await eventually(async () => cameBetween(before, await thingsOnHost(), platform), nothing, 5_000);
    expect((await spillway('down', platform, '--yes')).code).toBe(2);
  });
});
