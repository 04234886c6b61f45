/** Each verb on real machines: what it breaks shows, ends, and may be ended again. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineName, SiteName } from '../../../src/model/ids.ts';
import { type FaultKind, faultKinds, readMeasure, readyOrThrow } from '../../../src/rehearse/faults/index.ts';
import type { Scene } from '../../../src/rehearse/faults/scene.ts';
import { ensureNetworks, knock, names, openBench } from '../../lab-engine/bench.ts';

const bench = openBench();
const { engine } = bench;
const platform = bench.platform('fa');
const known = { machines: ['web-1', 'web-2'], sites: ['a', 'b'] };

beforeAll(async () => {
  await engine.ensureImage([], () => undefined);
  await ensureNetworks(engine, platform);
  await Promise.all([1, 2].map((n) => engine.createMachine(bench.web(platform, n))));
  await doing('web-1');
  await bench.ssh(platform, 'web-1', 'echo "10.8.0.12 web-2" >>/etc/hosts');
  await bench.ssh(platform, 'web-2', `systemd-run --quiet --unit=sink perl -e '${sink}'`);
});
afterAll(() => bench.close());

const on = (machine: string, command: string) => bench.ssh(platform, machine, command);
const doing = (machine: string) =>
  on(
    machine,
    `printf '[Service]\\nExecStart=sleep 9999\\n' >/etc/systemd/system/doer.service; systemctl daemon-reload; systemctl start doer`,
  );

/** Takes 125 kB, a megabit, and says so. */
const sink = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 999, Listen => 5, ReuseAddr => 1) or die; while (my $c = $s->accept) { my ($n, $b) = (0); while ($n < 125000 && (my $r = sysread($c, $b, 65536))) { $n += $r } print $c "all\\n"; close $c }`;
const megabitMs = async () => {
  const sent = 'exec 3<>/dev/tcp/10.8.0.12/999; head -c 125000 /dev/zero >&3; read -r said <&3; [ $said = all ]';
  const timed = `began=\${EPOCHREALTIME/./}; ${sent} && echo $(((\${EPOCHREALTIME/./} - began) / 1000))`;
  return Number(await on('web-1', `timeout 30 bash -c '${timed}'`));
};

const scene: Scene = {
  ...{ platform, engines: new Map([['lab' as EngineName, engine]]), spared: new Set<string>() },
  hosts: {
    forget: () => undefined,
    async run({ machine }, script) {
      try {
        return { stdout: await on(machine, script), stderr: '', exitCode: 0 };
      } catch (error) {
        const { stdout = '', stderr = '', code = 1 } = error as { stdout?: string; stderr?: string; code?: number };
        return { stdout, stderr, exitCode: code };
      }
    },
  },
  controller: { kill: () => Promise.resolve() },
};

const toOther = async (network: '10.8.0' | '198.18.0') => on('web-1', knock(`${network}.12`, 22));
async function fromHost(machine: string): Promise<string> {
  const { host } = (await bench.machine(platform, machine)).reach;
  // Who hangs takes connections; who lives greets.
  const greets = `timeout 1 bash -c 'read -r hello </dev/tcp/${host}/22' && echo open || echo closed`;
  return execFileSync('bash', ['-c', greets], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
async function fromVisitor(ip: string): Promise<string> {
  const [program = '', ...rest] = (await engine.visitor(platform)).argv;
  return execFileSync(program, [...rest, 'bash', '-c', knock(ip, 22)], { encoding: 'utf8' }).trim();
}

interface Row {
  readonly kind: FaultKind;
  readonly target: string;
  readonly to?: string;
  readonly shows: () => Promise<unknown>;
  readonly whole: unknown;
  readonly broken: unknown;
}
const row = (
  [kind, target, to]: readonly [FaultKind, string, string?],
  shows: Row['shows'],
  whole: unknown,
  broken: unknown,
): Row => ({ kind, target, ...(to !== undefined && { to }), shows, whole, broken });

/** Of 128 MB. */
const exhausted =
  '[ "$(cat /sys/fs/cgroup/memory/memory.usage_in_bytes /sys/fs/cgroup/memory.current 2>/dev/null | head -n 1)" -gt 105000000 ]';

const rows: readonly Row[] = [
  row(['freeze', 'web-2'], () => fromHost('web-2'), 'open', 'closed'),
  row(['freeze', 'b'], () => fromHost('web-2'), 'open', 'closed'),
  row(['cut', 'web-2'], () => toOther('10.8.0'), 'open', 'closed'),
  row(
    ['cut', 'b'],
    async () => [await toOther('10.8.0'), await fromHost('web-2')],
    ['open', 'open'],
    ['closed', 'closed'],
  ),
  row(
    ['hide', 'web-2'],
    async () => [await toOther('10.8.0'), await fromHost('web-2')],
    ['open', 'open'],
    ['open', 'closed'],
  ),
  row(
    ['hide', 'all'],
    async () => [await fromHost('web-1'), await fromHost('web-2')],
    ['open', 'open'],
    ['closed', 'closed'],
  ),
  row(
    ['part', 'a/b'],
    async () => [await toOther('10.8.0'), await fromVisitor('198.18.0.11'), await fromVisitor('198.18.0.12')],
    ['open', 'open', 'open'],
    ['closed', 'open', 'open'],
  ),
  row(
    ['part', 'b'],
    async () => [await toOther('198.18.0'), await fromVisitor('198.18.0.12'), await fromHost('web-2')],
    ['open', 'open', 'open'],
    ['closed', 'closed', 'open'],
  ),
  row(['slow', 'b', '250kbit/s'], async () => (await megabitMs()) > 2_500, false, true),
  row(['pause', 'web-1/sleep'], () => on('web-1', 'ps -C sleep -o state='), 'S', 'T'),
  row(['stop', 'web-1/doer.service'], () => on('web-1', 'systemctl is-active doer || true'), 'active', 'inactive'),
  row(
    ['fill', 'web-1/tmp'],
    () =>
      on(
        'web-1',
        'echo 1 >/tmp/keep; head -c 100000 /dev/zero >/tmp/new 2>/dev/null && echo room || echo full; rm -f /tmp/new',
      ),
    'room',
    'full',
  ),
  row(['exhaust', 'web-1', '90 %'], () => on('web-1', `${exhausted} && echo none || echo some`), 'some', 'none'),
  row(
    ['forget', 'web-1'],
    () => on('web-1', 'getent hosts web-2 >/dev/null && echo knows || echo forgot'),
    'knows',
    'forgot',
  ),
  row(['kill', 'web-2'], async () => (await bench.machine(platform, 'web-2')).state, 'running', 'stopped'),
  row(['kill', 'b'], async () => (await bench.machine(platform, 'web-2')).state, 'running', 'stopped'),
];

const readied = ({ kind, target, to }: Pick<Row, 'kind' | 'target' | 'to'>) => {
  const measured = readMeasure(kind, to);
  if (!measured.ok) throw new Error(measured.message);
  return readyOrThrow({ kind, target, ...(measured.to !== undefined && { to: measured.to }) }, known);
};

test.each(rows.map((one) => ({ ...one, name: `${one.kind} ${one.target}` })))(
  '$name',
  async (one) => {
    const { begin, end } = readied(one);
    await expect.poll(one.shows, { timeout: 10_000 }).toEqual(one.whole);
    expect(await begin(scene)).toBe('lasts');
    if (one.kind !== 'stop') expect(await begin(scene), 'once more').toBe('lasts');
    await expect.poll(one.shows, { timeout: 10_000 }).toEqual(one.broken);
    await end(scene);
    await end(scene);
    await expect.poll(one.shows, { timeout: 10_000 }).toEqual(one.whole);
  },
  60_000,
);

test('crash kills what bears the name, and says when nothing does', async () => {
  await doing('web-2');
  const { begin } = readied({ kind: 'crash', target: 'web-2/sleep' });
  expect(await begin(scene)).toBe('over');
  expect(await on('web-2', 'pgrep -x sleep || echo none')).toBe('none');
  await expect(begin(scene)).rejects.toMatchObject({ code: 'fault-failed', message: 'on web-2: no sleep runs' });
});

test('every verb is here', () => {
  expect([...new Set([...rows.map(({ kind }) => kind), 'crash'])].sort()).toEqual([...faultKinds].sort());
});

test('the disk of the host is not filled', async () => {
  const { begin } = readied({ kind: 'fill', target: 'web-1/var/lib' });
  await expect(begin(scene)).rejects.toMatchObject({ message: expect.stringContaining('is its host’s') as string });
});

test('a third site is not parted together with two others', async () => {
  const faults = engine.faults!;
  await faults.part(platform, ['a', 'b'] as [SiteName, SiteName]);
  await expect(faults.part(platform, ['b', 'c'] as [SiteName, SiteName])).rejects.toMatchObject({ code: 'lab-parted' });
  await faults.reunite(platform, ['a', 'b'] as [SiteName, SiteName]);
});

test('a machine that hangs ends by its power, and does not hang when it starts', async () => {
  const web2 = names.machine('web-2');
  await engine.faults!.freeze(platform, web2);
  await engine.powerOff(platform, web2);
  await expect(engine.faults!.freeze(platform, web2)).rejects.toMatchObject({ code: 'lab-machine-off' });
  await engine.startMachine(platform, web2);
  expect(await fromHost('web-2')).toBe('open');
});
