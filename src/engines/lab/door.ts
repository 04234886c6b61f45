/**
 * What a fabric lets through. The *front door*: programs beside the controller
 * reach a platform's public addresses through an address of the management
 * subnet, which the fabric translates. Nothing else is ever forwarded by a
 * fabric. The *guard*: over the management bridge the host speaks first, and
 * machines only answer.
 */
import { managementPortPrefix, uplink } from './names.ts';

export interface Door {
  /** Where the host knocks. */
  readonly front: string;
  /** The platform's address behind it. */
  readonly ip: string;
  /** The address' name, for whoever reads the rules. */
  readonly name: string;
}

/**
 * The fabric's whole rule set for `nft -f -`; replaced at once, so that no half
 * of it is ever in force. What somebody else put there goes with it: the
 * namespace is the engine's alone.
 */
export function fabricRules(doors: readonly Door[]): string {
  return [
    'flush ruleset',
    'table inet door {',
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    ...doors.map(({ front, ip, name }) => `    ip daddr ${front} dnat ip to ${ip} comment "${name}"`),
    '  }',
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    '    ct status dnat masquerade',
    '  }',
    '  chain forward {',
    '    type filter hook forward priority filter; policy drop;',
    '    ct status dnat accept',
    '  }',
    '}',
    ...guard,
    '',
  ].join('\n');
}

/** Stateless, for not every kernel tracks connections on bridges: what opens none is an answer. */
const guard = [
  'table bridge guard {',
  '  chain forward {',
  '    type filter hook forward priority filter; policy accept;',
  `    iifname "${managementPortPrefix}*" oifname "${uplink}" jump answers`,
  '  }',
  '  chain input {',
  '    type filter hook input priority filter; policy accept;',
  `    iifname "${managementPortPrefix}*" drop`,
  '  }',
  '  chain answers {',
  '    ether type arp accept',
  '    tcp flags & (syn | ack) != syn accept',
  '    icmp type echo-reply accept',
  '    drop',
  '  }',
  '}',
];

/**
 * Bridged frames would otherwise pass the forward chain above, whose policy is
 * drop. Keys that a kernel lacks are skipped by `sysctl -e`.
 */
export const fabricSysctls: readonly string[] = [
  'net.bridge.bridge-nf-call-iptables=0',
  'net.bridge.bridge-nf-call-ip6tables=0',
  'net.bridge.bridge-nf-call-arptables=0',
  'net.ipv4.ip_forward=1',
];
