/** IPv4 arithmetic on dotted text: `10.8.0.0/24`, `10.8.0.1`. */

export interface Subnet {
  /** The network's own address as an unsigned 32-bit number. */
  readonly base: number;
  readonly prefixLength: number;
}

/** Throws a plain Error: a CIDR that reaches the engine was checked with the blueprint. */
export function parseSubnet(cidr: string): Subnet {
  const [ip = '', prefix = ''] = cidr.split('/');
  const prefixLength = Number(prefix);
  if (!Number.isInteger(prefixLength) || prefix === '' || prefixLength < 1 || prefixLength > 30) {
    throw new Error(`not a subnet with room for hosts: ${cidr}`);
  }
  const size = sizeOf(prefixLength);
  return { base: Math.floor(ipToNumber(ip) / size) * size, prefixLength };
}

/** The n-th address; negative counts from the end, so that -1 is the last one that a host may have. */
export function nthAddress(subnet: Subnet, n: number): string {
  return numberToIp(subnet.base + (n < 0 ? sizeOf(subnet.prefixLength) - 1 + n : n));
}

/** Which one of the subnet's addresses this is: the inverse of `nthAddress` for positive n. */
export function indexOfAddress(subnet: Subnet, ip: string): number {
  return ipToNumber(ip) - subnet.base;
}

export function ipToNumber(ip: string): number {
  const bytes = ip.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) {
    throw new Error(`not an IPv4 address: ${ip}`);
  }
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
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

function numberToIp(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function sizeOf(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
