import { expect, test } from 'vitest';
import type { Machine } from '../../src/blueprint/platform.ts';
import type { MachineFacts } from '../../src/model/facts.ts';
import type { ActualMachine } from '../../src/model/inventory.ts';
import { whyReplace } from '../../src/plan/why-replace.ts';

const interfaces = [
  { network: 'public', ip: '203.0.113.2', prefixLength: 24 },
  { network: 'private', ip: '10.8.0.2', prefixLength: 24 },
];
const common = { name: 'web-1', pool: 'web', part: 'base', site: 'east', flavour: 'small', interfaces };
const wanted = {
  ...common,
  ordinal: 1,
  engine: 'lab',
  hardware: { cores: 2, memoryBytes: 4e9 },
} as unknown as Machine;
const there = {
  ...common,
  image: 'some-image',
  state: 'running',
  isCutOff: false,
  commissioned: true,
  reach: { host: '100.64.0.2', port: 22 },
} as unknown as ActualMachine;

function seen(...missing: string[][]): MachineFacts {
  const roles = missing.map((missingPackages, index) => {
    const nothing = { paths: new Map(), releases: new Map(), units: new Map(), tasks: new Map(), probes: new Map() };
    return [`role-${index}`, { missingPackages, ...nothing }] as const;
  });
  return { reachable: true, roles: new Map(roles), noted: { paths: [], units: [] } };
}

const moved = (ip: string, prefixLength: number) => [interfaces[0]!, { network: 'private', ip, prefixLength }];

test.each<[string, object, MachineFacts | undefined, object | undefined]>([
  ['is as wanted', {}, seen([], []), undefined],
  ['is as wanted, and stopped', { state: 'stopped' }, undefined, undefined],
  ['is as wanted, and mute', {}, { reachable: false, because: 'silent', why: 'no route' }, undefined],
  ['has its interfaces in another order', { interfaces: interfaces.toReversed() }, seen(), undefined],
  ['starts from another image that has all it needs', { image: 'another-image' }, seen([]), undefined],
  [
    'was never finished',
    { state: 'broken' },
    undefined,
    { code: 'broken', says: 'was never finished, or lost its disk' },
  ],
  ['is elsewhere', { site: 'west' }, seen(), { code: 'site', says: 'is in west, should be in east' }],
  ['has another size', { flavour: 'large' }, seen(), { code: 'flavour', says: 'is a large, should be a small' }],
  [
    'is of a flavour that has more cores now',
    { hardware: { cores: 1, memoryBytes: 2e9 } },
    seen(),
    { code: 'hardware', says: 'has 1 core and 2 GB, and a small has 2 cores and 4 GB now' },
  ],
  ['is of an engine that cannot tell its hardware', { hardware: undefined }, seen(), undefined],
  [
    'lacks a network',
    { interfaces: interfaces.slice(1) },
    seen(),
    { code: 'networks', says: 'is on private 10.8.0.2/24, should be on public 203.0.113.2/24, private 10.8.0.2/24' },
  ],
  ['has another address', { interfaces: moved('10.8.0.9', 24) }, seen(), expect.objectContaining({ code: 'networks' })],
  ['has another prefix', { interfaces: moved('10.8.0.2', 25) }, seen(), expect.objectContaining({ code: 'networks' })],
  [
    'lacks packages, each told once',
    {},
    seen(['nginx'], ['nginx', 'php-fpm']),
    { code: 'packages', says: 'its image lacks nginx, php-fpm' },
  ],
])('a machine that %s', (_, but, facts, reason) => {
  expect(whyReplace(wanted, { ...there, ...but }, facts)).toEqual(reason);
});
