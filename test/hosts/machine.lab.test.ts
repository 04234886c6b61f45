/** Changes made and seen on a real machine, over real SSH, with systemd. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHosts } from '../../src/hosts/index.ts';
import type { RoleFacts } from '../../src/model/facts.ts';
import type { Change } from '../../src/model/plan.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { mark } from '../../src/model/secrets.ts';
import { compareRole } from '../../src/plan/compare-role.ts';
import type { Reach } from '../../src/ports/host.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { ensureNetworks, names, openBench } from '../lab-engine/bench.ts';
import { digestOf, emptyRecipe, fileChange, taskChange } from './changes.ts';

const bench = openBench();
const platform = bench.platform('hosts');
const machine = names.machine('web-1');
const folder = mkdtempSync(join(tmpdir(), 'spillway-hosts-'));
const store = openSqliteStore(join(folder, 'state.sqlite'));
const vault = createVault(store, platform);
const hosts = createHosts(vault, platform);
let reach: Reach;

beforeAll(async () => {
  await bench.engine.ensureImage([], () => undefined);
  await ensureNetworks(bench.engine, platform);
  const keys = { authorizedKey: vault.clientKey().public, hostKey: vault.hostKey(machine) };
  await bench.engine.createMachine({ ...bench.web(platform, 1), ...keys });
  reach = { machine, ...(await bench.machine(platform, machine)).reach };
});

afterAll(async () => {
  hosts.close();
  store.close();
  rmSync(folder, { recursive: true });
  await bench.close();
});

const on = async (script: string) => (await hosts.run(reach, script)).stdout.trim();
const password = { kind: 'password', name: 'app' } as const;

const recipe: Recipe = {
  ...emptyRecipe,
  role: 'app',
  packages: ['systemd'],
  directories: [{ path: '/srv/app', owner: 'www-data:www-data', mode: 0o750 }],
  files: [
    { path: '/srv/app/app.conf', content: `password = ${mark(password)}\n`, owner: 'root:www-data', mode: 0o640 },
    {
      path: '/etc/systemd/system/app.service',
      content: [
        '[Service]',
        'ExecStart=/bin/sleep infinity',
        'ExecReload=/bin/sh -c "date +%%s%%N >> /run/reloaded"',
        '[Install]',
        'WantedBy=multi-user.target',
        '',
      ].join('\n'),
      owner: 'root:root',
      mode: 0o644,
    },
  ],
  absent: ['/etc/motd'],
  units: [{ name: 'app.service', reads: ['/srv/app/app.conf'], rereads: 'reload' }],
  tasks: [
    { name: 'fill', when: 'after-units', check: 'test -e /srv/app/filled', run: 'touch /srv/app/filled' },
    { name: 'tell', when: 'after-units', run: 'echo x >> /run/told', inputs: ['/srv/app/app.conf'] },
  ],
  probes: [{ name: 'runs', run: `systemctl is-active --quiet app || echo 'it does not run'` }],
};
const digest = ({ content }: { content: string }) => digestOf(vault.fill(content));

async function seen(): Promise<RoleFacts> {
  const facts = await hosts.inspect(reach, [recipe]);
  if (!facts.reachable) throw new Error(facts.why);
  return facts.roles.get('app')!;
}
const wanted = async (): Promise<readonly Change[]> => compareRole(recipe, await seen(), digest);
const kinds = (changes: readonly Change[]) =>
  changes.map((change) =>
    change.kind === 'unit' ? `${change.action} ${change.unit.name}` : `${change.kind} ${change.why.code}`,
  );

test('what is to be done is known before; done once, nothing is left to do', async () => {
  expect(kinds(await wanted())).toEqual([
    'directory missing',
    'file missing',
    'file missing',
    'remove-file not-wanted',
    'restart app.service',
    'task not-so',
    'task inputs-changed',
  ]);
  await hosts.apply(reach, 'app', await wanted());
  expect(await wanted()).toEqual([]);
  expect(
    await on('stat -c "%U:%G %a" /srv/app /srv/app/app.conf; cat /srv/app/app.conf; systemctl is-enabled app'),
  ).toBe(['www-data:www-data 750', 'root:www-data 640', `password = ${vault.reveal(password)}`, 'enabled'].join('\n'));
  expect([...(await seen()).probes]).toEqual([['runs', '']]);
});

const drifts: readonly { readonly by: string; readonly is: readonly string[] }[] = [
  { by: 'echo more >> /srv/app/app.conf', is: ['file changed-by-hand', 'reload app.service'] },
  { by: 'chmod 666 /srv/app/app.conf', is: ['file mode', 'reload app.service'] },
  { by: 'chown root /srv/app', is: ['directory owner'] },
  { by: 'touch /etc/motd', is: ['remove-file not-wanted'] },
  { by: 'systemctl stop app', is: ['start app.service'] },
  { by: 'systemctl disable --quiet app', is: ['start app.service'] },
  { by: 'rm /srv/app/filled', is: ['task not-so'] },
  { by: 'rm -r /srv/app', is: ['directory missing', 'file missing', 'reload app.service', 'task not-so'] },
  { by: 'rm -r /var/lib/spillway', is: ['reload app.service', 'task inputs-changed'] },
];
test.each(drifts)('after `$by` it is mended, and that alone', async ({ by, is }) => {
  await on(by);
  expect(kinds(await wanted())).toEqual(is);
  await hosts.apply(reach, 'app', await wanted());
  expect(await wanted()).toEqual([]);
});

test('a unit that cannot start is named, with what it said', async () => {
  const unit = '[Service]\nExecStart=/bin/false\nType=oneshot\n';
  const broken = fileChange('/etc/systemd/system/bad.service', unit, { owner: 'root:root' });
  const start: Change = {
    kind: 'unit',
    unit: { name: 'bad.service', reads: [], rereads: 'restart' },
    action: 'restart',
    stamp: '',
    why: { code: 'x', says: 'x' },
  };
  await expect(hosts.apply(reach, 'app', [broken, start])).rejects.toMatchObject({
    code: 'change-failed',
    message: expect.stringMatching(/unit bad\.service failed\n[\s\S]*status=1\/FAILURE/) as string,
  });
});

test('while changes are made, no process of the machine shows a secret', async () => {
  const slow = hosts.apply(reach, 'app', [
    fileChange('/root/secret', mark(password), { owner: 'root:root' }),
    taskChange('slow', 'sleep 1.5'),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const everything = await on(`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '`);
  await slow;
  expect(everything).toContain('sleep 1.5');
  expect(everything).not.toContain(vault.reveal(password));
  expect(await on('cat /root/secret')).toBe(vault.reveal(password));
});

test('two runs do not change a machine at once', async () => {
  const second = createHosts(vault, platform);
  const noted = (word: string) =>
    taskChange(word, `echo ${word} in >> /run/turns; sleep 0.5; echo ${word} out >> /run/turns`);
  await Promise.all([hosts.apply(reach, 'one', [noted('one')]), second.apply(reach, 'two', [noted('two')])]);
  second.close();
  const turns = (await on('cat /run/turns')).split('\n').map((line) => line.split(' ')[0]);
  expect(turns[0]).toBe(turns[1]);
  expect(turns[2]).toBe(turns[3]);
});

test('a run that is cut off begins nothing more, and what it held is free', async () => {
  const cut = createHosts(vault, platform);
  const lost = cut.apply(reach, 'cut', [
    taskChange('first', 'touch /run/first; sleep 3'),
    taskChange('second', 'touch /run/second'),
  ]);
  await expect.poll(() => on('ls /run/first')).toBe('/run/first');
  cut.forget(machine);
  await expect(lost).rejects.toMatchObject({ code: 'session-lost' });
  await hosts.apply(reach, 'next', [taskChange('third', 'touch /run/third')]);
  expect(await on('ls /run/first /run/second /run/third 2>/dev/null')).toBe('/run/first\n/run/third');
});

test('what a task leaves running does not keep the next run waiting', async () => {
  await hosts.apply(reach, 'app', [taskChange('daemon', 'setsid sleep 30 >/dev/null 2>&1 &')]);
  const began = Date.now();
  await hosts.apply(reach, 'app', [taskChange('next', 'true')]);
  expect(Date.now() - began).toBeLessThan(25_000);
});

test('one connection serves it all', async () => {
  expect(await on(`ss -Htn state established '( sport = :22 )' | wc -l`)).toBe('1');
});

test('a machine that died in the middle is told of, and found again when it is back', async () => {
  const running = hosts.run(reach, 'sleep 60');
  running.catch(() => undefined);
  await bench.engine.powerOff(platform, machine);
  expect(await hosts.inspect(reach, [recipe])).toMatchObject({ reachable: false });
  await expect(running).rejects.toMatchObject({ code: 'session-lost' });
  await bench.engine.startMachine(platform, machine);
  expect(await wanted()).toEqual([]);
});

test('one that takes connections and says nothing is a fact, after the time to connect', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  expect(await hosts.inspect({ machine: names.machine('web-9'), host: '127.0.0.1', port }, [])).toMatchObject({
    reachable: false,
    why: expect.stringContaining('cannot be reached over SSH') as string,
  });
  silent.close();
});
