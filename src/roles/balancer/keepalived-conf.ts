import { ipOn, networkBetween, type PlatformAddress } from '../../blueprint/platform.ts';
import type { RoleOn } from '../role.ts';
import { lines } from '../text.ts';

/** systemd writes it as HAProxy begins and ends: 0 while it runs. */
export const haproxyEnded = '/run/haproxy-ended';

/**
 * Chosen: the share of an advert by which a machine waits longer than three of them is (256 - priority) / 256. So
 * the second of 254 - 16 waits 7 ms more at an advert of 100 ms, and the third has time to hear of it.
 */
const priorityOf = (ordinal: number): number => Math.max(1, 254 - 16 * (ordinal - 1));

/**
 * One VRRP instance an address. Adverts go over the private network, to the named
 * peers only. Nobody takes an address back from a machine that holds it and lives.
 */
export function keepalivedConf(
  { platform, machine, settings }: RoleOn<'balancer'>,
  addresses: readonly PlatformAddress[],
): string {
  const peers = (platform.pools.get(machine.pool) ?? []).filter(({ name }) => name !== machine.name);
  const network = networkBetween(platform.blueprint, machine.pool, machine.pool);
  const adverts = (address: PlatformAddress) => network ?? address.network;
  const all = platform.addresses;
  return lines(
    'global_defs {',
    `  router_id ${machine.name}`,
    '  vrrp_version 3',
    '  vrrp_garp_master_delay 1',
    '}',
    // Told by inotify, so that an end is felt at once; no process is started for it, and a busy machine misses nothing.
    'track_file haproxy_ended {',
    `  file ${haproxyEnded}`,
    '  weight 0',
    '  init_file 0',
    '}',
    addresses.flatMap((address) => [
      `vrrp_instance ${address.name} {`,
      '  state BACKUP',
      '  nopreempt',
      `  interface ${adverts(address)}`,
      `  virtual_router_id ${all.indexOf(address) + 1}`,
      // The first machine is preferred while nobody holds the address.
      `  priority ${priorityOf(machine.ordinal)}`,
      `  advert_int ${settings.advertEvery / 1000}`,
      ...(peers.length === 0
        ? []
        : [
            `  unicast_src_ip ${ipOn(machine, network) ?? ''}`,
            '  unicast_peer {',
            ...peers.map((peer) => `    ${ipOn(peer, network) ?? ''}`),
            '  }',
          ]),
      '  virtual_ipaddress {',
      `    ${address.ip}/${prefixOf(machine, address)} dev ${address.network}`,
      '  }',
      // Who cannot be reached there must not hold the address; the interface of the adverts is tracked anyway.
      ...(address.network === adverts(address) ? [] : ['  track_interface {', `    ${address.network}`, '  }']),
      // To nobody the address would be given up.
      ...(peers.length === 0 ? [] : ['  track_file {', '    haproxy_ended', '  }']),
      '}',
    ]),
  );
}

function prefixOf(machine: RoleOn<'balancer'>['machine'], { network }: PlatformAddress): number {
  return machine.interfaces.find((one) => one.network === network)?.prefixLength ?? 32;
}
