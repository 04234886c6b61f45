/** What the lab builds and reads as data: bundles, recipes, rules, the kernel's tables. */
import { describe, expect, test } from 'vitest';
import type { KeptAddress } from '../../src/engines/lab/kept-addresses.ts';
import { chooseFront } from '../../src/engines/lab/addresses.ts';
import type { MachineTags } from '../../src/engines/lab/bundle.ts';
import {
  annotationsOf,
  capabilitiesWithin,
  cpuQuota,
  sharesAtFirst,
  cpusOnline,
  ociConfig,
  tagsOf,
} from '../../src/engines/lab/bundle.ts';
import { hierarchiesIn } from '../../src/engines/lab/cgroups.ts';
import { isProcess } from '../../src/engines/lab/container.ts';
import { machineFiles, mountsBelowIn } from '../../src/engines/lab/disk.ts';
import { fabricRules } from '../../src/engines/lab/door.ts';
import { doorsIn } from '../../src/engines/lab/live-doors.ts';
import { netnsOwner } from '../../src/engines/lab/names.ts';
import { debianSources, imageKeyOf, mmdebstrapCommand } from '../../src/engines/lab/recipe.ts';
import type { AddressName } from '../../src/model/ids.ts';
import type { MachineSpec } from '../../src/model/spec.ts';

const tags = {
  platform: 'shop',
  machine: 'web-1',
  pool: 'web',
  part: 'overflow',
  site: 'a',
  flavour: { name: 'small', cores: 0.08, memoryBytes: 64e6 },
  image: '0123456789ab',
  interfaces: [{ network: 'lan', ip: '10.8.0.11', prefixLength: 24 }],
  management: { ip: '100.64.0.2', prefixLength: 22 },
} as unknown as MachineTags;

describe('a bundle', () => {
  test('remembers everything about its machine', () => {
    expect(tagsOf(annotationsOf(tags))).toEqual(tags);
  });

  test('without a tag is refused', () => {
    expect(() => tagsOf({})).toThrow('annotation missing: spillway.management');
  });

  test('has the memory of its flavour, its share of a busy host, and no CPU quota yet', () => {
    const config = ociConfig({ tags, capabilities: [], cgroup: 'spillway.shop.web-1', netns: '/run/netns/x' });
    expect(config).toMatchObject({
      hostname: 'web-1',
      linux: {
        cgroupsPath: '/spillway.shop.web-1',
        resources: { memory: { limit: 64e6 }, cpu: { shares: sharesAtFirst(tags) } },
      },
    });
    expect(JSON.stringify(config)).not.toContain('"quota"');
  });

  test.each([
    { part: 'base', cores: 0.1, shares: 1024 },
    { part: 'base', cores: 1.5, shares: 1536 },
    { part: 'overflow', cores: 0.1, shares: 102 },
  ] as const)('of the $part with $cores cores counts $shares until it is commissioned', ({ part, cores, shares }) => {
    expect(sharesAtFirst({ part, flavour: { ...tags.flavour, cores } })).toBe(shares);
  });

  test('may do what the host may, and no more', () => {
    const all = capabilitiesWithin('000001ffffffffff');
    expect(all).toContain('CAP_SYS_RESOURCE');
    expect(all).toContain('CAP_NET_ADMIN');
    expect(all).not.toContain('CAP_SYS_MODULE');
    // Bit 24 is missing on hosts that are themselves confined.
    expect(capabilitiesWithin('000001fffeffffff')).toEqual(all.filter((name) => name !== 'CAP_SYS_RESOURCE'));
    expect(capabilitiesWithin('0')).toEqual([]);
  });
});

test.each([
  { cores: 2, period: 50_000, quota: 100_000 },
  { cores: 0.5, period: 50_000, quota: 25_000 },
  { cores: 0.1, period: 50_000, quota: 5000 },
  // The kernel takes no quota below 1 ms, so the period grows instead.
  { cores: 0.016, period: 62_500, quota: 1000 },
  { cores: 0.006, period: 166_667, quota: 1000 },
])('$cores cores are $quota of $period µs, and once as much if it was spared before', ({ cores, period, quota }) => {
  expect(cpuQuota(cores)).toEqual({ period, quota, burst: quota });
});

test.each([
  { cores: 0.12, ofHost: 2, online: '0' },
  { cores: 1, ofHost: 2, online: '0' },
  { cores: 1.5, ofHost: 8, online: '0-1' },
  { cores: 16, ofHost: 2, online: '0-1' },
])('a machine of $cores cores on a host of $ofHost sees $online', ({ cores, ofHost, online }) => {
  expect(cpusOnline(cores, ofHost)).toBe(`${online}\n`);
});

describe('an image', () => {
  test('has a key that says what it holds, in whatever order it was asked for', () => {
    expect(imageKeyOf(['nginx', 'redis'])).toBe(imageKeyOf(['redis', 'nginx', 'nginx']));
    expect(imageKeyOf(['nginx'])).not.toBe(imageKeyOf([]));
    expect(imageKeyOf(['systemd'])).toBe(imageKeyOf([]));
    expect(imageKeyOf([])).toMatch(/^[0-9a-f]{12}$/);
  });

  test('is built from the packages, by the sources', () => {
    const command = mmdebstrapCommand(['nginx'], '/images/draft', ['deb http://mirror.example/debian bookworm main']);
    expect(command[0]).toBe('mmdebstrap');
    expect(command.find((word) => word.startsWith('--include='))).toContain(',nginx,');
    expect(command.slice(-3)).toEqual(['bookworm', '/images/draft', 'deb http://mirror.example/debian bookworm main']);
  });

  const target = (release: string, origin = 'Debian', more = ''): string =>
    `Origin: ${origin}\nComponent: main\nRelease: ${release}\nRepo-URI: http://mirror.example/debian/\n${more}`;

  test('comes from the mirrors that the host uses', () => {
    const targets = [
      target('bookworm'),
      target('bookworm-updates', 'Debian', 'Trusted: yes\n'),
      target('nodistro', 'Node'),
    ];
    expect(debianSources(targets.join('\n\n'))).toEqual([
      'deb http://mirror.example/debian/ bookworm main',
      'deb [trusted=yes] http://mirror.example/debian/ bookworm-updates main',
    ]);
  });

  test('comes from where mmdebstrap chooses when the host is no Debian 12', () => {
    expect(debianSources(target('trixie'))).toEqual([]);
    expect(debianSources('')).toEqual([]);
  });
});

test('the private key of a machine is for root alone', () => {
  const machine = { platform: 'shop', name: 'web-1', authorizedKey: 'key', hostKey: { private: 'p', public: 'q' } };
  const files = machineFiles(machine as unknown as MachineSpec);
  expect(files.find(({ path }) => path === 'etc/ssh/ssh_host_ed25519_key')).toEqual({
    path: 'etc/ssh/ssh_host_ed25519_key',
    mode: 0o600,
    content: 'p\n',
  });
  expect(files.find(({ path }) => path === 'etc/machine-id')?.content).toMatch(/^[0-9a-f]{32}\n$/);
});

test('doors lead from the management subnet to the addresses, and nothing else is forwarded', () => {
  const rules = fabricRules([{ front: '100.64.3.254', ip: '10.8.0.10', name: 'web' }]);
  expect(rules).toContain('ip daddr 100.64.3.254 dnat ip to 10.8.0.10 comment "web"\n');
  expect(rules).toContain('type filter hook forward priority filter; policy drop;\n    ct status dnat accept\n');
});

describe('doors that are open', () => {
  const [www, mail] = [
    { front: '100.64.3.254', ip: '10.8.0.10', name: 'www' },
    { front: '100.64.3.253', ip: '10.8.0.11', name: 'mail' },
  ];
  const wanted = fabricRules([www, mail]);

  test('are those that the live rules have', () => {
    expect(doorsIn(wanted, wanted, [www, mail])).toEqual(new Set(['www', 'mail']));
    expect(doorsIn(fabricRules([mail]), wanted, [www, mail])).toEqual(new Set(['mail']));
  });

  test('are none when anything else is missing, or has come', () => {
    expect(doorsIn('', wanted, [www, mail])).toEqual(new Set());
    expect(doorsIn(wanted.replace('ct status dnat accept', ''), wanted, [www, mail])).toEqual(new Set());
    expect(doorsIn(`${wanted}table ip another {\n}\n`, wanted, [www, mail])).toEqual(new Set());
  });
});

test('an address keeps its front, a new one takes the highest that is free', () => {
  const kept = [{ name: 'web', front: '100.64.3.254' }] as unknown as KeptAddress[];
  expect(chooseFront('web' as AddressName, kept, 0)).toBe('100.64.3.254');
  expect(chooseFront('mail' as AddressName, kept, 0)).toBe('100.64.3.253');
});

test.each([
  ['spw-shop', { platform: 'shop' }],
  ['spw-shop.visitor', { platform: 'shop' }],
  ['spw-my-shop.m.web-1', { platform: 'my-shop', machine: 'web-1' }],
  ['docker', undefined],
  ['spw-shop.other', undefined],
])('the owner of the namespace %s', (netns, owner) => {
  expect(netnsOwner(netns)).toEqual(owner);
});

test('hierarchies of control groups, v1 and v2', () => {
  const mountinfo = [
    '30 29 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu',
    '31 29 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
    '32 29 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
  ].join('\n');
  expect(hierarchiesIn(mountinfo)).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified']);
});

test('mounts below a folder, the innermost first', () => {
  const mountinfo = [
    '40 1 0:30 / /lab/web rw - overlay overlay rw',
    '41 1 0:31 / /lab/web/a\\040b rw - tmpfs tmpfs rw',
    '42 1 0:32 / /lab/web-2 rw - overlay overlay rw',
  ].join('\n');
  expect(mountsBelowIn(mountinfo, '/lab/web')).toEqual(['/lab/web/a b', '/lab/web']);
});

test('a process is told from its zombie and from a later one with its number', () => {
  const stat = (state: string): string => `7 (odd ) name) ${state} ${'0 '.repeat(18)}4711 0 0`;
  expect(isProcess(stat('S'), 4711)).toBe(true);
  expect(isProcess(stat('Z'), 4711)).toBe(false);
  expect(isProcess(stat('S'), 4712)).toBe(false);
});
