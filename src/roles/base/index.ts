/** What every machine has: its name, the names of the others, the time zone, SSH by key alone, and a firewall. */
import type { Machine, Platform } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import { rangeOf, toIp, toNumber } from '../../model/ipv4.ts';
import type { Recipe, TaskSpec } from '../../model/recipe.ts';
import { mark } from '../../model/secrets.ts';
import { differs, lines } from '../text.ts';
import { firewallConf } from './firewall-conf.ts';
import type { Admission } from './admissions.ts';

/** The role that every machine has, whatever its pool declares. */
export const baseRole = 'base';

export const basePackages = ['curl', 'iproute2', 'nftables', 'openssh-server', 'rsync', 'tzdata'];

const files = {
  firewall: '/etc/nftables.conf',
  hosts: '/etc/hosts',
  keys: '/root/.ssh/authorized_keys',
  name: '/etc/hostname',
  // Of several files that set one thing, sshd obeys the first.
  ssh: '/etc/ssh/sshd_config.d/00-spillway.conf',
  zone: '/etc/timezone',
};

/**
 * What the controller needs and no more: it is forwarded to the roles' own sockets, to the ports on which the machine
 * may use others (the firewalls say which), and nowhere else.
 */
const sshConf = ({ sockets, ports }: Pick<Around, 'sockets' | 'ports'>) =>
  lines(
    'AllowUsers root',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    `AllowTcpForwarding ${sockets.length + ports.length === 0 ? 'no' : 'local'}`,
    `AllowStreamLocalForwarding ${sockets.length === 0 ? 'no' : 'local'}`,
    sockets.length + ports.length > 0 &&
      // sshd asks this of sockets too, and takes them for hosts whose port says nothing.
      `PermitOpen ${[...sockets.map((path) => `[${path}]:*`), ...ports.map((port) => `*:${port}`)].join(' ')}`,
    // Whoever may enter stands in that file, and nowhere else.
    'AuthorizedKeysFile .ssh/authorized_keys',
    'AuthorizedKeysCommand none',
    'TrustedUserCAKeys none',
  );

/**
 * How the rules read when they are loaded, says a second firewall in a network namespace of its own, which ends with the
 * command. It is asked once for each text of the file in the time that a machine is on: namespaces are dear, and the
 * check is made at every look.
 */
const known = '/run/spillway-firewall';
const firewallIsLoaded = `{ cmp -s ${files.firewall} ${known}.conf || { (umask 077; cp ${files.firewall} ${known}.$$ && unshare --net sh -c 'nft -f ${known}.'$$' && nft -s list table inet spillway' >${known}.rules.$$) && mv -f ${known}.rules.$$ ${known}.rules && mv -f ${known}.$$ ${known}.conf; }; } && nft -s list table inet spillway | cmp -s - ${known}.rules`;

interface Around {
  readonly admissions: readonly Admission[];
  readonly sockets: readonly string[];
  /** Of the pools to which flows lead from here, those on which the controller may speak to them. */
  readonly ports: readonly number[];
  /** The part of /etc/hosts that all machines share (`hostsOf`). */
  readonly hosts: string;
}

export function baseRecipe(
  platform: Platform,
  machine: Machine,
  { admissions, sockets, ports, hosts }: Around,
): Recipe {
  const zone = platform.blueprint.timeZone;
  const inner = machine.interfaces
    .map(({ network }) => network)
    .filter((network) => the(platform.blueprint.networks, network).kind === 'private');
  return {
    role: baseRole,
    packages: basePackages,
    directories: [{ path: '/root/.ssh', owner: 'root:root', mode: 0o700 }],
    files: [
      { path: files.name, content: lines(machine.name), owner: 'root:root', mode: 0o644 },
      { path: files.hosts, content: hosts, owner: 'root:root', mode: 0o644 },
      { path: files.zone, content: lines(zone), owner: 'root:root', mode: 0o644 },
      { path: files.firewall, content: firewallConf(admissions, inner), owner: 'root:root', mode: 0o600 },
      { path: files.ssh, content: sshConf({ sockets, ports }), owner: 'root:root', mode: 0o644 },
      { path: files.keys, content: lines(mark({ kind: 'client-key' })), owner: 'root:root', mode: 0o600 },
    ],
    releases: [],
    absent: [],
    synced: [],
    units: [
      { name: 'nftables.service', reads: [files.firewall], rereads: 'reload' },
      { name: 'ssh.service', reads: [files.ssh], rereads: 'reload' },
    ],
    tasks: [
      {
        name: 'host name',
        when: 'before-units',
        check: lines(
          differs,
          'read -r name </proc/sys/kernel/hostname',
          `[ "$name" = ${machine.name} ] || differs "the machine calls itself $name"`,
        ),
        run: `hostname ${machine.name}`,
      },
      networkTask(platform, machine),
      {
        name: 'time zone',
        when: 'before-units',
        check: lines(
          differs,
          `[ /etc/localtime -ef /usr/share/zoneinfo/${zone} ] || differs "/etc/localtime is $(readlink /etc/localtime || echo 'no link')"`,
        ),
        run: `ln -sfn /usr/share/zoneinfo/${zone} /etc/localtime`,
      },
      {
        name: 'firewall',
        when: 'after-units',
        check: lines(
          differs,
          `{ ${firewallIsLoaded}; } && exit 0`,
          `nft list table inet spillway >/dev/null || differs 'no rules are loaded'`,
          `differs 'the loaded rules are not those of ${files.firewall}'`,
        ),
        run: `nft -f ${files.firewall}`,
      },
    ],
    probes: [
      {
        name: 'the firewall is as declared',
        run: `{ ${firewallIsLoaded}; } 2>/dev/null || echo 'the firewall lets in something else than is declared'`,
      },
    ],
    after: [],
  };
}

/** The engine lays the cables and gives the addresses; somebody may have taken one down since. */
function networkTask({ blueprint }: Platform, { interfaces }: Machine): TaskSpec {
  const toPublic = interfaces.find(({ network }) => the(blueprint.networks, network).kind === 'public');
  const gateway = toPublic && toIp(rangeOf(the(blueprint.networks, toPublic.network).cidr).start + 1);
  const each = interfaces
    .map(({ network, ip, prefixLength }) => ({ network, at: `${ip}/${prefixLength}` }))
    .toSorted((one, other) => (one.network < other.network ? -1 : 1));
  return {
    name: 'network',
    when: 'before-units',
    check: lines(
      differs,
      'up=$(ip -o -4 addr show up)',
      each.flatMap(({ network, at }) => [
        `case $up in *' ${network}    inet ${at} '*) ;; *)`,
        `  [ -n "$(ip -o link show dev ${network} up)" ] || differs 'the interface ${network} is down'`,
        `  ip -o -4 addr show dev ${network} | grep -qF ' ${at} ' || differs 'the interface ${network} has lost ${at}'`,
        'esac',
      ]),
      gateway !== undefined && `[ -n "$(ip route show default)" ] || differs 'there is no default route'`,
    ),
    run: lines(
      'set -e',
      each.flatMap(({ network, at }) => [
        `ip link set ${network} up`,
        // An address that somebody set in its place would stay the one from which the machine speaks.
        `ip -o -4 addr show dev ${network} | grep -qF ' ${at} ' || { ip addr flush dev ${network}; ip addr add ${at} dev ${network}; }`,
      ]),
      gateway !== undefined && `ip route replace default via ${gateway}`,
    ),
  };
}

/**
 * /etc/hosts, the same on every machine, so that it is rendered and compared once.
 * A machine's name leads to its address on the first private network that it has.
 */
export function hostsOf(platform: Platform, aliases: ReadonlyMap<string, readonly string[]>): string {
  const machines = [...platform.machines, ...platform.slots].map((machine) => ({
    ip: innerIp(platform, machine),
    names: [machine.name as string],
  }));
  const own = new Set(machines.map(({ ip }) => ip));
  const others = [...aliases].filter(([ip]) => !own.has(ip)).map(([ip]) => ({ ip, names: [] as string[] }));
  const known = [...machines, ...others]
    .map(({ ip, names }) => ({ ip, number: toNumber(ip), names: [...names, ...(aliases.get(ip) ?? [])] }))
    .toSorted((one, other) => one.number - other.number);
  return lines(
    '127.0.0.1 localhost',
    '::1 localhost',
    known.map(({ ip, names }) => `${ip} ${names.join(' ')}`),
  );
}

export function innerIp({ blueprint }: Platform, { interfaces }: Machine): string {
  const inner = interfaces.find(({ network }) => the(blueprint.networks, network).kind === 'private') ?? interfaces[0];
  return inner?.ip ?? '127.0.0.1';
}
