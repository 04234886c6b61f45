/** What every machine has: its name, the names of the others, the time zone, and a firewall. */
import type { Machine, Platform } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import { toNumber } from '../../model/ipv4.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Recipe } from '../../model/recipe.ts';
import { lines } from '../text.ts';
import { firewallConf } from './firewall-conf.ts';
import type { Admission } from './admissions.ts';

export const basePackages = ['nftables', 'rsync', 'tzdata', 'curl'];

const files = { firewall: '/etc/nftables.conf', hosts: '/etc/hosts', name: '/etc/hostname', zone: '/etc/timezone' };

/** `hosts` is the part of /etc/hosts that all machines share (`hostsOf`). */
export function baseRecipe(
  platform: Platform,
  machine: Machine,
  admissions: readonly Admission[],
  hosts: string,
): Recipe {
  const zone = platform.blueprint.timeZone;
  return {
    role: 'base',
    packages: basePackages,
    directories: [],
    files: [
      { path: files.name, content: lines(machine.name), owner: 'root:root', mode: 0o644 },
      { path: files.hosts, content: hosts, owner: 'root:root', mode: 0o644 },
      { path: files.zone, content: lines(zone), owner: 'root:root', mode: 0o644 },
      { path: files.firewall, content: firewallConf(admissions), owner: 'root:root', mode: 0o600 },
    ],
    absent: [],
    units: [{ name: 'nftables.service', reads: [files.firewall], rereads: 'reload' }],
    tasks: [
      {
        name: 'host name',
        when: 'before-units',
        check: `test "$(cat /proc/sys/kernel/hostname)" = ${machine.name}`,
        run: `hostname ${machine.name}`,
      },
      {
        name: 'time zone',
        when: 'before-units',
        check: `test "$(readlink /etc/localtime)" = /usr/share/zoneinfo/${zone}`,
        run: `ln -sfn /usr/share/zoneinfo/${zone} /etc/localtime`,
      },
    ],
    probes: [
      {
        name: 'the firewall is closed',
        run: `nft list chain inet spillway input 2>/dev/null | grep -q 'policy drop' || echo 'the firewall is not loaded'`,
      },
    ],
    after: [],
  };
}

/**
 * /etc/hosts, the same on every machine, so that it is rendered and compared once.
 * A machine's name leads to its address on the first private network that it has.
 */
export function hostsOf(platform: Platform, aliases: ReadonlyMap<MachineName, readonly string[]>): string {
  const known = platform.machines
    .map((machine) => ({ ip: innerIp(platform, machine), names: [machine.name, ...(aliases.get(machine.name) ?? [])] }))
    .toSorted((one, other) => toNumber(one.ip) - toNumber(other.ip));
  return lines(
    '127.0.0.1 localhost',
    '::1 localhost',
    known.map(({ ip, names }) => `${ip} ${names.join(' ')}`),
  );
}

function innerIp({ blueprint }: Platform, { interfaces }: Machine): string {
  const inner = interfaces.find(({ network }) => the(blueprint.networks, network).kind === 'private') ?? interfaces[0];
  return inner?.ip ?? '127.0.0.1';
}
