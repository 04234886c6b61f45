import { describe, expect, test } from 'vitest';
import { contains, overlap, rangeOf, toIp, toNumber } from '../../src/model/ipv4.ts';

test.each([
  ['0.0.0.0', 0],
  ['10.8.0.1', 168_296_449],
  ['203.0.113.255', 3_405_804_031],
  // More than 31 bits, where bit operations would turn negative.
  ['255.255.255.255', 4_294_967_295],
])('%s is %d, and back', (ip, number) => {
  expect(toNumber(ip)).toBe(number);
  expect(toIp(number)).toBe(ip);
});

test.each([
  ['10.8.0.0/24', 256],
  ['10.0.0.0/8', 16_777_216],
  ['203.0.113.128/25', 128],
  ['192.0.2.7/32', 1],
  ['192.0.2.6/31', 2],
])('%s has %d addresses', (cidr, size) => {
  const [ip, prefix] = cidr.split('/');
  expect(rangeOf(cidr)).toEqual({ start: toNumber(ip!), size, prefixLength: Number(prefix) });
});

describe('a network contains an address', () => {
  test.each([
    ['10.8.0.0/24', '10.8.0.0', true],
    ['10.8.0.0/24', '10.8.0.255', true],
    ['10.8.0.0/24', '10.8.1.0', false],
    ['10.8.0.0/24', '10.7.255.255', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.0.0/2', '255.255.255.255', true],
  ])('%s, %s: %s', (cidr, ip, is) => {
    expect(contains(rangeOf(cidr), ip)).toBe(is);
  });
});

describe('networks overlap', () => {
  test.each([
    ['10.8.0.0/24', '10.8.0.0/24', true],
    ['10.8.0.0/16', '10.8.3.0/24', true],
    ['10.8.0.0/25', '10.8.0.128/25', false],
    ['10.8.0.0/24', '10.8.1.0/24', false],
    ['10.8.0.255/32', '10.8.0.0/24', true],
  ])('%s and %s, either way: %s', (one, other, do_) => {
    expect(overlap(rangeOf(one), rangeOf(other))).toBe(do_);
    expect(overlap(rangeOf(other), rangeOf(one))).toBe(do_);
  });
});
