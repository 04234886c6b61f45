import { ipOn, networkBetween, type PlatformAddress } from '../../blueprint/platform.ts';
import type { RoleOn } from '../role.ts';
import { lines } from '../text.ts';

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
  const all = platform.addresses;
  return lines(
    'global_defs {',
    `  router_id ${machine.name}`,
    '  vrrp_version 3',
    '  vrrp_garp_master_delay 1',
    '  enable_script_security',
    '  script_user root',
    '}',
    'vrrp_script haproxy_lives {',
    '  script "/usr/bin/pgrep -x haproxy"',
    '  interval 1',
    '  fall 1',
    '  rise 1',
    '}',
    addresses.flatMap((address) => [
      `vrrp_instance ${address.name} {`,
      '  state BACKUP',
      '  nopreempt',
      `  interface ${network ?? address.network}`,
      `  virtual_router_id ${all.indexOf(address) + 1}`,
      // The first machine is preferred while nobody holds the address.
      `  priority ${Math.max(1, 151 - machine.ordinal)}`,
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
      // Who cannot be reached there must not hold the address.
      '  track_interface {',
      `    ${address.network}`,
      '  }',
      '  track_script {',
      '    haproxy_lives',
      '  }',
      '}',
    ]),
  );
}

function prefixOf(machine: RoleOn<'balancer'>['machine'], { network }: PlatformAddress): number {
  return machine.interfaces.find((one) => one.network === network)?.prefixLength ?? 32;
}
