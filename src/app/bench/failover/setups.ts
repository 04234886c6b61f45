/** Ways to configure keepalived, by which the same two machines are compared. */
import type { MachineName } from '../../../model/ids.ts';

export interface Setup {
  readonly name: string;
  /** From what Spillway wrote on a machine. */
  readonly configured: (text: string, machine: MachineName) => string;
  /** Chosen for each: after this the other machine has felt any end and come of it what may. */
  readonly feltWithinMs: number;
  /** Chosen for each: two adverts and more, so that one which was started knows who holds the address. */
  readonly heardWithinMs: number;
}

/** As Spillway has it. */
export const own: Setup = {
  name: 'Spillway',
  configured: (text) => text,
  feltWithinMs: 1_000,
  heardWithinMs: 500,
};

export function withAdvert(everyMs: number): Setup {
  return {
    ...own,
    name: `Spillway, advertEvery: ${everyMs}ms`,
    configured: (text) => text.replaceAll(/advert_int \S+/g, `advert_int ${everyMs / 1000}`),
  };
}

/**
 * What somebody has who takes keepalived's defaults (VRRP 2, an advert a second) and the example of its manual by which
 * HAProxy is looked at: the same peers, the same address, nobody takes it back.
 */
export function defaults(machines: readonly MachineName[]): Setup {
  return {
    name: 'keepalived’s defaults',
    configured(text, machine) {
      const [first] = machines;
      const kept = (pattern: RegExp) => pattern.exec(text)?.[0] ?? '';
      return [
        'vrrp_script haproxy_lives {',
        '  script "/usr/bin/pgrep -x haproxy"',
        '}',
        kept(/vrrp_instance \S+ \{/),
        '  state BACKUP',
        '  nopreempt',
        kept(/ {2}interface \S+/),
        kept(/ {2}virtual_router_id \S+/),
        `  priority ${machine === first ? 101 : 100}`,
        kept(/ {2}unicast_src_ip \S+/),
        kept(/ {2}unicast_peer \{[^}]*\}/),
        kept(/ {2}virtual_ipaddress \{[^}]*\}/),
        '  track_script {',
        '    haproxy_lives',
        '  }',
        '}',
        '',
      ].join('\n');
    },
    feltWithinMs: 4_500,
    heardWithinMs: 2_500,
  };
}
