/** Services that stand by, firewalls, and machines of the overflow. */
import { describe, expect, test } from 'vitest';
import { ipOn, layOut, nothingTaken, type Platform } from '../../../src/blueprint/platform.ts';
import type { MachineName, NetworkName, PoolName } from '../../../src/model/ids.ts';
import type { MachinePart } from '../../../src/model/spec.ts';
import { serverParameters } from '../../../src/roles/balancer/servers.ts';
import { compile } from '../../../src/roles/compile.ts';
import { fileOn, mobileVpn, recipesOn, shopWith, sofoot, withOverflow } from '../platforms.ts';
import { firewall, holds } from './variant.ts';

describe('services that one machine runs while the other stands by', () => {
  const before = mobileVpn();
  const primacy = { primary: 'server-2' as MachineName, inSync: [], deposed: ['server-1' as MachineName] };
  const primacies = new Map([['server' as PoolName, primacy]]);
  const after = layOut(before.blueprint, before.assets, nothingTaken, { primacies });
  const conf = '/etc/spillway/standby/serve-files.conf';
  const tasksOn = (platform: Platform, machine: string) =>
    recipesOn(platform, machine).flatMap(({ role, tasks }) =>
      role === 'standby' ? tasks.map(({ name }) => name) : [],
    );

  holds([
    {
      name: 'each has its own server, at its own address',
      of: before,
      machine: 'server-2',
      file: conf,
      has: ['listen 203.0.113.11:80;', 'root /srv/standby/files;', 'pid /run/spillway-serve-files.pid;'],
      lacks: ['203.0.113.10'],
    },
    {
      name: 'devices reach the addresses, whoever watches and who stands by what they need, and nobody else anything',
      of: before,
      machine: 'server-1',
      file: firewall,
      has: [
        'iifname "public" ip saddr 203.0.113.192/26 ip daddr 203.0.113.11 tcp dport 80 accept comment "files"',
        'iifname "public" ip saddr 203.0.113.4 tcp dport 80 accept comment "from monitoring"',
        'iifname "private" ip saddr 10.20.0.3 tcp dport 8730 accept comment "documents from server"',
      ],
    },
    {
      name: 'copies come from wherever the services run',
      of: before,
      machine: 'server-2',
      file: '/usr/local/lib/spillway/fetch-standby',
      has: [
        'if systemctl is-enabled --quiet spillway-serve@files.service; then exit 0; fi',
        'if [ -e /srv/standby/.origin ] && ! cmp -s /srv/standby/.origin /var/lib/spillway/standby-copied.origin; then',
      ],
    },
  ]);

  test('the first runs them, and the other one stands by; later whoever took them', () => {
    const [run, rest] = [['run the services'], ['stand by', 'fetch the documents']];
    expect([tasksOn(before, 'server-1'), tasksOn(before, 'server-2')]).toEqual([run, rest]);
    expect([tasksOn(after, 'server-1'), tasksOn(after, 'server-2')]).toEqual([rest, run]);
  });

  test('all addresses are on the machine that runs them', () => {
    const placed = (platform: Platform) => [...new Set(compile(platform).placements.values())];
    expect([placed(before), placed(after)]).toEqual([['server-1'], ['server-2']]);
    expect(compile(after).placements.size).toBe(4);
  });

  test('no file of theirs is another one: nothing is restarted', () => {
    const filesOf = (platform: Platform, machine: string) =>
      recipesOn(platform, machine).flatMap(({ role, files, units }) => (role === 'standby' ? [files, units] : []));
    expect(filesOf(after, 'server-1')).toEqual(filesOf(before, 'server-1'));
    expect(filesOf(before, 'server-2')).toEqual(filesOf(before, 'server-1'));
  });
});

describe('the firewall', () => {
  /** Without it the shop's web machines could not come for their content. */
  const content = { from: 'web', to: 'desk', ports: [873] };
  holds([
    {
      name: 'a route opens the web port and nothing else that the pool answers on',
      of: shopWith({
        pools: {
          web: { roles: { mariadb: { primary: 'a', replicas: ['b'] } } },
          database: undefined,
        },
        data: { shop: { pool: 'web', accounts: {} } },
        flows: [{ from: 'web', to: 'desk', ports: [873] }],
      }),
      machine: 'web-1',
      file: firewall,
      has: [
        'iifname "inside" ip saddr 10.1.0.2 tcp dport 80 accept comment "from front"',
        'iifname "inside" ip saddr 10.1.0.4 tcp dport 3306 accept comment "replication from web"',
      ],
      lacks: ['{ 80, 3306 }', 'dport 873'],
    },
    {
      name: 'a flow opens what the roles of the pool answer on',
      of: shopWith({ flows: [content, { from: 'desk', to: 'database' }] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "inside" ip saddr 10.1.0.6 tcp dport 3306 accept comment "from desk"'],
      lacks: ['from web'],
    },
    {
      name: 'a flow that lists ports opens these only',
      of: shopWith({ flows: [content, { from: 'desk', to: 'database', ports: [9104, 9100] }] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "inside" ip saddr 10.1.0.6 tcp dport { 9104, 9100 } accept comment "from desk"'],
      lacks: ['3306'],
    },
    {
      name: 'without a flow there is no way in but the controller’s',
      of: shopWith({ flows: [content] }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "mgmt0" tcp dport 22 accept comment "the controller"'],
      lacks: ['iifname "inside" ip', 'iifname "inside" tcp dport', 'iifname "public"'],
    },
    {
      name: 'a flow comes over the network that both pools share',
      of: shopWith({
        networks: { office: { kind: 'private', cidr: '10.2.0.0/24' } },
        pools: {
          web: { roles: { content: undefined } },
          desk: { networks: ['public', 'office'] },
          database: { networks: ['inside', 'office'] },
        },
        flows: [{ from: 'desk', to: 'database' }],
      }),
      machine: 'database-1',
      file: firewall,
      has: ['iifname "office" ip saddr 10.2.0.3 tcp dport 3306 accept comment "from desk"'],
    },
  ]);
});

describe('an overflow machine', () => {
  const platform = withOverflow(sofoot(), 'web');

  test('does what the base machines do', () => {
    const base = recipesOn(platform, 'web-1').slice(1);
    expect(recipesOn(platform, 'web-x1').slice(1)).toEqual(base);
  });

  test('is asked whether it serves sooner than one of the base that is down, for visitors wait for it', () => {
    const { blueprint } = sofoot();
    const parameters = (part: MachinePart) =>
      serverParameters(blueprint, { checkEvery: 1_000 }, 'web' as PoolName, part);
    expect(parameters('base')).toContain(' downinter 500ms ');
    expect(parameters('overflow')).toContain(' downinter 100ms ');
  });

  const ip = ipOn(
    platform.machines.find(({ name }) => name === 'web-x1')!,
    'private' as NetworkName,
  )!;

  test.each(['balancer-1', 'database-1', 'backoffice-1', 'web-1'])(
    'changes nothing on %s: all knew of it before it came',
    (machine) => {
      expect(recipesOn(platform, machine)).toEqual(recipesOn(sofoot(), machine));
    },
  );

  holds([
    {
      name: 'is known by name before it comes',
      of: sofoot(),
      machine: 'balancer-1',
      file: '/etc/hosts',
      has: [`${ip} web-x1`],
    },
  ]);

  test('is let in where the base machines are, before it comes', () => {
    expect(fileOn(sofoot(), 'backoffice-1', firewall)).toMatch(new RegExp(`ip saddr .*${ip}.* tcp dport 873`));
  });
});
