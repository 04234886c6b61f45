/** Which address is whose in a network. */
import type { Range } from '../../model/ipv4.ts';
import { toIp } from '../../model/ipv4.ts';

/** The n-th address; negative counts from the end, so that -1 is the last one that a host may have. */
export function nthAddress(range: Range, n: number): string {
  return toIp(range.start + (n < 0 ? range.size - 1 + n : n));
}

/**
 * The hardware address of the interface that bears this IP. It follows from
 * the IP, so that neighbours keep a valid ARP entry when a machine restarts or
 * is replaced by one with the same IP. 02 marks it as locally administered.
 */
export function hardwareAddress(ip: string): string {
  const bytes = [0x02, 0x5a, ...ip.split('.').map(Number)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
