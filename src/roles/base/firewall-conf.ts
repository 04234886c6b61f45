import type { NetworkName } from '../../model/ids.ts';
import { managementInterface } from '../../model/spec.ts';
import { lines } from '../text.ts';
import type { Admission } from './admissions.ts';

/** nftables' rules: everything is closed but what is admitted. `inner` are the private networks that the machine is on. */
export function firewallConf(admissions: readonly Admission[], inner: readonly NetworkName[]): string {
  return lines(
    '#!/usr/sbin/nft -f',
    // Replaced in one transaction: there is no instant without rules.
    'table inet spillway',
    'delete table inet spillway',
    'table inet spillway {',
    '  chain input {',
    '    type filter hook input priority filter; policy drop;',
    '    ct state established,related accept',
    // A machine that comes back from a crash says at once that it knows nothing of the connections from before;
    // silence would keep a primary waiting for its replica, and all who want to connect to it meanwhile.
    inner.map((network) => `    iifname "${network}" tcp flags & (syn | rst) == 0x0 reject with tcp reset`),
    '    ct state invalid drop',
    '    iifname "lo" accept',
    `    iifname "${managementInterface}" tcp dport 22 accept comment "the controller"`,
    '    icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
    admissions.map((admission) => `    ${rule(admission)}`),
    '  }',
    '  chain forward {',
    '    type filter hook forward priority filter; policy drop;',
    '  }',
    '  chain output {',
    '    type filter hook output priority filter; policy accept;',
    // The kernel first hears of a session that is older than these rules by its answers, and takes them for new.
    `    oifname "${managementInterface}" tcp sport 22 accept`,
    `    oifname "${managementInterface}" ct state new drop comment "machines do not call the controller"`,
    '  }',
    '}',
  );
}

function rule({ network, protocol, ports, sources, to, why }: Admission): string {
  return [
    `iifname "${network}"`,
    sources !== 'anyone' && `ip saddr ${set(sources)}`,
    to !== undefined && `ip daddr ${to}`,
    protocol === 'vrrp' ? 'ip protocol 112' : `tcp dport ${set(ports.map(String))}`,
    'accept',
    `comment "${why}"`,
  ]
    .filter((part) => part !== false)
    .join(' ');
}

function set(items: readonly string[]): string {
  return items.length === 1 ? (items[0] ?? '') : `{ ${items.join(', ')} }`;
}
