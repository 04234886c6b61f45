/** Positions in an IPv4 network, for handing out addresses. Validity was checked when the blueprint was. */
export interface Range {
  /** The network's own address as a number. */
  readonly start: number;
  /** How many addresses it has, its own and the broadcast address included. */
  readonly size: number;
  readonly prefixLength: number;
}

export function rangeOf(cidr: string): Range {
  const [ip = '', prefix = '32'] = cidr.split('/');
  const prefixLength = Number(prefix);
  return { start: toNumber(ip), size: 2 ** (32 - prefixLength), prefixLength };
}

export function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toIp(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function contains(range: Range, ip: string): boolean {
  const number = toNumber(ip);
  return number >= range.start && number < range.start + range.size;
}

export function overlap(one: Range, other: Range): boolean {
  return one.start < other.start + other.size && other.start < one.start + one.size;
}
