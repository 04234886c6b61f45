/** The wires of the lab, line by line. Names of ports are hashes; they are asked from `names.ts`. */
import { describe, expect, test } from 'vitest';
import type { Links } from '../../src/engines/lab/plumbing.ts';
import {
  hostLines,
  isCutOff,
  machineLines,
  machinePortLines,
  machinePortsLines,
  machineUnplugLines,
  managementLines,
  networkAlias,
  networkLines,
  networkRemovalLines,
  networksOf,
  parseLinks,
  siteRemovalLines,
  visitorLines,
  visitorPortLines,
} from '../../src/engines/lab/plumbing.ts';
import {
  coreBridge,
  machinePort,
  managementPort,
  siteBridge,
  siteLink,
  siteLinkFarEnd,
  visitorPort,
} from '../../src/engines/lab/names.ts';
import type { MachineName, NetworkName, PlatformName, SiteName } from '../../src/model/ids.ts';
import type { NetworkSpec } from '../../src/model/spec.ts';

const nothing: Links = new Map();
const a = 'a' as SiteName;
const lan: NetworkSpec = {
  platform: 'shop' as PlatformName,
  name: 'lan' as NetworkName,
  kind: 'public',
  cidr: '10.8.0.0/24',
  sites: [a],
};
const [core, site, near, far] = [coreBridge, siteBridge, siteLink, siteLinkFarEnd].map((name) => name(lan.name, a));

const complete: Links = new Map([
  [core ?? '', { alias: networkAlias(lan), addresses: ['10.8.0.1'] }],
  [site ?? '', { alias: 'site:lan:a', addresses: [] }],
  [near ?? '', { alias: 'link:lan:a', addresses: [] }],
]);

describe('a fabric', () => {
  test('has a bridge to the host', () => {
    expect(managementLines(3, 77, nothing)).toEqual([
      'link set dev lo up',
      'link add name mgmt address 02:5a:64:40:0c:00 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
      'link add name host type veth peer name spw3 netns 77',
      'link set dev host master mgmt up',
      'link set dev mgmt up',
    ]);
    expect(hostLines(3, 'shop')).toEqual([
      'link set dev spw3 alias spillway:shop',
      'addr replace 100.64.12.1/22 dev spw3',
      'link set dev spw3 up',
    ]);
  });

  test('keeps what an interrupted build had made', () => {
    const have: Links = new Map([['mgmt', { alias: '', addresses: [] }]]);
    expect(managementLines(3, 77, have)[1]).toBe('link add name host type veth peer name spw3 netns 77');
  });

  test('that is made anew loses its front doors, so that they are seen to be missing', () => {
    const have: Links = new Map([['mgmt', { alias: '', addresses: ['100.64.15.254'] }]]);
    expect(managementLines(3, 77, have)[1]).toBe('addr del 100.64.15.254/22 dev mgmt');
  });
});

describe('a network', () => {
  test('is a core bridge, joined to the bridge of each site', () => {
    expect(networkLines(lan, nothing)).toEqual([
      `link add name ${core} address 02:5a:0a:08:00:01 type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set dev ${core} up`,
      `link add name ${site} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set dev ${site} alias site:lan:a`,
      `link set dev ${site} up`,
      `link add name ${near} type veth peer name ${far}`,
      `link set dev ${far} master ${site} up`,
      `link set dev ${near} master ${core} up`,
      `link set dev ${near} alias link:lan:a`,
      `addr replace 10.8.0.1/24 dev ${core}`,
    ]);
  });

  test('leaves a link alone that may be down on purpose', () => {
    expect(networkLines(lan, complete)).toEqual([`link set dev ${core} up`, `addr replace 10.8.0.1/24 dev ${core}`]);
  });

  test('gives the engine no address when it is private', () => {
    expect(networkLines({ ...lan, kind: 'private' }, complete)).toEqual([`link set dev ${core} up`]);
  });

  test('has a visitor at its last address when it is public', () => {
    const port = visitorPort(lan.name);
    expect(visitorPortLines(lan, 'spw-shop.visitor', nothing)).toEqual([
      `link add name ${port} type veth peer name lan address 02:5a:0a:08:00:fe netns spw-shop.visitor`,
      `link set dev ${port} master ${core} up`,
    ]);
    expect(visitorLines(lan)).toEqual([
      'link set dev lo up',
      'addr replace 10.8.0.254/24 dev lan',
      'link set dev lan up',
    ]);
  });

  test('is read back from the aliases', () => {
    const { platform: _, ...rest } = lan;
    expect(networksOf(complete)).toEqual([rest]);
  });

  test('is not there before its last alias', () => {
    expect(networksOf(new Map([...complete].filter(([name]) => name !== core)))).toEqual([]);
  });

  test('is removed as far as it is there', () => {
    expect(networkRemovalLines(lan.name, [a], complete)).toEqual([
      `link del dev ${near}`,
      `link del dev ${site}`,
      `link del dev ${core}`,
    ]);
  });
});

describe('a site that a network does not want any more', () => {
  const elsewhere = { ...lan, sites: ['b' as SiteName] };

  test('is taken away', () => {
    expect(siteRemovalLines(lan, complete)).toEqual([]);
    expect(siteRemovalLines(elsewhere, complete)).toEqual([`link del dev ${near}`, `link del dev ${site}`]);
  });

  test('of which an interrupted removal left only the bridge, is taken away too', () => {
    const have: Links = new Map([...complete].filter(([name]) => name !== near));
    expect(siteRemovalLines(elsewhere, have)).toEqual([`link del dev ${site}`]);
  });

  test('stays while a machine is plugged in there', () => {
    const port = { alias: 'port:web-1:lan', addresses: [], master: site ?? '' };
    expect(siteRemovalLines(elsewhere, new Map([...complete, ['p1', port]]))).toEqual([]);
  });
});

describe('a machine', () => {
  const web = 'web-1' as MachineName;
  const wiring = {
    name: web,
    site: a,
    netns: 'spw-shop.m.web-1',
    interfaces: [{ network: lan.name, ip: '10.8.0.11', prefixLength: 24 }],
    management: { ip: '100.64.12.2', prefixLength: 22 },
  };
  const [port, management] = [machinePort(web, lan.name), managementPort(web)];

  test('has an isolated port to the host and one on each network', () => {
    expect(machinePortLines(wiring)).toEqual([
      `link add name ${management} type veth peer name mgmt0 address 02:5a:64:40:0c:02 netns spw-shop.m.web-1`,
      `link set dev ${management} master mgmt`,
      `link set dev ${management} type bridge_slave isolated on`,
      `link set dev ${management} up`,
      `link add name ${port} type veth peer name lan address 02:5a:0a:08:00:0b netns spw-shop.m.web-1`,
      `link set dev ${port} alias port:web-1:lan`,
      `link set dev ${port} master ${site} up`,
    ]);
  });

  test('has its addresses, and a way out by its public network', () => {
    expect(machineLines(wiring, '10.8.0.1')).toEqual([
      'link set dev lo up',
      'addr replace 100.64.12.2/22 dev mgmt0',
      'link set dev mgmt0 up',
      'addr replace 10.8.0.11/24 dev lan',
      'link set dev lan up',
      'route replace default via 10.8.0.1',
    ]);
    expect(machineLines(wiring, undefined).at(-1)).toBe('link set dev lan up');
  });

  test('is unplugged from what is there', () => {
    const have: Links = new Map([[management, { alias: '', addresses: [] }]]);
    expect(machineUnplugLines(web, wiring.interfaces, have)).toEqual([`link del dev ${management}`]);
  });

  const ports = (...down: string[]): Links =>
    new Map(
      [port, management].map((name) => [
        name,
        { alias: '', addresses: [], ...(down.includes(name) && { isDown: true as const }) },
      ]),
    );

  test('is cut off on the fabric’s side of its cables, and mended there', () => {
    expect(machinePortsLines(web, wiring.interfaces, ports(), 'down')).toEqual([
      `link set dev ${port} down`,
      `link set dev ${management} down`,
    ]);
    expect(machinePortsLines(web, wiring.interfaces, ports(port, management), 'up')).toEqual([
      `link set dev ${port} up`,
      `link set dev ${management} up`,
    ]);
    expect(machinePortsLines(web, wiring.interfaces, nothing, 'up')).toEqual([]);
  });

  test.each<[string, Links, boolean]>([
    ['all of its ports are up', ports(), false],
    ['a cut was interrupted between two ports', ports(port), true],
    ['all of its ports are down', ports(port, management), true],
    ['it has no ports: it has no power', nothing, false],
  ])('is seen to be cut off or not: %s', (_, have, cut) => {
    expect(isCutOff(web, wiring.interfaces, have)).toBe(cut);
  });
});

test('names of ports fit into the 15 characters that Linux allows', () => {
  const long = 'x'.repeat(60);
  expect(machinePort(long as MachineName, long as NetworkName).length).toBeLessThanOrEqual(15);
});

test('links are read from what ip prints', () => {
  const json = JSON.stringify([
    { ifname: 'mgmt', ifalias: 'management:0', addr_info: [{ family: 'inet', local: '100.64.3.254' }] },
    { ifname: 'lo', addr_info: [{ family: 'inet6', local: '::1' }] },
    { ifname: 'p1', ifalias: 'port:web-1:lan', master: 's1', flags: ['BROADCAST', 'UP'] },
    { ifname: 'p2', ifalias: 'port:web-2:lan', master: 's1', flags: ['BROADCAST'] },
    {},
  ]);
  expect(parseLinks(json)).toEqual(
    new Map([
      ['mgmt', { alias: 'management:0', addresses: ['100.64.3.254'] }],
      ['lo', { alias: '', addresses: [] }],
      ['p1', { alias: 'port:web-1:lan', addresses: [], master: 's1' }],
      ['p2', { alias: 'port:web-2:lan', addresses: [], master: 's1', isDown: true }],
    ]),
  );
});
