/**
 * The wires as data: lines for `ip -batch -`, in order. What is there already
 * is left out, so that an interrupted build is finished by building again.
 * Every name stands behind `name` or `dev`: a network may be called `up`.
 *
 * A platform's bridges live in a network namespace of its own, the *fabric*:
 * platforms with the same CIDRs never meet.
 *
 *     host ── mgmt ──┬─ web-1 (mgmt0)          core ──┬── site a ── web-1
 *                    └─ web-2 (mgmt0)    (a network)  └── site b ── web-2
 */
import type { MachineName, NetworkName, SiteName } from '../../model/ids.ts';
import { rangeOf } from '../../model/ipv4.ts';
import type { InterfaceSpec, NetworkSpec } from '../../model/spec.ts';
import {
  coreBridge,
  hostInterface,
  machinePort,
  managementBridge,
  managementInterface,
  managementPort,
  managementSubnet,
  siteBridge,
  siteLink,
  siteLinkFarEnd,
  uplink,
  visitorPort,
} from './names.ts';
import { hardwareAddress, nthAddress } from './subnet.ts';

/** The links of a fabric by their names. */
export type Links = ReadonlyMap<string, Link>;

export interface Link {
  /** Ours are words joined by colons; empty until the link is complete. */
  readonly alias: string;
  /** IPv4 without prefix. */
  readonly addresses: readonly string[];
  /** The bridge that it is plugged into. */
  readonly master?: string;
  /** Somebody set it down; absent otherwise. */
  readonly isDown?: true;
  /** It does not reach its bridge's other isolated ports; absent otherwise. */
  readonly isIsolated?: true;
}

/** Neither spanning tree (one path only) nor snooping (it delays VRRP's first multicasts). */
const bridge = 'type bridge stp_state 0 forward_delay 0 mcast_snooping 0';

/** In the fabric: the bridge to the controller. `hostPid` is any process of the host's network namespace. */
export function managementLines(index: number, hostPid: number, have: Links): string[] {
  const subnet = managementSubnet(index);
  return [
    'link set dev lo up',
    ...(have.has(managementBridge)
      ? // The fabric's rules begin anew, and doors with them: each is there again once it is ensured.
        (have.get(managementBridge)?.addresses ?? []).map(
          (front) => `addr del ${front}/${subnet.prefixLength} dev ${managementBridge}`,
        )
      : [`link add name ${managementBridge} address ${hardwareAddress(nthAddress(subnet, 0))} ${bridge}`]),
    ...(have.has(uplink)
      ? []
      : [`link add name ${uplink} type veth peer name ${hostInterface(index)} netns ${hostPid}`]),
    `link set dev ${uplink} master ${managementBridge} up`,
    `link set dev ${managementBridge} up`,
  ];
}

/** In the host's namespace: the controller's end. */
export function hostLines(index: number, platform: string): string[] {
  const subnet = managementSubnet(index);
  const name = hostInterface(index);
  return [
    `link set dev ${name} alias spillway:${platform}`,
    `addr replace ${nthAddress(subnet, 1)}/${subnet.prefixLength} dev ${name}`,
    `link set dev ${name} up`,
  ];
}

export const managementAlias = (index: number): string => `management:${index}`;

/** In the fabric: a network's core, its sites, and a link to each. The core's alias comes last and marks it complete. */
export function networkLines(network: NetworkSpec, have: Links): string[] {
  const core = coreBridge(network.name);
  const subnet = rangeOf(network.cidr);
  return [
    ...(have.has(core) ? [] : [`link add name ${core} address ${hardwareAddress(nthAddress(subnet, 1))} ${bridge}`]),
    `link set dev ${core} up`,
    ...network.sites.flatMap((site) => siteLines(network.name, site, have)),
    ...(network.kind === 'public' ? [`addr replace ${nthAddress(subnet, 1)}/${subnet.prefixLength} dev ${core}`] : []),
  ];
}

function siteLines(network: NetworkName, site: SiteName, have: Links): string[] {
  const [bridgeName, link, farEnd] = [
    siteBridge(network, site),
    siteLink(network, site),
    siteLinkFarEnd(network, site),
  ];
  // A link that is complete may be down because somebody cut it: leave it so.
  if (have.get(link)?.alias === linkAlias(network, site) && have.has(bridgeName)) return [];
  return [
    ...(have.has(bridgeName) ? [] : [`link add name ${bridgeName} ${bridge}`]),
    `link set dev ${bridgeName} alias site:${network}:${site}`,
    `link set dev ${bridgeName} up`,
    ...(have.has(link) ? [] : [`link add name ${link} type veth peer name ${farEnd}`]),
    `link set dev ${farEnd} master ${bridgeName} up`,
    `link set dev ${link} master ${coreBridge(network)} up`,
    `link set dev ${link} alias ${linkAlias(network, site)}`,
  ];
}

const linkAlias = (network: NetworkName, site: SiteName): string => `link:${network}:${site}`;

/** In the fabric: the visitor's port on a public network. */
export function visitorPortLines(network: NetworkSpec, visitorNetns: string, have: Links): string[] {
  const port = visitorPort(network.name);
  const address = hardwareAddress(nthAddress(rangeOf(network.cidr), -1));
  return [
    ...(have.has(port)
      ? []
      : [`link add name ${port} type veth peer name ${network.name} address ${address} netns ${visitorNetns}`]),
    `link set dev ${port} master ${coreBridge(network.name)} up`,
  ];
}

/** In the visitor's namespace. */
export function visitorLines(network: NetworkSpec): string[] {
  const subnet = rangeOf(network.cidr);
  return [
    'link set dev lo up',
    `addr replace ${nthAddress(subnet, -1)}/${subnet.prefixLength} dev ${network.name}`,
    `link set dev ${network.name} up`,
  ];
}

export const networkAlias = (network: NetworkSpec): string => `network:${network.name}:${network.kind}:${network.cidr}`;

/** In the fabric: what to delete for a network; the far ends go with the links. */
export function networkRemovalLines(network: NetworkName, sites: readonly SiteName[], have: Links): string[] {
  return [
    visitorPort(network),
    ...sites.flatMap((site) => [siteLink(network, site), siteBridge(network, site)]),
    coreBridge(network),
  ]
    .filter((name) => have.has(name))
    .map((name) => `link del dev ${name}`);
}

/**
 * In the fabric: what to delete of a network's sites that are not wanted any
 * more. One in which a machine is still plugged stays: the machine has to move
 * first.
 */
export function siteRemovalLines(network: NetworkSpec, have: Links): string[] {
  const occupied = new Set(
    [...have.values()].filter(({ alias }) => alias.startsWith('port:')).map(({ master }) => master),
  );
  return sitesIn(network.name, have)
    .filter((site) => !network.sites.includes(site) && !occupied.has(siteBridge(network.name, site)))
    .flatMap((site) => [siteLink(network.name, site), siteBridge(network.name, site)])
    .filter((name) => have.has(name))
    .map((name) => `link del dev ${name}`);
}

/** The sites of which a network has anything, be it complete or not. */
export function sitesIn(network: NetworkName, have: Links): SiteName[] {
  const sites = [...have.values()]
    .map(({ alias }) => alias.split(':'))
    .filter(([what, name]) => (what === 'site' || what === 'link') && name === network)
    .map(([, , site]) => site as SiteName);
  return [...new Set(sites)].sort();
}

export interface MachineWiring {
  readonly name: MachineName;
  readonly site: SiteName;
  readonly netns: string;
  readonly interfaces: readonly InterfaceSpec[];
  readonly management: { readonly ip: string; readonly prefixLength: number };
}

/** In the fabric: a machine's ports. Isolated ports reach the controller and never one another. */
export function machinePortLines(machine: MachineWiring): string[] {
  const management = managementPort(machine.name);
  return [
    `link add name ${management} type veth peer name ${managementInterface} address ${hardwareAddress(machine.management.ip)} netns ${machine.netns}`,
    `link set dev ${management} master ${managementBridge}`,
    `link set dev ${management} type bridge_slave isolated on`,
    `link set dev ${management} up`,
    ...machine.interfaces.flatMap(({ network, ip }) => {
      const port = machinePort(machine.name, network);
      return [
        `link add name ${port} type veth peer name ${network} address ${hardwareAddress(ip)} netns ${machine.netns}`,
        `link set dev ${port} alias port:${machine.name}:${network}`,
        `link set dev ${port} master ${siteBridge(network, machine.site)} up`,
      ];
    }),
  ];
}

/** In the machine's namespace. `gateway` is the engine's address on the machine's public network. */
export function machineLines(machine: MachineWiring, gateway: string | undefined): string[] {
  const interfaces = [{ name: managementInterface as string, ...machine.management }].concat(
    machine.interfaces.map(({ network, ip, prefixLength }) => ({ name: network, ip, prefixLength })),
  );
  return [
    'link set dev lo up',
    ...interfaces.flatMap(({ name, ip, prefixLength }) => [
      `addr replace ${ip}/${prefixLength} dev ${name}`,
      `link set dev ${name} up`,
    ]),
    ...(gateway === undefined ? [] : [`route replace default via ${gateway}`]),
  ];
}

/** In the fabric: pulls a machine's cables. */
export function machineUnplugLines(machine: MachineName, interfaces: readonly InterfaceSpec[], have: Links): string[] {
  return portsOf(machine, interfaces, have).map((name) => `link del dev ${name}`);
}

/** In the fabric: cuts a machine off all its networks, or mends that. */
export function machinePortsLines(
  machine: MachineName,
  interfaces: readonly InterfaceSpec[],
  have: Links,
  to: 'up' | 'down',
): string[] {
  return portsOf(machine, interfaces, have).map((name) => `link set dev ${name} ${to}`);
}

/** In the fabric: takes the controller's network from a machine, or gives it back. */
export function managementPortLines(machine: MachineName, have: Links, to: 'up' | 'down'): string[] {
  return portsOf(machine, [], have).map((name) => `link set dev ${name} ${to}`);
}

/** In the fabric: cuts a site's links in all networks, or mends them. */
export function siteLinksLines(site: SiteName, have: Links, to: 'up' | 'down'): string[] {
  return linksOf(site, have).map((name) => `link set dev ${name} ${to}`);
}

/** In the fabric: two sites do not reach each other, or do again; all else on the core reaches both. */
export function partingLines(sites: readonly SiteName[], have: Links, isolated: 'on' | 'off'): string[] {
  return sites
    .flatMap((site) => linksOf(site, have))
    .map((name) => `link set dev ${name} type bridge_slave isolated ${isolated}`);
}

/** The sites that are parted from one another. */
export function partedSites(have: Links): SiteName[] {
  const parted = [...have.values()]
    .filter(({ isIsolated }) => isIsolated === true)
    .map(({ alias }) => alias.split(':'));
  return [...new Set(parted.filter(([what]) => what === 'link').map(([, , site]) => site as SiteName))].sort();
}

/** Both ends of a site's links, for each carries one way: the core's, and the site's own. */
export function linkEndsOf(site: SiteName, have: Links): string[] {
  const networks = networksOf(have).filter(({ sites }) => sites.includes(site));
  return networks.flatMap(({ name }) => [siteLink(name, site), siteLinkFarEnd(name, site)]);
}

const linksOf = (site: SiteName, have: Links): string[] =>
  networksOf(have).flatMap(({ name, sites }) => (sites.includes(site) ? [siteLink(name, site)] : []));

/** A cut that was interrupted has set only some of the ports down. */
export function isCutOff(machine: MachineName, interfaces: readonly InterfaceSpec[], have: Links): boolean {
  return portsOf(machine, interfaces, have).some((name) => have.get(name)?.isDown === true);
}

/** The controller's last: whoever is interrupted between two ports can still look. */
function portsOf(machine: MachineName, interfaces: readonly InterfaceSpec[], have: Links): string[] {
  return [...interfaces.map(({ network }) => machinePort(machine, network)), managementPort(machine)].filter((name) =>
    have.has(name),
  );
}

/** The networks that are complete in a fabric, with the sites whose bridges are there. */
export function networksOf(links: Links): Omit<NetworkSpec, 'platform'>[] {
  const aliases = [...links.values()].map(({ alias }) => alias.split(':'));
  return aliases
    .filter(([kind]) => kind === 'network')
    .map(([, name, kind, cidr]) => ({
      name: name as NetworkName,
      kind: kind as NetworkSpec['kind'],
      cidr: cidr ?? '',
      sites: aliases
        .filter(([what, network]) => what === 'link' && network === name)
        .map(([, , site]) => site as SiteName)
        .sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads what `ip -details -json addr show` prints. */
export function parseLinks(json: string): Links {
  const links = JSON.parse(json || '[]') as {
    ifname?: string;
    ifalias?: string;
    master?: string;
    flags?: string[];
    linkinfo?: { info_slave_data?: { isolated?: boolean } };
    addr_info?: { family: string; local: string }[];
  }[];
  return new Map(
    links.flatMap(({ ifname, ifalias, master, flags, linkinfo, addr_info }) =>
      ifname === undefined
        ? []
        : [
            [
              ifname,
              {
                alias: ifalias ?? '',
                addresses: (addr_info ?? []).filter(({ family }) => family === 'inet').map(({ local }) => local),
                ...(master === undefined ? {} : { master }),
                ...(flags?.includes('UP') === false && { isDown: true as const }),
                ...(linkinfo?.info_slave_data?.isolated === true && { isIsolated: true as const }),
              },
            ],
          ],
    ),
  );
}

export function managementOf(index: number, hostNumber: number): MachineWiring['management'] {
  const subnet = managementSubnet(index);
  return { ip: nthAddress(subnet, hostNumber), prefixLength: subnet.prefixLength };
}
